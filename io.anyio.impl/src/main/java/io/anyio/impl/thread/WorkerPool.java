package io.anyio.impl.thread;

import io.anyio.impl.loop.Loop;
import java.time.Duration;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The platform worker threads of one run. One is made if all others are busy, and ends when it has been idle for a
 * second, or the run has ended. They inherit nothing.
 */
final class WorkerPool {
    private static final Duration IDLE = Duration.ofSeconds(1);

    private final ThreadPoolExecutor threads;

    WorkerPool(Loop loop) {
        this(loop, IDLE);
    }

    WorkerPool(Loop loop, Duration idle) {
        this(loop, idle, Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false)
                .name(loop.name + "-worker-", 1).factory());
    }

    WorkerPool(Loop loop, Duration idle, ThreadFactory factory) {
        threads = new ThreadPoolExecutor(0, Integer.MAX_VALUE, idle.toNanos(), TimeUnit.NANOSECONDS,
                new SynchronousQueue<>(), factory);
        loop.end.observe(threads::shutdown);
    }

    void execute(Runnable job) {
        threads.execute(job);
    }
}
