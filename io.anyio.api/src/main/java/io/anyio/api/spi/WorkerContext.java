package io.anyio.api.spi;

import io.anyio.api.task.Body;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/** What a worker thread can ask of the run that it works for. */
@ProviderType
public interface WorkerContext {
    /**
     * Runs a body as a task of the run and waits for its end, on the worker thread.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the code
     * @param code what the task is named after
     * @return its value
     * @throws X if the body throws it
     * @throws io.anyio.api.task.LoopClosedException if the run has finished
     */
    <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body, Object code) throws X;

    /**
     * Throws {@link io.anyio.api.task.CancelledError} if the task that called the worker is cancelled, also after it
     * has left.
     */
    void checkCancelled();
}
