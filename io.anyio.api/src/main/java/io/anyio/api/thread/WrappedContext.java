package io.anyio.api.thread;

import io.anyio.api.task.BlockWith;
import io.anyio.api.task.BodyWith;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A context manager of a portal's loop, for use on ordinary threads. Each use enters and leaves the manager in a task
 * of its own.
 *
 * <p>Guide: {@code docs/threads-and-portals.md}. In AnyIO: {@code anyio.abc.BlockingPortal.wrap_async_context_manager}.
 *
 * @param <T> the type of the value that a block gets
 * @param <M> the manager's checked exception
 */
@ProviderType
public interface WrappedContext<T extends @Nullable Object, M extends Exception> {
    /**
     * Enters the manager in a task of the portal, runs a block on the calling thread, and leaves the manager. The
     * manager gets the exception of the block, if it throws one.
     *
     * @param <X> the block's checked exception
     * @param block the code, which gets the value of the manager
     * @throws M if the manager throws it while it is entered or left
     * @throws X if the block throws it and the manager does not catch it
     * @throws IllegalStateException if the portal is not running, or the caller is a task of its loop, or the manager
     * ends without calling {@link Inside#use}
     * @throws java.util.concurrent.CancellationException if the task of the manager was cancelled
     */
    <X extends Exception> void run(BlockWith<T, X> block) throws M, X;

    /**
     * Runs a body instead of a block, and returns its value; otherwise like {@link #run}.
     *
     * @param <R> the type of the value
     * @param <X> the body's checked exception
     * @param body the code, which gets the value of the manager
     * @param otherwise the value to return if the manager catches an exception of the body
     * @return the body's value, or {@code otherwise}
     * @throws M if the manager throws it while it is entered or left
     * @throws X if the body throws it and the manager does not catch it
     * @throws IllegalStateException if the portal is not running, or the caller is a task of its loop, or the manager
     * ends without calling {@link Inside#use}
     * @throws java.util.concurrent.CancellationException if the task of the manager was cancelled
     */
    <R extends @Nullable Object, X extends Exception> R call(BodyWith<T, R, X> body, R otherwise) throws M, X;
}
