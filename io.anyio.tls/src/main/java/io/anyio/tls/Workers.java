package io.anyio.tls;

import io.anyio.api.spi.OwnLimiter;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.task.Body;
import io.anyio.api.thread.Threads;
import io.anyio.api.thread.WorkerOptions;
import java.io.IOException;

/**
 * Runs code in worker threads that would keep a loop busy: the asymmetric cryptography of a handshake, the check of
 * certificates, the reading of key stores.
 *
 * <p>It has its own limiter. So even many simultaneous handshakes do not delay other calls in worker threads, and leave
 * processors for the loops.
 */
final class Workers {
    private static final int AT_A_TIME = Math.max(4, Runtime.getRuntime().availableProcessors());

    private final OwnLimiter limiter = new OwnLimiter(AT_A_TIME);

    /**
     * Runs a body and waits for it. A checkpoint.
     *
     * @param cancellable whether a cancelled task continues at once; the result of the body is then dropped
     */
    <T> T call(TaskContext task, String name, boolean cancellable, Body<T, IOException> body) throws IOException {
        return task.runtime().require(Threads.class).runInWorkerThread(body,
                WorkerOptions.DEFAULT.cancellable(cancellable).name(name).limiter(limiter.of(task.runtime())));
    }
}
