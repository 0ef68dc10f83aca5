package io.anyio.api.spi;

import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A resource of an {@link Owner} that the end of a loop does not end, because it is more than a channel of the loop. In
 * plain Java, the end of the run closes it.
 */
@ConsumerType
public interface Lasting extends AutoCloseable {
    /** Closes what is left. At the end of a run, from the thread of its loop. */
    @Override
    void close() throws IOException;
}
