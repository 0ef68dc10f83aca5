package io.anyio.impl.task;

import io.anyio.api.task.CancelledError;
import io.anyio.impl.park.Waiter;
import io.anyio.impl.spin.StackReserve;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A task waits for a stage, whichever thread completes it. Whoever completes it grants the wait, and continues no code
 * of the task.
 *
 * @param <T> the type of the value
 */
public final class StageWait<T extends @Nullable Object> implements BiConsumer<T, @Nullable Throwable> {
    private final Waiter waiter;

    // written before the grant
    private @Nullable T value;
    private @Nullable Throwable error;
    private volatile boolean done;

    private StageWait(Task<?> task) {
        waiter = new Waiter(task, "a stage");
    }

    /**
     * Waits. If the task is cancelled, so is the stage.
     *
     * @param <T> the type of the value
     * @param task the current task
     * @param stage the stage
     * @return its value
     * @throws ExecutionException if it failed
     * @throws CancellationException if it was cancelled
     * @throws CancelledError if the task was cancelled
     */
    public static <T extends @Nullable Object> T of(Task<?> task, CompletionStage<T> stage) throws ExecutionException {
        StackReserve.forOperation();
        StageWait<T> wait = new StageWait<>(task);
        try {
            task.checkCancelled();
            var _ = stage.whenComplete(wait);
            if (wait.done) {
                task.yieldShielded();
            } else {
                wait.waiter.await();
            }
        } catch (CancelledError e) {
            cancel(stage, e);
            throw e;
        }
        return wait.result();
    }

    /** Cancels a stage that can be; what other code does then is no error of this task. */
    private static void cancel(CompletionStage<?> stage, CancelledError error) {
        try {
            stage.toCompletableFuture().cancel(true);
        } catch (UnsupportedOperationException e) {
            // it goes on, and nobody waits
        } catch (RuntimeException e) {
            error.addSuppressed(e);
        }
    }

    @Override
    public void accept(T result, @Nullable Throwable failure) {
        value = result;
        error = failure;
        done = true;
        waiter.grant();
    }

    @SuppressWarnings("NullAway") // null only if the stage has it as its value
    private T result() throws ExecutionException {
        Throwable failure = error instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : error;
        if (failure instanceof CancellationException cancelled) {
            CancellationException exception = new CancellationException("AnyIO.await: the stage was cancelled");
            exception.initCause(cancelled);
            throw exception;
        }
        if (failure != null) {
            throw new ExecutionException(failure);
        }
        return value;
    }
}
