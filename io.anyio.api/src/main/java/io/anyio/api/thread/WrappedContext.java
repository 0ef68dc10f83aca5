package io.anyio.api.thread;

import io.anyio.api.task.BlockWith;
import io.anyio.api.task.BodyWith;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A context manager of a portal's loop, for ordinary threads. Each use enters and leaves it in a task of its own.
 *
 * @param <T> the type of what a block gets
 * @param <M> the manager's checked exception
 */
@ProviderType
public interface WrappedContext<T extends @Nullable Object, M extends Exception> {
    /**
     * Enters the manager in the portal, runs the block on the calling thread, and leaves the manager, which sees what
     * the block has thrown.
     *
     * @param <X> the block's checked exception
     * @param block gets what the manager made
     * @throws M if the manager throws it when it is entered or left
     * @throws X if the block throws it and the manager lets it pass
     * @throws IllegalStateException if the portal is not running, or the caller is a task of its loop, or the manager
     * never called {@link Inside#use}
     * @throws java.util.concurrent.CancellationException if the manager's task was cancelled
     */
    <X extends Exception> void run(BlockWith<T, X> block) throws M, X;

    /**
     * As {@link #run}, with a value.
     *
     * @param <R> the type of the value
     * @param <X> the body's checked exception
     * @param body gets what the manager made
     * @param otherwise the value if the manager has caught what the body threw
     * @return the body's value
     * @throws M if the manager throws it when it is entered or left
     * @throws X if the body throws it and the manager lets it pass
     * @throws IllegalStateException if the portal is not running, or the caller is a task of its loop, or the manager
     * never called {@link Inside#use}
     * @throws java.util.concurrent.CancellationException if the manager's task was cancelled
     */
    <R extends @Nullable Object, X extends Exception> R call(BodyWith<T, R, X> body, R otherwise) throws M, X;
}
