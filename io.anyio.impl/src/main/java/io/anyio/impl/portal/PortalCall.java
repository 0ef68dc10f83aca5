package io.anyio.impl.portal;

import io.anyio.impl.group.WatchedChild;
import io.anyio.impl.task.Task;
import io.anyio.impl.thread.Awaiting;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One task of a portal, and its future.
 *
 * <p>The future is completed when the task has ended, before the portal's group hears of it. A future that somebody
 * else completes before cancels the task; whoever comes first decides, and a cancel of a task that has not started yet
 * keeps its body from running.
 *
 * @param <T> the type of the value
 */
final class PortalCall<T extends @Nullable Object> implements WatchedChild.Watch {
    private static final int MOST_TOLD = 10_000;

    final CompletableFuture<T> future = new CompletableFuture<>();

    /**
     * Done when the task has ended and the future has its outcome. Our own waits look at the task: what a future makes
     * of an error, for whoever depends on it, runs the error's code.
     */
    final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();

    private @Nullable Task<T> task;
    private volatile boolean ended;

    /** Ties the future to its task, before anybody else sees the future. */
    void started(Task<T> started) {
        task = started;
        var _ = future.handle((_, _) -> {
            if (!ended) {
                started.cancel("its future was cancelled or completed");
            }
            return null;
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
        // the future has the exceptions; errors end the portal, and a cancellation is the group's business
        return leaving instanceof Error || child.wasCancelled() ? leaving : null;
    }

    @SuppressWarnings("unchecked") // the task that ends is the call's own
    private void complete(Task<?> child) {
        Throwable error = child.error();
        if (error == null) {
            future.complete(((Task<T>) child).result());
        } else if (child.wasCancelled()) {
            String what = "The task '" + child.name() + "' of a portal";
            future.completeExceptionally(
                    child.loop.brokenBy() == null
                            ? Awaiting.cancellation(what, error)
                            : child.loop.closedException(what + " was cancelled"));
        } else {
            future.completeExceptionally(error);
        }
    }

    /**
     * The code of an error has failed when the future told somebody who had asked for its outcome, and so broke off:
     * each further call goes on.
     */
    private void tellTheOthers() {
        for (int i = 0; i < MOST_TOLD; i++) {
            try {
                future.cancel(false);
                return;
            } catch (Throwable _) {
                // the next one is told
            }
        }
    }
}
