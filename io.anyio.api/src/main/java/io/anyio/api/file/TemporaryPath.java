package io.anyio.api.file;

import io.anyio.api.stream.AsyncResource;
import java.io.IOException;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/** A file or directory that exists until it is closed. Made by {@link AsyncFiles}. */
@ProviderType
public interface TemporaryPath extends AsyncResource {
    /**
     * Where it is.
     *
     * @return an absolute path
     */
    Path path();

    /**
     * Deletes it, with all that is in it, also if the task is cancelled. It is no error if it has gone already. A
     * checkpoint that does not throw for a cancellation; from any thread.
     *
     * @throws IOException if it cannot be deleted
     */
    @Override
    void close() throws IOException;
}
