package io.anyio.api.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Opens connections and UDP sockets, and looks names up. What is opened belongs to the component that holds the
 * reference ({@code ReferenceScope.PROTOTYPE_REQUIRED}), or to the bundle (a plain reference), and is closed with it.
 * For tasks.
 */
@ProviderType
public interface Network {
    /**
     * Connects to a host. A checkpoint; a cancelled call leaves nothing open. If the host has several addresses, they
     * are tried as RFC 8305 says: the first two of different families, IPv6 first, the next one when the one before has
     * failed or has not answered within the delay; the first connection wins.
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
     * Connects to a host, with options. A checkpoint; a cancelled or failed call leaves nothing open. With TLS the
     * result is a {@link io.anyio.api.tls.TlsStream}, too, and the handshake is complete.
     *
     * @param host a name, or an address as text, which needs no lookup
     * @param port the port
     * @param options changes the default options
     * @return the connection
     * @throws ConnectionFailedException if no address could be connected to
     * @throws java.net.UnknownHostException if a name has no address
     * @throws javax.net.ssl.SSLException if the handshake of TLS fails
     * @throws IOException if no socket can be had
     * @throws IllegalArgumentException if a port is outside 0..65535
     * @throws IllegalStateException if TLS was asked for, and its bundle is not there
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
     * Connects to an address, in one attempt, with options. A checkpoint; a cancelled or failed call leaves nothing
     * open. With TLS the result is a {@link io.anyio.api.tls.TlsStream}, too, and the handshake is complete.
     *
     * @param host the address
     * @param port the port
     * @param options changes the default options
     * @return the connection
     * @throws ConnectionFailedException if it could not be connected to
     * @throws java.net.UnknownHostException if the local name has no address
     * @throws javax.net.ssl.SSLException if the handshake of TLS fails
     * @throws IOException if no socket can be had
     * @throws IllegalArgumentException if a port is outside 0..65535
     * @throws IllegalStateException if TLS was asked for, and its bundle is not there
     * @throws io.anyio.api.task.LoopClosedException if the holder of this service has gone
     */
    SocketStream connectTcp(InetAddress host, int port, UnaryOperator<ConnectOptions> options) throws IOException;

    /**
     * Connects to a path. A checkpoint; a cancelled call leaves nothing open.
     *
     * @param path the file of a socket on which somebody listens
     * @return the connection
     * @throws java.nio.file.NoSuchFileException if there is no such file
     * @throws ConnectionFailedException if nobody listens there, or may not be connected to
     * @throws IOException if no socket can be had
     * @throws UnsupportedOperationException if the path is an abstract address, which begins with the character NUL
     * @throws io.anyio.api.task.LoopClosedException if the holder of this service has gone
     */
    SocketStream connectUnix(String path) throws IOException;

    /**
     * Connects to a path. A checkpoint; a cancelled call leaves nothing open.
     *
     * @param path the file of a socket on which somebody listens
     * @return the connection
     * @throws java.nio.file.NoSuchFileException if there is no such file
     * @throws ConnectionFailedException if nobody listens there, or may not be connected to
     * @throws IOException if no socket can be had
     * @throws io.anyio.api.task.LoopClosedException if the holder of this service has gone
     */
    SocketStream connectUnix(Path path) throws IOException;

    /**
     * Opens a UDP socket, which is bound at once. A checkpoint; a cancelled call leaves nothing open.
     *
     * @param options changes the default options; a family or a local host is needed
     * @return the socket
     * @throws java.net.BindException if the port is in use or not allowed
     * @throws java.net.UnknownHostException if the local host has no address of the family
     * @throws IOException if no socket can be had
     * @throws IllegalArgumentException if neither a family nor a local host is given, or the port is outside 0..65535
     * @throws io.anyio.api.task.LoopClosedException if the holder of this service has gone
     */
    UdpSocket createUdpSocket(UnaryOperator<UdpOptions> options) throws IOException;

    /**
     * Opens a UDP socket that talks to one other side. A checkpoint; a cancelled call leaves nothing open.
     *
     * @param host a name, whose first address is taken, or an address as text, which needs no lookup
     * @param port the port
     * @return the socket
     * @throws ConnectionFailedException if there is no way to the host
     * @throws java.net.UnknownHostException if the name has no address
     * @throws IOException if no socket can be had
     * @throws IllegalArgumentException if the port is outside 1..65535
     * @throws io.anyio.api.task.LoopClosedException if the holder of this service has gone
     */
    default ConnectedUdpSocket createConnectedUdpSocket(String host, int port) throws IOException {
        return createConnectedUdpSocket(host, port, options -> options);
    }

    /**
     * Opens a UDP socket that talks to one other side, with options. A checkpoint; a cancelled call leaves nothing
     * open.
     *
     * @param host a name, whose first address of the family is taken, or an address as text, which needs no lookup
     * @param port the port
     * @param options changes the default options
     * @return the socket
     * @throws ConnectionFailedException if there is no way to the host
     * @throws java.net.BindException if the local port is in use or not allowed
     * @throws java.net.UnknownHostException if a host has no address, or none of the family
     * @throws IOException if no socket can be had
     * @throws IllegalArgumentException if the port is outside 1..65535, or the local port outside 0..65535
     * @throws io.anyio.api.task.LoopClosedException if the holder of this service has gone
     */
    ConnectedUdpSocket createConnectedUdpSocket(String host, int port, UnaryOperator<UdpOptions> options)
            throws IOException;

    /**
     * Opens a UDP socket that talks to one other side. A checkpoint; a cancelled call leaves nothing open.
     *
     * @param host the address
     * @param port the port
     * @return the socket
     * @throws ConnectionFailedException if there is no way to the host
     * @throws IOException if no socket can be had
     * @throws IllegalArgumentException if the port is outside 1..65535
     * @throws io.anyio.api.task.LoopClosedException if the holder of this service has gone
     */
    default ConnectedUdpSocket createConnectedUdpSocket(InetAddress host, int port) throws IOException {
        return createConnectedUdpSocket(host, port, options -> options);
    }

    /**
     * Opens a UDP socket that talks to one other side, with options. A checkpoint; a cancelled call leaves nothing
     * open.
     *
     * @param host the address
     * @param port the port
     * @param options changes the default options
     * @return the socket
     * @throws ConnectionFailedException if there is no way to the host
     * @throws java.net.BindException if the local port is in use or not allowed
     * @throws java.net.UnknownHostException if the local host has no address, or one of the two none of the family
     * @throws IOException if no socket can be had
     * @throws IllegalArgumentException if the port is outside 1..65535, or the local port outside 0..65535
     * @throws io.anyio.api.task.LoopClosedException if the holder of this service has gone
     */
    default ConnectedUdpSocket createConnectedUdpSocket(InetAddress host, int port, UnaryOperator<UdpOptions> options)
            throws IOException {
        return createConnectedUdpSocket(
                Objects.requireNonNull(host, "Network.createConnectedUdpSocket: the host is null").getHostAddress(),
                port, options);
    }

    /**
     * Looks up the addresses of a host. A checkpoint; a cancelled call does not wait for the answer.
     *
     * @param host a name, also one beyond ASCII (IDNA 2008, UTS 46 without transition), or an address as text; empty
     * for this machine
     * @param port the port of the answers; 0 for none
     * @return at least one answer, in the order of the resolver
     * @throws java.net.UnknownHostException if the host has no address
     * @throws IllegalArgumentException if the port is outside 0..65535
     */
    default List<AddressInfo> getAddrInfo(String host, int port) throws IOException {
        return getAddrInfo(host, port, options -> options);
    }

    /**
     * Looks up the addresses of a host, with options. A checkpoint; a cancelled call does not wait for the answer.
     *
     * @param host a name, also one beyond ASCII (IDNA 2008, UTS 46 without transition), or an address as text; empty
     * for this machine
     * @param port the port of the answers; 0 for none
     * @param options changes the default options
     * @return at least one answer, in the order of the resolver
     * @throws java.net.UnknownHostException if the host has no address of the family, or is no address although one is
     * asked for
     * @throws IllegalArgumentException if the port is outside 0..65535
     */
    List<AddressInfo> getAddrInfo(String host, int port, UnaryOperator<AddressInfoOptions> options) throws IOException;

    /**
     * Looks up the addresses of a host and the port of a service, with options. A checkpoint; a cancelled call does not
     * wait for the answer.
     *
     * @param host a name, also one beyond ASCII (IDNA 2008, UTS 46 without transition), or an address as text; empty
     * for this machine
     * @param service a name that the operating system knows, such as {@code https}
     * @param options changes the default options
     * @return at least one answer, in the order of the resolver
     * @throws java.net.UnknownHostException if the host has no address of the family, or is no address although one is
     * asked for
     * @throws java.net.UnknownServiceException if the operating system does not know the service for any wanted type
     * @throws IOException if its list of services cannot be read
     */
    List<AddressInfo> getAddrInfo(String host, String service, UnaryOperator<AddressInfoOptions> options)
            throws IOException;

    /**
     * Looks up the name of a host, and of the service on a TCP port. A checkpoint; a cancelled call does not wait for
     * the answer.
     *
     * @param address a resolved address
     * @return what is known, else as text
     * @throws IOException if the list of services cannot be read
     * @throws IllegalArgumentException if the address is not resolved
     */
    NameInfo getNameInfo(InetSocketAddress address) throws IOException;
}
