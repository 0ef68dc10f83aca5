package io.anyio.api.net;

import io.anyio.api.attribute.TypedAttribute;
import java.net.SocketAddress;
import java.nio.channels.NetworkChannel;

/**
 * The attributes of sockets.
 *
 * <p>Addresses are {@link java.net.InetSocketAddress}, or {@link java.net.UnixDomainSocketAddress} for the family UNIX,
 * which has no ports. Asking a closed socket for its local address throws {@link java.io.UncheckedIOException}; the
 * remote address of a stream is still known.
 *
 * <p>Guide: {@code docs/tcp.md}. In AnyIO: {@code anyio.abc.SocketAttribute}.
 */
public final class SocketAttribute {
    /** The family of the addresses. A connection over IPv4 to a socket for both families has IPV4. */
    public static final TypedAttribute<AddressFamily> FAMILY = TypedAttribute.of(AddressFamily.class, "family");

    /** The address on this side. */
    public static final TypedAttribute<SocketAddress> LOCAL_ADDRESS = TypedAttribute.of(SocketAddress.class,
            "local_address");

    /** The port on this side. */
    public static final TypedAttribute<Integer> LOCAL_PORT = TypedAttribute.of(Integer.class, "local_port");

    /** The address of the other side; only connected sockets have one. */
    public static final TypedAttribute<SocketAddress> REMOTE_ADDRESS = TypedAttribute.of(SocketAddress.class,
            "remote_address");

    /** The port of the other side; only connected sockets have one. */
    public static final TypedAttribute<Integer> REMOTE_PORT = TypedAttribute.of(Integer.class, "remote_port");

    /**
     * The channel, for setting its options: a {@link java.nio.channels.SocketChannel},
     * {@link java.nio.channels.ServerSocketChannel} or {@link java.nio.channels.DatagramChannel} that passes all calls
     * to the loop's own channel. Closing it, from any thread, closes the socket. Bytes that are read or written through
     * it directly are missing in what the socket receives or sends. It cannot be set to blocking mode or registered
     * with a selector, and has no {@code java.net} adaptor.
     */
    public static final TypedAttribute<NetworkChannel> RAW_SOCKET = TypedAttribute.of(NetworkChannel.class,
            "raw_socket");

    private SocketAttribute() {}
}
