package io.anyio.api.net;

import java.io.IOException;
import java.net.InetAddress;
import java.util.function.UnaryOperator;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Opens connections. What is opened belongs to the component that holds the reference ({@code ReferenceScope.PROTOTYPE_REQUIRED}), or to the bundle (a plain reference), and is closed
 * with it. For tasks.
 */
@ProviderType
public interface Network {
    /**
     * Connects to a host. A checkpoint; a cancelled call leaves nothing open. If the host has several addresses, they are tried as RFC 8305 says: the first two of different families, IPv6
     * first, the next one when the one before has failed or has not answered within the delay; the first connection wins.
     *
     * @param host a name, or an address as text, which needs no lookup
     * @param port the port
     * @return the connection
     * @throws ConnectionFailedException if no address could be connected to
     * @throws java.net.UnknownHostException if the name has no address
     * @throws IOException if no socket can be had
     * @throws IllegalArgumentException if the port is outside 0..65535
     * @throws io.anyio.api.task.LoopClosedException if the holder of this service has gone
     */
    default SocketStream connectTcp(String host, int port) throws IOException {
        return connectTcp(host, port, options -> options);
    }

    /**
     * Connects to a host, with options. A checkpoint; a cancelled call leaves nothing open.
     *
     * @param host a name, or an address as text, which needs no lookup
     * @param port the port
     * @param options changes the default options
     * @return the connection
     * @throws ConnectionFailedException if no address could be connected to
     * @throws java.net.UnknownHostException if a name has no address
     * @throws IOException if no socket can be had
     * @throws IllegalArgumentException if a port is outside 0..65535
     * @throws io.anyio.api.task.LoopClosedException if the holder of this service has gone
     */
    SocketStream connectTcp(String host, int port, UnaryOperator<ConnectOptions> options) throws IOException;

    /**
     * Connects to an address, in one attempt. A checkpoint; a cancelled call leaves nothing open.
     *
     * @param host the address
     * @param port the port
     * @return the connection
     * @throws ConnectionFailedException if it could not be connected to
     * @throws IOException if no socket can be had
     * @throws IllegalArgumentException if the port is outside 0..65535
     * @throws io.anyio.api.task.LoopClosedException if the holder of this service has gone
     */
    default SocketStream connectTcp(InetAddress host, int port) throws IOException {
        return connectTcp(host, port, options -> options);
    }

    /**
     * Connects to an address, in one attempt, with options. A checkpoint; a cancelled call leaves nothing open.
     *
     * @param host the address
     * @param port the port
     * @param options changes the default options
     * @return the connection
     * @throws ConnectionFailedException if it could not be connected to
     * @throws java.net.UnknownHostException if the local name has no address
     * @throws IOException if no socket can be had
     * @throws IllegalArgumentException if a port is outside 0..65535
     * @throws io.anyio.api.task.LoopClosedException if the holder of this service has gone
     */
    SocketStream connectTcp(InetAddress host, int port, UnaryOperator<ConnectOptions> options) throws IOException;
}
