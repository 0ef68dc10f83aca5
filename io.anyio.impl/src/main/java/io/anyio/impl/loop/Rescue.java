package io.anyio.impl.loop;

import io.anyio.api.spi.error.Report;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs what arrives for a loop after its end. Virtual threads that user code started inside a task run on the loop, and
 * could not continue without it. There is one rescue thread, made when needed and ended when idle. Its use is logged
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

    /** Runs something that arrived too late. */
    void run(Runnable late) {
        thread.execute(late);
    }

    /** Runs the continuation of a virtual thread that is not a task; logs this once. */
    void runStray(Runnable continuation) {
        if (logged.compareAndSet(false, true)) {
            LOG.log(System.Logger.Level.WARNING, null,
                    "Loop ", loop, " has ended, but a virtual thread that was started inside one of its tasks goes on; "
                            + "a rescue thread runs it. Start such threads from a worker thread instead");
        }
        run(continuation);
    }
}
