package io.anyio.api.thread;

import io.anyio.api.task.Block;
import io.anyio.api.task.Body;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A run of an event loop, as threads that are no workers of it know it: they can run code in it as long as it lasts.
 */
@ProviderType
public interface RunToken {
    /**
     * Runs a body as a task of the run and waits for its end. The task belongs to what the token's task belonged to,
     * outside of all scopes and groups of the code. An interrupt of the caller cancels it.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the code
     * @return its value
     * @throws X if the body throws it
     * @throws io.anyio.api.task.LoopClosedException if the run has finished
     * @throws IllegalStateException if the caller is a task of the run
     * @throws java.util.concurrent.CancellationException if the task was cancelled
     */
    <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body) throws X;

    /**
     * Runs a block as a task of the run and waits for its end.
     *
     * @param <X> the block's checked exception
     * @param block the code
     * @throws X if the block throws it
     * @throws io.anyio.api.task.LoopClosedException if the run has finished
     * @throws IllegalStateException if the caller is a task of the run
     * @throws java.util.concurrent.CancellationException if the task was cancelled
     */
    <X extends Exception> void call(Block<X> block) throws X;
}
