package io.anyio.api.spi;

import io.anyio.api.task.Body;
import io.anyio.api.task.TaskHandle;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * The body of the task that serves one connection. Its maker learns whether the task could not be started, so that
 * nobody has got the connection, and an error of an iteration over a stream leaves it as the {@code IOException} that
 * it is.
 *
 * @param <V> the type of the value
 */
public abstract class ConnectionBody<V extends @Nullable Object> implements Body<V, Exception> {
    private volatile boolean begun;

    /** For subclasses. */
    protected ConnectionBody() {}

    /**
     * Serves the connection.
     *
     * @return the value of the task
     * @throws Exception if serving it fails
     */
    protected abstract V serve() throws Exception;

    @Override
    public final V call() throws Exception {
        begun = true;
        try {
            return serve();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /**
     * Whether the task could not be started: it has ended without running this body.
     *
     * @param task the task that was spawned with this body
     * @return true if the body is never run
     */
    public final boolean neverBegins(TaskHandle<?> task) {
        return switch (task.status()) {
            case PENDING, CANCELLING -> false;
            case FINISHED, FAILED, CANCELLED -> !begun;
        };
    }
}
