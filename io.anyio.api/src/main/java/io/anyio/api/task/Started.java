package io.anyio.api.task;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a task started by {@link TaskGroup#start} calls once it is ready.
 *
 * @param <S> the type of the value handed to the starter
 */
@ProviderType
public interface Started<S extends @Nullable Object> {
    /**
     * Tells that the task is ready: {@code start} returns this value, and from now on the task is an ordinary child of
     * the group. Not a checkpoint.
     *
     * <p>If the caller of {@code start} has been cancelled meanwhile, the task stays in that caller's scopes, as in
     * Trio: it is cancelled, and {@code start} awaits its end.
     *
     * @param value what {@code start} returns
     * @throws IllegalStateException if it was called before, or by another task
     */
    void set(S value);
}
