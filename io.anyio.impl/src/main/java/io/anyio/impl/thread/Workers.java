package io.anyio.impl.thread;

import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.task.Body;
import io.anyio.api.thread.WorkerOptions;
import io.anyio.impl.loop.Backends;
import io.anyio.impl.run.ContextTask;
import io.anyio.impl.run.Run;
import java.util.Objects;
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
     * @param options the kind of thread, the limiter, what a cancellation does
     * @return the function's value
     * @throws X if the function throws it
     */
    public static <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body, WorkerOptions options)
            throws X {
        Objects.requireNonNull(options, "AnyIO.runInWorkerThread: the options are null");
        ContextTask<?> task = ContextTask.current("AnyIO.runInWorkerThread");
        Objects.requireNonNull(body, "AnyIO.runInWorkerThread: the body is null");
        Run run = task.run;
        CapacityLimiter given = options.limiter();
        DefaultLimiter fallback = DefaultLimiter.of(run);
        Job<T> job = new Job<>(task, body, options, given == null ? fallback.limiter : given);
        if (given == null) {
            fallback.acquire(task, job);
        } else {
            given.acquireOnBehalfOf(job);
        }
        if (task.cancellationPending()) {
            // the token was granted, but the function is not to start in a cancelled scope
            job.release();
            task.checkCancelled();
        }
        run.loop.quiet.beginOutside();
        try {
            start(run, job, options);
        } catch (Throwable e) {
            run.loop.quiet.endOutside();
            job.release();
            throw e;
        }
        return job.<X>await();
    }

    private static void start(Run run, Job<?> job, WorkerOptions options) {
        if (options.virtual()) {
            Thread thread = Backends.sharedVirtualThreads().newThread(job);
            thread.setName(run.loop.name + "-virtual-worker");
            thread.start();
        } else {
            run.attachment(WorkerPool.class, () -> new WorkerPool(run.loop)).execute(job);
        }
    }

    /**
     * The limiter of the calls that name none.
     *
     * @param run a run
     * @return its own
     */
    public static CapacityLimiter defaultLimiter(Run run) {
        return DefaultLimiter.of(run).limiter;
    }
}
