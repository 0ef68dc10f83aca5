package io.anyio.api.net;

import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Where to connect. Code that gets one does not know whether it is TCP, TLS or a UNIX socket. As an OSGi service with
 * the property {@value #NAME} it is a configuration with the factory PID {@code io.anyio.net.connect}; what the service
 * opens belongs to the bundle that uses it, as with {@link Network}.
 *
 * {@snippet :
 * Connectable server = new TcpConnectable(network, "localhost", listener.localPort());
 * try (SocketStream stream = server.connect()) {
 *     stream.send("hello".getBytes(UTF_8));
 *     reply = new String(stream.receive(), UTF_8);
 * }
 * }
 *
 * <p>Guide: {@code docs/tcp.md}. AnyIO has this since version 4.
 */
@ConsumerType
@FunctionalInterface
public interface Connectable {
    /** The service property for the name, a text. */
    String NAME = "anyio.connect.name";

    /**
     * Opens a connection. A checkpoint; a cancelled or failed call leaves nothing open. Called by several tasks at the
     * same time, each of which gets a connection of its own.
     *
     * <p>Rules: CF-14 of {@code docs/beyond.md}.
     *
     * @return the connection, which the caller closes; with TLS its handshake is complete
     * @throws ConnectionFailedException if nobody accepts the connection
     * @throws java.net.UnknownHostException if the host has no address
     * @throws java.nio.file.NoSuchFileException if there is no such UNIX socket
     * @throws javax.net.ssl.SSLException if the TLS handshake fails
     * @throws IOException if the operating system provides no socket
     * @throws IllegalStateException if it needs TLS, but the bundle io.anyio.tls or the TLS context is missing
     * @throws io.anyio.api.task.TimedOutException if it has a time limit, which has passed
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds it has stopped
     */
    SocketStream connect() throws IOException;
}
