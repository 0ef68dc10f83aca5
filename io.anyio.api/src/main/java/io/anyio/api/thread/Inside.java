package io.anyio.api.thread;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Where a context manager that was wrapped by a portal lets the foreign thread's block run: the {@code yield} of
 * Python's context managers.
 *
 * @param <T> the type of what the block gets
 */
@ProviderType
public interface Inside<T extends @Nullable Object> {
    /**
     * Hands a value to the block of the foreign thread and waits until the block has ended. A checkpoint, to be called
     * once, by the task of the context manager.
     *
     * <p>What the block throws is thrown here: a manager that catches it lets the block end silently, one that lets it
     * pass gives it back to the block's caller.
     *
     * @param value what the block gets
     * @throws IllegalStateException if it was called before or by another task
     * @throws io.anyio.api.task.CancelledError if the task is cancelled; the block goes on, and what the manager throws
     * surfaces at the block's end
     */
    void use(T value);
}
