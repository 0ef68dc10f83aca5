package io.anyio.net.name;

import io.anyio.api.spi.AnyioRuntime;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.task.Body;
import io.anyio.api.thread.Threads;
import io.anyio.api.thread.WorkerOptions;
import org.jspecify.annotations.Nullable;

/**
 * Runs lookups that block.
 *
 * <p>A task leaves them to a worker thread. If it is cancelled, it goes on at once, and the late answer is dropped. Lookups have a limiter of their own, so that a name server that does not answer
 * keeps no other work waiting.
 */
final class BlockingLookups {
    private static final int LOOKUPS_AT_A_TIME = 20;

    private @Nullable CapacityLimiter limiter;

    /** Runs a lookup. A checkpoint if the caller is a task. */
    <T, X extends Exception> T call(String name, Body<T, X> lookup) throws X {
        TaskContext task = TaskContext.currentOrNull();
        Threads threads = task == null ? null : task.runtime().service(Threads.class);
        if (task == null || threads == null) {
            return lookup.call();
        }
        WorkerOptions options = WorkerOptions.DEFAULT.cancellable(true).name(name);
        CapacityLimiter own = limiter(task.runtime());
        return threads.runInWorkerThread(lookup, own == null ? options : options.limiter(own));
    }

    private synchronized @Nullable CapacityLimiter limiter(AnyioRuntime runtime) {
        if (limiter == null) {
            Synchronization synchronization = runtime.service(Synchronization.class);
            limiter = synchronization == null ? null : synchronization.createCapacityLimiter(LOOKUPS_AT_A_TIME);
        }
        return limiter;
    }
}
