package io.anyio.api.thread;

import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.task.Body;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/** The operations behind the methods of {@code AnyIO} with the same names, which users call instead. */
@ProviderType
public interface Threads {
    /**
     * Runs a body in a worker thread; see {@code AnyIO.runInWorkerThread}.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the code
     * @param options the kind of thread, the limiter, and the effect of a cancellation
     * @return its value
     * @throws X if the body throws it
     */
    <T extends @Nullable Object, X extends Exception> T runInWorkerThread(Body<T, X> body, WorkerOptions options)
            throws X;

    /**
     * Returns the limiter of the calls that do not choose one.
     *
     * @return the limiter of the current run
     */
    CapacityLimiter defaultLimiter();

    /**
     * Makes a portal into the current loop.
     *
     * @return the portal, not yet open
     */
    BlockingPortal createBlockingPortal();

    /**
     * Returns a token of the current run.
     *
     * @return the token
     */
    RunToken currentToken();
}
