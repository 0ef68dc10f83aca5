package io.anyio.impl.loop;

import io.anyio.api.spi.error.Report;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs what still arrives for a loop that has ended: virtual threads which user code started inside a task, without a
 * scheduler of their own, ride the loop and would be stranded. One thread, made when needed, gone when idle; logged
 * once.
 */
final class Rescue {
    private static final Report LOG = new Report(Rescue.class.getName());
    private static final long IDLE_SECONDS = 1;

    private final AtomicBoolean logged = new AtomicBoolean();
    private final ThreadPoolExecutor thread;
    private final String loop;

    Rescue(String loop) {
        this.loop = loop;
        this.thread = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).name(loop + "-rescue").factory());
        thread.allowCoreThreadTimeOut(true);
    }

    /** Runs something that came too late. */
    void run(Runnable late) {
        thread.execute(late);
    }

    /** Runs the continuation of a virtual thread that is no task, and tells of it once. */
    void runStray(Runnable continuation) {
        if (logged.compareAndSet(false, true)) {
            LOG.log(System.Logger.Level.WARNING, null,
                    "Loop ", loop, " has ended, but a virtual thread that was started inside one of its tasks goes on; "
                            + "a rescue thread runs it. Start such threads from a worker thread instead");
        }
        run(continuation);
    }
}
