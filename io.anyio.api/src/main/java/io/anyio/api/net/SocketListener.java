package io.anyio.api.net;

import io.anyio.api.stream.Listener;
import java.io.IOException;
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
