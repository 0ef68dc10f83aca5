package io.anyio.impl.process;

import io.anyio.api.spi.RegisteredChannel;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ClosedResourceException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/** Our end of a pipe to a process: the checks at the beginning of each operation, and the close. */
abstract class PipeEnd implements Closeable {
    final RegisteredChannel registered;
    private final String name;
    private volatile boolean closed;

    PipeEnd(RegisteredChannel registered, String name) {
        this.registered = registered;
        this.name = name;
    }

    final void checkOpen() {
        if (closed) {
            throw closedException();
        }
    }

    final ClosedResourceException closedException() {
        return new ClosedResourceException("The stream " + this);
    }

    final IOException failed(String doing, IOException e) {
        checkOpen();
        if (e instanceof ClosedChannelException) {
            throw closedException();
        }
        return new BrokenResourceException(doing + this + " failed: " + e.getMessage(), e);
    }

    /** {@inheritDoc} Wakes the task that waits for this end. Not a checkpoint; from any thread. */
    @Override
    public final void close() throws IOException {
        closed = true;
        registered.close();
    }

    /** Closes it for its only user, who goes on while the descriptor is freed. */
    final void closeWithoutWaiting() throws IOException {
        closed = true;
        registered.closeWithoutWaiting();
    }

    @Override
    public final String toString() {
        return name;
    }
}
