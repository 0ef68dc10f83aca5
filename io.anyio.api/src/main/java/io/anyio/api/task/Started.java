package io.anyio.api.task;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * How a task that was started by {@link TaskGroup#start} reports that it is ready.
 *
 * <p>Guide: {@code docs/tasks.md}. AnyIO 3 calls it {@code task_status}.
 *
 * @param <S> the type of the value given to the caller of {@code start}
 */
@ProviderType
public interface Started<S extends @Nullable Object> {
    /**
     * Reports that the task is ready. {@code start} returns this value, and the task becomes an ordinary child of the
     * group. Not a checkpoint.
     *
     * <p>If the caller of {@code start} has been cancelled in the meantime, the task stays in the scopes of that
     * caller, as in Trio: it is cancelled, and {@code start} waits until it has ended.
     *
     * @param value what {@code start} returns
     * @throws IllegalStateException if it has been called before, or is called by another task
     */
    void set(S value);
}
