package io.anyio.api.thread;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A task that a portal has started and that is ready; see {@link BlockingPortal#start}.
 *
 * @param <S> the type of the value that the task reported
 * @param future completes when the task has ended; cancelling it cancels the task
 * @param value the value that the task reported
 */
public record StartedTask<S extends @Nullable Object>(CompletableFuture<@Nullable Void> future, S value) {
    /** Refuses null. In full, because the checker of nulls does not see the annotations of a compact constructor. */
    public StartedTask(CompletableFuture<@Nullable Void> future, S value) {
        this.future = Objects.requireNonNull(future, "StartedTask.future is null");
        this.value = value;
    }
}
