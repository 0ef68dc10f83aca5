package io.anyio.api.net;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Serves connections. As a service with the properties of {@link io.anyio.api.whiteboard.TcpListener} it is a server.
 */
@ConsumerType
@FunctionalInterface
public interface ConnectionHandler {
    /**
     * Serves one connection, in a task of its own. The stream is closed afterwards.
     *
     * @param stream the connection
     * @throws Exception ends this connection, and is logged
     */
    void handle(SocketStream stream) throws Exception;
}
