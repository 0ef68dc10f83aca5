package io.anyio.impl.portal;

import io.anyio.impl.group.WatchedChild;
import io.anyio.impl.task.Task;
import io.anyio.impl.thread.Awaiting;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * One task of a portal, and its future.
 *
 * <p>The future is completed when the task has ended, before the portal's group is told. If the future is completed
 * earlier, from outside, that cancels the task, and its body does not run if it has not begun. The first of the two
 * decides.
 *
 * @param <T> the type of the value
 */
final class PortalCall<T extends @Nullable Object>
        implements
        WatchedChild.Watch,
        Runnable,
        BiFunction<T, @Nullable Throwable, @Nullable Void> {
    private static final int MOST_TOLD = 10_000;

    final CompletableFuture<T> future = new CompletableFuture<>();

    /**
     * Done when the task has ended and the future has its outcome. Our own waits use this and take the outcome from the
     * task, because a future that fails calls code of its error to inform its dependents.
     */
    final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();

    private @Nullable Task<T> task;
    private volatile boolean ended;

    /** Ties the future to its task, before any other code sees the future. */
    void started(Task<T> started) {
        task = started;
        var _ = future.handle(this);
    }

    /** The future is done. */
    @Override
    public @Nullable Void apply(T value, @Nullable Throwable error) {
        if (!ended) {
            task().cancel("its future was cancelled or completed");
        }
        return null;
    }

    Task<T> task() {
        Task<T> started = task;
        if (started == null) {
            throw new IllegalStateException("The task of the portal has not been started");
        }
        return started;
    }

    /** Cancels the task; the future is completed at its end. */
    @Override
    public void run() {
        task().cancel("its caller was cancelled or interrupted");
    }

    @Override
    public @Nullable Throwable ended(Task<?> child, @Nullable Throwable leaving) {
        ended = true;
        try {
            complete(child);
        } catch (Throwable e) {
            tellTheOthers();
        } finally {
            end.complete(null);
        }
        // an exception goes to the future only; an error ends the portal, and the group decides about a cancellation
        return leaving instanceof Error || child.wasCancelled() ? leaving : null;
    }

    @SuppressWarnings("unchecked") // the task that ends is the task of this call
    private void complete(Task<?> child) {
        Throwable error = child.error();
        if (error == null) {
            future.complete(((Task<T>) child).result());
        } else if (child.wasCancelled()) {
            String what = "The task '" + child.name() + "' of a portal";
            future.completeExceptionally(
                    child.loop.breakage.cause() == null
                            ? Awaiting.cancellation(what, error)
                            : child.loop.breakage.closedException(what + " was cancelled"));
        } else {
            future.completeExceptionally(error);
        }
    }

    /**
     * Informs the other dependents of the future after the code of the error has failed, which ends the JDK's pass over
     * them. Each further call continues where the last one ended.
     */
    private void tellTheOthers() {
        for (int i = 0; i < MOST_TOLD; i++) {
            try {
                future.cancel(false);
                return;
            } catch (Throwable _) {
                // continue with the next dependent
            }
        }
    }
}
