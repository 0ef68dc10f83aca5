package io.anyio.api.net;

import io.anyio.api.stream.Listener;
import io.anyio.api.task.BlockWith;
import java.io.IOException;
import java.util.function.UnaryOperator;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A socket, or several on the same port, that accept connections, with the attributes of {@link SocketAttribute}.
 *
 * <p>A server survives what happens to it in accepting: if there is no file descriptor left, {@code serve} logs that,
 * waits and goes on. {@code close} may be called by any task and any thread.
 */
@ProviderType
public interface SocketListener extends Listener<SocketStream> {
    /**
     * Waits for a connection. A checkpoint; a cancelled accept leaves the connection to the next one.
     *
     * @return the connection, the caller's own to be closed
     * @throws IOException if the operating system has no connection to give, for example because there are too many
     * open files
     * @throws io.anyio.api.stream.ClosedResourceException if the listener is closed, before or meanwhile
     * @throws io.anyio.api.sync.BusyResourceException if another task is accepting
     */
    SocketStream accept() throws IOException;

    /**
     * Accepts connections until it is cancelled or closed, and runs the handlers in a task group of its own, with
     * options. A checkpoint.
     *
     * @param handler what is done with each connection
     * @param options changes the default options
     * @throws IOException if a handler throws it and is not isolated
     * @throws io.anyio.api.stream.ClosedResourceException if the listener is closed, before or meanwhile
     * @throws io.anyio.api.sync.BusyResourceException if another task is accepting
     * @throws io.anyio.api.task.ExceptionGroup if several handlers fail, or one with another checked exception, and are
     * not isolated
     */
    void serve(BlockWith<? super SocketStream, ?> handler, UnaryOperator<ServeOptions> options) throws IOException;

    /**
     * The port on which it listens, also if any free one was asked for.
     *
     * @return the port
     * @throws java.io.UncheckedIOException if the listener is closed
     */
    default int localPort() {
        return attribute(SocketAttribute.LOCAL_PORT);
    }
}
