package io.anyio.api.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Opens connections and UDP sockets, and looks up names.
 *
 * {@snippet :
 * try (SocketStream stream = network.connectTcp("127.0.0.1", listener.localPort())) {
 *     stream.send("hello".getBytes(UTF_8));
 *     reply = new String(stream.receive(), UTF_8);
 * }
 * }
 *
 * <p>A component gets this service by {@code @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED)}. Then what it opens
 * is closed with it; with a plain reference it is closed with the bundle. In plain Java,
 * {@code AnyIO.service(Network.class)} returns this service. Its methods are for tasks and are checkpoints, except
 * {@link #notifyClosing}.
 *
 * <p>Guide: {@code docs/tcp.md}. In AnyIO: {@code anyio.connect_tcp}.
 */
@ProviderType
public interface Network {
    /**
     * Connects to a host with the default options; otherwise like {@link #connectTcp(String, int, UnaryOperator)}.
     *
     * @param host a name, or an address as text, which needs no lookup
     * @param port the port
     * @return the connection
     * @throws ConnectionFailedException if no address accepted a connection
     * @throws java.net.UnknownHostException if the name has no address
     * @throws IOException if the operating system provides no socket
     * @throws IllegalArgumentException if the port is outside 0..65535
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    default SocketStream connectTcp(String host, int port) throws IOException {
        return connectTcp(host, port, options -> options);
    }

    /**
     * Connects to a host. A checkpoint; a cancelled or failed call leaves nothing open.
     *
     * <p>If the host has several addresses, they are tried as RFC 8305, section 5, describes. The first two are of
     * different families, IPv6 first. The next attempt begins when the previous one has failed, or has not succeeded
     * within the delay. The first connection wins, and the other attempts are ended.
     *
     * <p>With TLS the result is also a {@link io.anyio.api.tls.TlsStream}, and its handshake is complete.
     *
     * <p>In AnyIO: {@code anyio.connect_tcp}. Rules: HE-01 to HE-21 of {@code docs/semantics.md}.
     *
     * @param host a name, or an address as text, which needs no lookup
     * @param port the port
     * @param options changes the default options
     * @return the connection
     * @throws ConnectionFailedException if no address accepted a connection
     * @throws java.net.UnknownHostException if a name has no address
     * @throws javax.net.ssl.SSLException if the TLS handshake fails
     * @throws IOException if the operating system provides no socket
     * @throws IllegalArgumentException if a port is outside 0..65535
     * @throws IllegalStateException if the options have TLS, but the bundle io.anyio.tls is missing
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    SocketStream connectTcp(String host, int port, UnaryOperator<ConnectOptions> options) throws IOException;

    /**
     * Connects to an address with the default options; otherwise like
     * {@link #connectTcp(InetAddress, int, UnaryOperator)}.
     *
     * @param host the address
     * @param port the port
     * @return the connection
     * @throws ConnectionFailedException if the address did not accept the connection
     * @throws IOException if the operating system provides no socket
     * @throws IllegalArgumentException if the port is outside 0..65535
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    default SocketStream connectTcp(InetAddress host, int port) throws IOException {
        return connectTcp(host, port, options -> options);
    }

    /**
     * Connects to an address, in one attempt. A checkpoint; a cancelled or failed call leaves nothing open. With TLS
     * the result is also a {@link io.anyio.api.tls.TlsStream}, and its handshake is complete.
     *
     * <p>In AnyIO: {@code anyio.connect_tcp}. Rules: HE-02 of {@code docs/semantics.md}.
     *
     * @param host the address
     * @param port the port
     * @param options changes the default options
     * @return the connection
     * @throws ConnectionFailedException if the address did not accept the connection
     * @throws java.net.UnknownHostException if the local name has no address
     * @throws javax.net.ssl.SSLException if the TLS handshake fails
     * @throws IOException if the operating system provides no socket
     * @throws IllegalArgumentException if a port is outside 0..65535
     * @throws IllegalStateException if the options have TLS, but the bundle io.anyio.tls is missing
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    SocketStream connectTcp(InetAddress host, int port, UnaryOperator<ConnectOptions> options) throws IOException;

    /**
     * Connects to a path that is given as text; otherwise like {@link #connectUnix(Path)}.
     *
     * @param path the path of the listener's file
     * @return the connection
     * @throws java.nio.file.NoSuchFileException if there is no such file
     * @throws ConnectionFailedException if no listener accepts connections there, or the process may not connect
     * @throws IOException if the operating system provides no socket
     * @throws UnsupportedOperationException if the path begins with the character NUL: the JDK has no abstract
     * addresses
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    SocketStream connectUnix(String path) throws IOException;

    /**
     * Connects to a path, over a UNIX socket. A checkpoint; a cancelled or failed call leaves nothing open.
     *
     * <p>In AnyIO: {@code anyio.connect_unix}. Rules: UX-01 to UX-05 of {@code docs/semantics.md}.
     *
     * @param path the path of the listener's file
     * @return the connection
     * @throws java.nio.file.NoSuchFileException if there is no such file
     * @throws ConnectionFailedException if no listener accepts connections there, or the process may not connect
     * @throws IOException if the operating system provides no socket
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    SocketStream connectUnix(Path path) throws IOException;

    /**
     * Opens a UDP socket and binds it. A checkpoint; a cancelled or failed call leaves nothing open.
     *
     * <p>In AnyIO: {@code anyio.create_udp_socket}. Rules: UD-01 to UD-04, UD-15 of {@code docs/semantics.md}.
     *
     * @param options changes the default options; they must have a family or a local host
     * @return the socket
     * @throws java.net.BindException if the port is in use, or the process may not use it
     * @throws java.net.UnknownHostException if the local host has no address of the family
     * @throws IOException if the operating system provides no socket
     * @throws IllegalArgumentException if neither a family nor a local host is given, or the port is outside 0..65535
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    UdpSocket createUdpSocket(UnaryOperator<UdpOptions> options) throws IOException;

    /**
     * Opens a connected UDP socket with the default options; otherwise like
     * {@link #createConnectedUdpSocket(String, int, UnaryOperator)}.
     *
     * @param host a name, whose first address is taken, or an address as text, which needs no lookup
     * @param port the port
     * @return the socket
     * @throws ConnectionFailedException if there is no route to the host
     * @throws java.net.UnknownHostException if the name has no address
     * @throws IOException if the operating system provides no socket
     * @throws IllegalArgumentException if the port is outside 1..65535
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    default ConnectedUdpSocket createConnectedUdpSocket(String host, int port) throws IOException {
        return createConnectedUdpSocket(host, port, options -> options);
    }

    /**
     * Opens a UDP socket that exchanges datagrams with one other side. A checkpoint; a cancelled or failed call leaves
     * nothing open.
     *
     * <p>In AnyIO: {@code anyio.create_connected_udp_socket}. Rules: UD-17 to UD-21 of {@code docs/semantics.md}.
     *
     * @param host a name, whose first address of the family is taken, or an address as text, which needs no lookup
     * @param port the port
     * @param options changes the default options
     * @return the socket
     * @throws ConnectionFailedException if there is no route to the host
     * @throws java.net.BindException if the local port is in use or not allowed
     * @throws java.net.UnknownHostException if a host has no address, or none of the family
     * @throws IOException if the operating system provides no socket
     * @throws IllegalArgumentException if the port is outside 1..65535, or the local port outside 0..65535
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    ConnectedUdpSocket createConnectedUdpSocket(String host, int port, UnaryOperator<UdpOptions> options)
            throws IOException;

    /**
     * Opens a connected UDP socket with the default options; otherwise like
     * {@link #createConnectedUdpSocket(InetAddress, int, UnaryOperator)}.
     *
     * @param host the address
     * @param port the port
     * @return the socket
     * @throws ConnectionFailedException if there is no route to the host
     * @throws IOException if the operating system provides no socket
     * @throws IllegalArgumentException if the port is outside 1..65535
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    default ConnectedUdpSocket createConnectedUdpSocket(InetAddress host, int port) throws IOException {
        return createConnectedUdpSocket(host, port, options -> options);
    }

    /**
     * Opens a UDP socket that exchanges datagrams with one other side. A checkpoint; a cancelled or failed call leaves
     * nothing open.
     *
     * <p>In AnyIO: {@code anyio.create_connected_udp_socket}. Rules: UD-17 to UD-21 of {@code docs/semantics.md}.
     *
     * @param host the address
     * @param port the port
     * @param options changes the default options
     * @return the socket
     * @throws ConnectionFailedException if there is no route to the host
     * @throws java.net.BindException if the local port is in use or not allowed
     * @throws java.net.UnknownHostException if the local host has no address, or one of the two none of the family
     * @throws IOException if the operating system provides no socket
     * @throws IllegalArgumentException if the port is outside 1..65535, or the local port outside 0..65535
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    default ConnectedUdpSocket createConnectedUdpSocket(InetAddress host, int port, UnaryOperator<UdpOptions> options)
            throws IOException {
        return createConnectedUdpSocket(
                Objects.requireNonNull(host, "Network.createConnectedUdpSocket: the host is null").getHostAddress(),
                port, options);
    }

    /**
     * Looks up the addresses of a host with the default options; otherwise like
     * {@link #getAddrInfo(String, int, UnaryOperator)}.
     *
     * @param host a name, which may have characters beyond ASCII (IDNA 2008, UTS 46 without transition), or an address
     * as text; empty for this machine
     * @param port the port that the results have; 0 for none
     * @return at least one address, in the order of the resolver
     * @throws java.net.UnknownHostException if the host has no address
     * @throws IllegalArgumentException if the port is outside 0..65535
     */
    default List<AddressInfo> getAddrInfo(String host, int port) throws IOException {
        return getAddrInfo(host, port, options -> options);
    }

    /**
     * Looks up the addresses of a host. A checkpoint; a cancelled call does not wait for the answer.
     *
     * <p>In AnyIO: {@code anyio.getaddrinfo}. Rules: GA-01 to GA-14 of {@code docs/semantics.md}.
     *
     * @param host a name, which may have characters beyond ASCII (IDNA 2008, UTS 46 without transition), or an address
     * as text; empty for this machine
     * @param port the port that the results have; 0 for none
     * @param options changes the default options
     * @return at least one address, in the order of the resolver
     * @throws java.net.UnknownHostException if the host has no address of the family, or is a name although the options
     * require an address
     * @throws IllegalArgumentException if the port is outside 0..65535
     */
    List<AddressInfo> getAddrInfo(String host, int port, UnaryOperator<AddressInfoOptions> options) throws IOException;

    /**
     * Looks up the addresses of a host and the port of a service. A checkpoint; a cancelled call does not wait for the
     * answer.
     *
     * <p>In AnyIO: {@code anyio.getaddrinfo}. Rules: GA-09 of {@code docs/semantics.md}.
     *
     * @param host a name, which may have characters beyond ASCII (IDNA 2008, UTS 46 without transition), or an address
     * as text; empty for this machine
     * @param service a name that the operating system knows, such as {@code https}
     * @param options changes the default options
     * @return at least one address, in the order of the resolver
     * @throws java.net.UnknownHostException if the host has no address of the family, or is a name although the options
     * require an address
     * @throws java.net.UnknownServiceException if the operating system does not know the service for any wanted type
     * @throws IOException if the list of services cannot be read
     */
    List<AddressInfo> getAddrInfo(String host, String service, UnaryOperator<AddressInfoOptions> options)
            throws IOException;

    /**
     * Looks up the name of a host and the name of the service on a TCP port. A checkpoint; a cancelled call does not
     * wait for the answer.
     *
     * <p>In AnyIO: {@code anyio.getnameinfo}. Rules: GA-12 of {@code docs/semantics.md}.
     *
     * @param address a resolved address
     * @return the names, or the address and the port as text where there is no name
     * @throws IOException if the list of services cannot be read
     * @throws IllegalArgumentException if the address is not resolved
     */
    NameInfo getNameInfo(InetSocketAddress address) throws IOException;

    /**
     * Waits until a channel can be read, has reached its end, or can accept a connection; reads nothing. For channels
     * that other libraries use or that the caller has opened: sockets, datagram channels, pipes, in non-blocking mode.
     * A checkpoint, even if the channel is ready.
     *
     * {@snippet :
     * channel.configureBlocking(false);
     * ByteBuffer buffer = ByteBuffer.allocate(1000);
     * while (channel.read(buffer) == 0) {
     *     network.awaitReadable(channel);
     * }
     * }
     *
     * <p>During the wait the channel is registered with a selector of AnyIO, so it cannot be made blocking. After the
     * wait, however it ends, it is no longer registered. One task may wait to read while another one waits to write.
     *
     * <p>Java reports to nobody that a channel was closed. So the channel is looked at every 10 ms: if any code closes
     * it during the wait, the task gets its exception within that time, and the operating system its descriptor. Call
     * {@link #notifyClosing} before the close to have both at once.
     *
     * <p>In AnyIO: {@code anyio.wait_socket_readable}. Rules: WS-01 to WS-09 of {@code docs/semantics.md}.
     *
     * @param channel a channel in non-blocking mode; not the raw channel of a stream, listener or socket of AnyIO
     * @throws io.anyio.api.stream.ClosedResourceException if the channel is closed, or is closed during the wait
     * @throws io.anyio.api.sync.BusyResourceException if another task waits until the channel can be read
     * @throws IllegalArgumentException if the channel is in blocking mode, can never be read, or belongs to AnyIO
     * @throws IllegalStateException if the channel cannot be registered with a selector of its own provider
     * @throws IOException if the operating system provides no selector
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    void awaitReadable(SelectableChannel channel) throws IOException;

    /**
     * Waits until a write to a channel would make progress, or a connection that was begun is ready for
     * {@code finishConnect}; writes nothing. Otherwise like {@link #awaitReadable}. A checkpoint, even if the channel
     * is ready.
     *
     * <p>In AnyIO: {@code anyio.wait_socket_writable}. Rules: WS-01 to WS-09 of {@code docs/semantics.md}.
     *
     * @param channel a channel in non-blocking mode; not the raw channel of a stream, listener or socket of AnyIO
     * @throws io.anyio.api.stream.ClosedResourceException if the channel is closed, or is closed during the wait
     * @throws io.anyio.api.sync.BusyResourceException if another task waits until the channel can be written
     * @throws IllegalArgumentException if the channel is in blocking mode, can never be written, or belongs to AnyIO
     * @throws IllegalStateException if the channel cannot be registered with a selector of its own provider
     * @throws IOException if the operating system provides no selector
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    void awaitWritable(SelectableChannel channel) throws IOException;

    /**
     * Ends the waits for a channel that is about to be closed: they throw a
     * {@link io.anyio.api.stream.ClosedResourceException}. Unlike the close itself, this wakes their tasks at once.
     * Does nothing if no task waits. Not a checkpoint; from any thread.
     *
     * <p>AnyIO has this since version 4. Rules: WS-08 of {@code docs/semantics.md}.
     *
     * @param channel the channel
     * @throws IllegalArgumentException if the channel belongs to AnyIO, where a close needs no such call
     */
    void notifyClosing(SelectableChannel channel);
}
