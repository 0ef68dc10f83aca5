package io.anyio.api.spi;

import io.anyio.api.task.Body;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * The body of the task that serves one connection. An error of an iteration over a stream leaves it as the
 * {@code IOException} that it is.
 *
 * @param <V> the type of the value
 */
public abstract class ConnectionBody<V extends @Nullable Object> implements Body<V, Exception>, Skippable {
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
        try {
            return serve();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
