package io.anyio.api.net;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Serves the connections of a server. As an OSGi service with the properties of
 * {@link io.anyio.api.whiteboard.TcpListener} it is a server.
 *
 * {@snippet :
 * public void handle(SocketStream stream) throws IOException {
 *     for (byte[] chunk : stream) {
 *         stream.send(chunk);
 *     }
 * }
 * }
 *
 * <p>Guide: {@code docs/tcp.md}. AnyIO passes such a function to {@code Listener.serve}.
 */
@ConsumerType
@FunctionalInterface
public interface ConnectionHandler {
    /**
     * Serves one connection. Called in a task of its own, on the loop of the handler's bundle; for many connections at
     * the same time. When the method has ended, the stream is closed.
     *
     * @param stream the connection
     * @throws Exception if serving fails; it ends this connection, and is logged
     */
    void handle(SocketStream stream) throws Exception;
}
