package io.anyio.impl.thread;

import io.anyio.api.debug.LimiterDTO;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.task.Body;
import io.anyio.api.thread.WorkerOptions;
import io.anyio.impl.loop.Backends;
import io.anyio.impl.loop.Loop;
import io.anyio.impl.run.ContextTask;
import io.anyio.impl.run.Run;
import io.anyio.impl.spin.StackReserve;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs functions in worker threads. */
public final class Workers {
    private Workers() {}

    /**
     * Runs a function in a worker thread; on the thread of a task.
     *
     * @param <T> the type of the value
     * @param <X> the function's checked exception
     * @param body the function
     * @param options the kind of thread, the limiter, and what a cancellation does
     * @return the function's value
     * @throws X if the function throws it
     */
    public static <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body, WorkerOptions options)
            throws X {
        return call(body, options, null);
    }

    /**
     * Runs a function that uses files in a worker thread. Nothing interrupts it, neither a scope nor the end of a
     * stop's grace, because an interrupt would close the file. A cancelled caller waits for the end. One that cannot
     * wait where it is, in a class initializer for example, begins nothing: nobody would take what the function opens,
     * and the next call could meet it.
     *
     * @param <T> the type of the value
     * @param <X> the function's checked exception
     * @param body the function
     * @param limiter the limiter
     * @param whenCancelled called if the caller is cancelled, so that the function can end earlier
     * @return the function's value
     * @throws X if the function throws it
     */
    public static <T extends @Nullable Object, X extends Exception> T callUninterrupted(Body<T, X> body,
            CapacityLimiter limiter, Uninterrupted whenCancelled) throws X {
        return call(body, WorkerOptions.DEFAULT.limiter(limiter), whenCancelled);
    }

    private static <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body, WorkerOptions options,
            @Nullable Uninterrupted whenCancelled) throws X {
        Objects.requireNonNull(options, "AnyIO.runInWorkerThread: the options are null");
        ContextTask<?> task = ContextTask.current("AnyIO.runInWorkerThread");
        Objects.requireNonNull(body, "AnyIO.runInWorkerThread: the body is null");
        // for the wait, and for the release of the token if the wait fails
        StackReserve.forScope();
        Run run = task.run;
        IllegalStateException unfit = whenCancelled == null ? null : run.loop.tryToWait(task);
        if (unfit != null) {
            throw unfit;
        }
        CapacityLimiter given = options.limiter();
        DefaultLimiter fallback = DefaultLimiter.of(run);
        WorkerCall<T> call = new WorkerCall<>(task, body, options, given == null ? fallback.limiter : given,
                whenCancelled);
        if (given == null) {
            fallback.acquire(task, call);
        } else {
            given.acquireOnBehalfOf(call);
        }
        if (task.cancellationPending()) {
            // the token was granted, but no function starts in a cancelled scope
            call.release();
            task.checkCancelled();
        }
        run.loop.quiet.beginOutside();
        try {
            start(run, call, options);
        } catch (Throwable e) {
            run.loop.quiet.endOutside();
            call.release();
            throw e;
        }
        return call.<X>await();
    }

    private static void start(Run run, WorkerCall<?> call, WorkerOptions options) {
        if (options.virtual()) {
            Thread thread = Backends.sharedVirtualThreads().newThread(call);
            thread.setName(run.loop.name + "-virtual-worker");
            thread.start();
        } else {
            pool(run).execute(call);
        }
    }

    /**
     * Tells why the current task cannot wait where it is.
     *
     * @return the exception to throw, or null if it can wait
     */
    public static @Nullable IllegalStateException unfit() {
        ContextTask<?> task = ContextTask.current("AnyIO.runInWorkerThread");
        return task.loop.tryToWait(task);
    }

    static WorkerPool pool(Run run) {
        return run.attachment(WorkerPool.class, new PoolMaker(run.loop));
    }

    /** Not a lambda: see {@code LazyLinksTest}. */
    private record PoolMaker(Loop loop) implements Supplier<WorkerPool> {
        @Override
        public WorkerPool get() {
            return new WorkerPool(loop);
        }
    }

    /**
     * The limiter for calls whose options name none.
     *
     * @param run a run
     * @return its own
     */
    public static CapacityLimiter defaultLimiter(Run run) {
        return DefaultLimiter.of(run).limiter;
    }

    /**
     * The figures of that limiter. From any thread.
     *
     * @param run a run
     * @return its total, and zeros before the first call
     */
    public static LimiterDTO figures(Run run) {
        return DefaultLimiter.figuresOf(run);
    }
}
