package io.anyio.api.thread;

import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.task.Body;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/** What the facade asks for on behalf of the current task; users call the methods of {@code AnyIO}. */
@ProviderType
public interface Threads {
    /**
     * Runs a body in a worker thread.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the code
     * @param options the kind of thread, the limiter, what a cancellation does
     * @return its value
     * @throws X if the body throws it
     */
    <T extends @Nullable Object, X extends Exception> T runInWorkerThread(Body<T, X> body, WorkerOptions options)
            throws X;

    /**
     * The limiter of the calls that name none.
     *
     * @return that of the current run
     */
    CapacityLimiter defaultLimiter();

    /**
     * Makes a portal into the current loop.
     *
     * @return the portal, not yet open
     */
    BlockingPortal createBlockingPortal();

    /**
     * The current run.
     *
     * @return its token
     */
    RunToken currentToken();
}
