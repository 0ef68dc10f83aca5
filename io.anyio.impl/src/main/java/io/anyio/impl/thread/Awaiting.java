package io.anyio.impl.thread;

import io.anyio.api.spi.ThreadContext;
import io.anyio.api.spi.error.Errors;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelledError;
import io.anyio.impl.loop.Loop;
import io.anyio.impl.loop.Quiet;
import io.anyio.impl.park.Waiter;
import io.anyio.impl.spin.StackReserve;
import io.anyio.impl.task.Task;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Waits for something that happens in another loop: a task of a loop parks, any other thread blocks.
 *
 * <p>A virtual clock stands still while something outside of its loops is under way. A task or worker that waits for a
 * loop on the same clock does not count as outside: the clock sees whether that loop is quiet, and would otherwise
 * stand still during a sleep there. It counts again before it continues: the code that ends its wait does this, in a
 * loop that is not quiet at that moment. {@code OneClockTest} lets loops wait for each other at random.
 */
public final class Awaiting {
    /** Code of a worker thread that works for a task of a loop. */
    interface ForLoop {
        /** The loop of the task that waits for the worker. */
        Loop loop();
    }

    private Awaiting() {}

    /**
     * Waits until a future is done; the wait never fails. If the caller is cancelled or interrupted, {@code cancel} is
     * called each time, and the wait continues. The interrupt flag is set again at the end. A caller that has begun
     * something that only it can end has reserved the stack of a scope earlier.
     *
     * @param done the future
     * @param target the loop in which it happens
     * @param what the call, for display
     * @param cancel requests the end
     * @return the error that the caller throws if the awaited work was cancelled too; null if the caller was not
     * cancelled or is not a task
     */
    public static @Nullable CancelledError until(CompletableFuture<?> done, Loop target, String what, Runnable cancel) {
        StackReserve.forOperation();
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
     * Called by an ordinary thread before it waits for the end of a loop, and for nothing else.
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

    /** The loop for which the calling worker thread works, if it has the same clock. */
    private static @Nullable Loop homeOnTheClockOf(Loop target) {
        return ThreadContext.workerOrNull() instanceof ForLoop worker && worker.loop().clock == target.clock
                ? worker.loop()
                : null;
    }

    /**
     * Waits in a task for something outside of all loops, such as a process: a virtual clock stands still meanwhile.
     *
     * @param <X> the checked exception of the wait
     * @param wait the code that waits
     * @throws X if the wait throws it
     */
    public static <X extends Exception> void outside(Block<X> wait) throws X {
        Task<?> task = Task.current("A wait for something outside");
        task.loop.quiet.beginOutside();
        try {
            wait.run();
        } finally {
            task.loop.quiet.endOutside();
        }
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
            // no caller waits for it now
            cancel.run();
            throw unfit;
        }
    }

    /** Not a lambda: see {@code LazyLinksTest}. */
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
     * Makes the exception that an ordinary thread gets if the task that it called was cancelled.
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
