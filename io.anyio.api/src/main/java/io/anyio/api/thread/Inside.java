package io.anyio.api.thread;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Runs the block of another thread inside a context manager that a portal has wrapped. It corresponds to {@code yield}
 * in a context manager of Python.
 *
 * <p>Guide: {@code docs/threads-and-portals.md}. In AnyIO: {@code anyio.abc.BlockingPortal.wrap_async_context_manager}.
 *
 * @param <T> the type of the value that the block gets
 */
@ProviderType
public interface Inside<T extends @Nullable Object> {
    /**
     * Gives a value to the block of the other thread, and waits until the block has ended. Called once, by the task of
     * the context manager. A checkpoint.
     *
     * <p>An exception of the block is thrown here. If the manager catches it, the use ends normally; otherwise the code
     * that started the use gets it.
     *
     * @param value the value for the block
     * @throws IllegalStateException if it has been called before, or is called by another task
     * @throws io.anyio.api.task.CancelledError if the task is cancelled; the block goes on, and an exception of the
     * manager is thrown when the block has ended
     */
    void use(T value);
}
