package io.anyio.impl.portal;

import io.anyio.api.task.CancelledError;
import io.anyio.impl.task.Task;
import io.anyio.impl.task.Watched;
import io.anyio.impl.thread.Awaiting;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One task of a portal, and its future.
 *
 * <p>The future is completed when the task has ended, before the portal's group hears of it. A future that somebody else completes before cancels the task; whoever comes first decides, and a cancel of a task
 * that has not started yet keeps its body from running.
 *
 * @param <T> the type of the value
 */
final class PortalCall<T extends @Nullable Object> implements Watched.Watch {
    private static final int MAX_CAUSES = 100;

    final CompletableFuture<T> future = new CompletableFuture<>();
    private final Portal portal;
    private @Nullable Task<T> task;
    private volatile boolean ended;

    PortalCall(Portal portal) {
        this.portal = portal;
    }

    /** Ties the future to its task, before anybody else sees the future. */
    void started(Task<T> started) {
        task = started;
        var _ = future.whenComplete((_, _) -> {
            if (!ended) {
                started.cancel("its future was cancelled or completed");
            }
        });
    }

    Task<T> task() {
        Task<T> started = task;
        if (started == null) {
            throw new IllegalStateException("The task of the portal has not been started");
        }
        return started;
    }

    /** Asks for the end of the task, whose future still waits for it. */
    void cancel() {
        task().cancel("its caller was cancelled or interrupted");
    }

    @Override @SuppressWarnings("unchecked") // the task that ends is the call's own
    public @Nullable Throwable ended(Task<?> child, @Nullable Throwable leaving) {
        Throwable error = child.error();
        boolean cancelled = error != null && (error instanceof CancelledError || (portal.isCancelled() && isCausedByCancellation(error)));
        ended = true;
        if (error == null) {
            future.complete(((Task<T>) child).result());
        } else if (cancelled) {
            String what = "The task '" + child.name() + "' of a portal";
            future.completeExceptionally(
                    child.loop.brokenBy() == null
                            ? Awaiting.cancellation(what, error)
                            : child.loop.closedException(what + " was cancelled"));
        } else {
            future.completeExceptionally(error);
        }
        if (cancelled) {
            return portal.isCancelled() && leaving instanceof CancelledError ? leaving : null;
        }
        return leaving instanceof Error ? leaving : null;
    }

    private static boolean isCausedByCancellation(Throwable error) {
        int depth = 0;
        for (Throwable cause = error.getCause(); cause != null && depth < MAX_CAUSES; cause = cause.getCause()) {
            if (cause instanceof CancelledError) {
                return true;
            }
            depth++;
        }
        return false;
    }
}
