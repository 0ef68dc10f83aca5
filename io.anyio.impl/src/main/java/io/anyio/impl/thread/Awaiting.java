package io.anyio.impl.thread;

import io.anyio.api.spi.ThreadContext;
import io.anyio.api.spi.error.Errors;
import io.anyio.api.task.CancelledError;
import io.anyio.impl.loop.Loop;
import io.anyio.impl.loop.Quiet;
import io.anyio.impl.park.Waiter;
import io.anyio.impl.task.Task;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Waits for something that happens in another loop: a task of a loop parks, any other thread blocks.
 *
 * <p>A virtual clock stands still while something outside of its loops is under way. Whoever waits for a loop on the
 * same clock is not outside meanwhile, task or worker, as the clock can see whether that loop is quiet: it would else
 * stand still for a sleep there. He counts again before he goes on, by whoever ends his wait, in a loop that is not
 * quiet then.
 */
public final class Awaiting {
    /** What a worker thread runs: it belongs to a loop, to which its outcome goes. */
    interface ForLoop {
        /** The loop of the task that waits for the worker. */
        Loop loop();
    }

    private Awaiting() {}

    /**
     * Waits until a future is done, which never fails. A cancellation or an interrupt of the caller asks for the end
     * once, and the wait goes on; an interrupt is kept.
     *
     * @param done what to wait for
     * @param target the loop in which it happens
     * @param what the call, for people
     * @param cancel asks for the end
     * @return how a cancelled caller goes on if what it has waited for was cancelled too; null if it was not cancelled,
     * or is no task
     */
    public static @Nullable CancelledError until(CompletableFuture<?> done, Loop target, String what, Runnable cancel) {
        Task<?> task = Task.currentOrNull();
        if (task != null) {
            return task.loop.clock == target.clock
                    ? parked(task, done, what, cancel)
                    : outside(task, done, what, cancel);
        }
        Loop home = homeOnTheClockOf(target);
        if (home != null) {
            CompletableFuture<?> back = done.thenRun(new Return(home.quiet));
            home.quiet.endOutside();
            blocked(back, cancel);
        } else {
            blocked(done, cancel);
        }
        return null;
    }

    /**
     * To be called by an ordinary thread that is about to wait for the end of a loop, and by nothing else.
     *
     * @param target the loop
     */
    public static void beforeEndOf(Loop target) {
        Loop home = homeOnTheClockOf(target);
        if (home != null) {
            target.end.observe(new Return(home.quiet));
            home.quiet.endOutside();
        }
    }

    /** The loop to which the calling worker thread comes back, if it has the same clock. */
    private static @Nullable Loop homeOnTheClockOf(Loop target) {
        return ThreadContext.workerOrNull() instanceof ForLoop worker && worker.loop().clock == target.clock
                ? worker.loop()
                : null;
    }

    private static @Nullable CancelledError outside(Task<?> task, CompletableFuture<?> done, String what,
            Runnable cancel) {
        task.loop.quiet.beginOutside();
        try {
            return parked(task, done, what, cancel);
        } finally {
            task.loop.quiet.endOutside();
        }
    }

    private static @Nullable CancelledError parked(Task<?> task, CompletableFuture<?> done, String what,
            Runnable cancel) {
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
        }
    }

    /** No lambda: see {@code LazyLinksTest}. */
    private record Grant(Waiter waiter) implements Runnable {
        @Override
        public void run() {
            waiter.grant();
        }
    }

    /** A worker thread comes back to its loop. */
    private record Return(Quiet home) implements Runnable {
        @Override
        public void run() {
            home.beginOutside();
        }
    }

    private static Waiter waiter(Task<?> task, CompletableFuture<?> done, String what, boolean cancellable) {
        Waiter waiter = new Waiter(task, what, cancellable);
        var _ = done.thenRun(new Grant(waiter));
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
}
