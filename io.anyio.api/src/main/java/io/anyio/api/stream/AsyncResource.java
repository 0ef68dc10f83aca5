package io.anyio.api.stream;

import java.io.Closeable;
import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Something that must be closed, best by try-with-resources. Closing it again has no effect.
 *
 * <p>In AnyIO: {@code anyio.abc.AsyncResource}.
 */
@ConsumerType
public interface AsyncResource extends Closeable {
    /**
     * Closes the resource, gracefully if possible. It is closed when this method returns or throws, even in a cancelled
     * scope. May be a checkpoint.
     *
     * @throws IOException if it could not be closed gracefully; it is closed all the same
     */
    @Override
    void close() throws IOException;
}
