package io.anyio.impl.thread;

import io.anyio.api.spi.ThreadContext;
import io.anyio.api.spi.error.Errors;
import io.anyio.api.task.CancelledError;
import io.anyio.impl.loop.Loop;
import io.anyio.impl.park.Waiter;
import io.anyio.impl.task.Task;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Waits for something that happens in another loop: a task of a loop parks, any other thread blocks.
 *
 * <p>A virtual clock stands still while something outside of its loop is under way: here a task's own loop, since the task waits for another one. A worker thread that waits for its own run is not outside
 * meanwhile, so that the clock can go on.
 */
public final class Awaiting {
    private Awaiting() {}

    /**
     * Waits until a future is done, which never fails. A cancellation or an interrupt of the caller asks for the end once, and the wait goes on; an interrupt is kept.
     *
     * @param done what to wait for
     * @param target the loop in which it happens
     * @param what the call, for people
     * @param cancel asks for the end
     * @return how a cancelled caller goes on if what it has waited for was cancelled too; null if it was not cancelled, or is no task
     */
    public static @Nullable CancelledError until(CompletableFuture<?> done, Loop target, String what, Runnable cancel) {
        Task<?> task = Task.currentOrNull();
        if (task != null) {
            return parked(task, done, what, cancel);
        }
        if (ThreadContext.workerOrNull() instanceof Job<?> job && job.loop() == target) {
            CompletableFuture<?> back = done.thenRun(target::beginOutside);
            target.endOutside();
            blocked(back, cancel);
        } else {
            blocked(done, cancel);
        }
        return null;
    }

    private static @Nullable CancelledError parked(Task<?> task, CompletableFuture<?> done, String what, Runnable cancel) {
        task.loop.beginOutside();
        try {
            waiter(task, done, what, true).await();
            return null;
        } catch (CancelledError e) {
            cancel.run();
            waiter(task, done, what, false).await();
            return e;
        } catch (Throwable unfit) {
            // nobody waits for it any more
            cancel.run();
            throw unfit;
        } finally {
            task.loop.endOutside();
        }
    }

    private static Waiter waiter(Task<?> task, CompletableFuture<?> done, String what, boolean cancellable) {
        Waiter waiter = new Waiter(task, what, cancellable);
        var _ = done.thenRun(waiter::grant);
        return waiter;
    }

    private static void blocked(CompletableFuture<?> done, Runnable cancel) {
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                done.get();
                ended = true;
            } catch (InterruptedException e) {
                interrupted = true;
                cancel.run();
            } catch (ExecutionException | CancellationException e) {
                ended = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Makes what an ordinary caller gets when its task was cancelled.
     *
     * @param what the call
     * @param cause how the task ended
     * @return the exception
     */
    public static CancellationException cancellation(String what, @Nullable Throwable cause) {
        CancellationException cancellation = new CancellationException(
                what + ": the task was cancelled" + (cause == null ? "" : ": " + text(cause)));
        cancellation.initCause(cause);
        return cancellation;
    }

    private static String text(Throwable cause) {
        return cause instanceof CancelledError cancelled ? cancelled.reason() : Errors.line(cause);
    }

    /**
     * Throws again what was caught as a Throwable, where the types are known to the caller of the caller.
     *
     * @param <X> the declared exception
     * @param thrown what was caught
     * @return never
     * @throws X always
     */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public static <X extends Throwable> X rethrow(Throwable thrown) throws X {
        throw (X) thrown;
    }
}
