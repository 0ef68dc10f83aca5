package io.anyio.api.net;

import io.anyio.api.stream.Listener;
import io.anyio.api.task.BlockWith;
import java.io.IOException;
import java.util.function.UnaryOperator;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Accepts connections on a socket, or on several sockets with the same port, with the attributes of
 * {@link SocketAttribute}.
 *
 * {@snippet :
 * group.spawn("server", () -> listener.serve(stream -> {
 *     try (stream) {
 *         for (byte[] chunk : stream) {
 *             stream.send(chunk);
 *         }
 *     }
 * }));
 * }
 *
 * <p>{@code serve} survives transient errors: if the process has no file descriptor left, it logs that, waits, and
 * continues. {@code close} may be called from any thread.
 *
 * <p>Guide: {@code docs/tcp.md}. In AnyIO: {@code anyio.abc.SocketListener}.
 */
@ProviderType
public interface SocketListener extends Listener<SocketStream> {
    /**
     * Accepts one connection, and waits until there is one. A checkpoint; a cancelled accept takes no connection.
     *
     * <p>In AnyIO: {@code anyio.abc.SocketListener.accept}. Rules: TL-12 to TL-16 of {@code docs/semantics.md}.
     *
     * @return the connection, which the caller must close
     * @throws IOException if the operating system cannot accept, for example because the process has too many open
     * files
     * @throws io.anyio.api.stream.ClosedResourceException if the listener has been closed, or is closed during the call
     * @throws io.anyio.api.sync.BusyResourceException if another task is accepting
     */
    SocketStream accept() throws IOException;

    /**
     * Accepts connections until it is cancelled or closed, and runs the handlers in a task group of its own, so that
     * all of them have ended when this method returns or throws. A checkpoint; a cancellation cancels the handlers and
     * waits for them.
     *
     * <p>In AnyIO: {@code anyio.abc.SocketListener.serve}. Rules: TL-17 to TL-23 of {@code docs/semantics.md}.
     *
     * @param handler the code that serves a connection
     * @param options changes the default options
     * @throws IOException if a handler throws it, and handlers are not isolated
     * @throws io.anyio.api.stream.ClosedResourceException if the listener has been closed, or is closed during the call
     * @throws io.anyio.api.sync.BusyResourceException if another task is accepting
     * @throws io.anyio.api.task.ExceptionGroup if several handlers fail, or one fails with a checked exception that is
     * not an {@link IOException}, and handlers are not isolated
     */
    void serve(BlockWith<? super SocketStream, ?> handler, UnaryOperator<ServeOptions> options) throws IOException;

    /**
     * Returns the port on which it listens, even if it was opened with port 0.
     *
     * <p>Rules: SK-04 of {@code docs/semantics.md}.
     *
     * @return the port
     * @throws java.io.UncheckedIOException if the listener is closed
     */
    default int localPort() {
        return attribute(SocketAttribute.LOCAL_PORT);
    }
}
