package io.anyio.api.stream;

import java.io.Closeable;
import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;

/** Something to be closed, best by try-with-resources. Closing twice is harmless. */
@ConsumerType
public interface AsyncResource extends Closeable {
    /**
     * Closes the resource, gracefully if it can; also in a cancelled scope it is closed on return. May be a checkpoint.
     *
     * @throws IOException if it could not be closed gracefully; it is closed nevertheless
     */
    @Override
    void close() throws IOException;
}
