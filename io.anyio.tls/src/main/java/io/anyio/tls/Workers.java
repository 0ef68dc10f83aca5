package io.anyio.tls;

import io.anyio.api.spi.AnyioRuntime;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.task.Body;
import io.anyio.api.thread.Threads;
import io.anyio.api.thread.WorkerOptions;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Takes what computes or blocks for long off the loop: the asymmetric part of a handshake, certificates, key stores.
 *
 * <p>It has a limiter of its own, so that many handshakes at once neither keep other work of worker threads waiting nor
 * take the processors from the loops.
 */
final class Workers {
    private static final int AT_A_TIME = Math.max(4, Runtime.getRuntime().availableProcessors());

    private final AtomicReference<@Nullable CapacityLimiter> limiter;

    /** Without one, the limiter comes from the first run. */
    Workers(@Nullable Synchronization synchronization) {
        limiter = new AtomicReference<>(
                synchronization == null ? null : synchronization.createCapacityLimiter(AT_A_TIME));
    }

    /**
     * Runs a body and waits for it. A checkpoint.
     *
     * @param cancellable whether a cancelled task goes on at once; what runs belongs to nobody then
     */
    <T> T call(TaskContext task, String name, boolean cancellable, Body<T, IOException> body) throws IOException {
        Threads threads = task.runtime().service(Threads.class);
        if (threads == null) {
            return body.call();
        }
        WorkerOptions options = WorkerOptions.DEFAULT.cancellable(cancellable).name(name);
        CapacityLimiter own = limiter(task.runtime());
        return threads.runInWorkerThread(body, own == null ? options : options.limiter(own));
    }

    /**
     * Made by the first who needs it, under no lock: the runtime may have to make its service first, which is other
     * code than ours.
     */
    private @Nullable CapacityLimiter limiter(AnyioRuntime runtime) {
        CapacityLimiter known = limiter.get();
        Synchronization synchronization = known == null ? runtime.service(Synchronization.class) : null;
        if (synchronization == null) {
            return known;
        }
        CapacityLimiter made = synchronization.createCapacityLimiter(AT_A_TIME);
        CapacityLimiter first = limiter.compareAndExchange(null, made);
        return first == null ? made : first;
    }
}
