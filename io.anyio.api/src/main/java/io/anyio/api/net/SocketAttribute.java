package io.anyio.api.net;

import io.anyio.api.attribute.TypedAttribute;
import java.net.SocketAddress;
import java.nio.channels.NetworkChannel;

/**
 * What sockets tell about themselves.
 *
 * <p>Addresses are {@link java.net.InetSocketAddress}, or {@link java.net.UnixDomainSocketAddress} for the family UNIX,
 * which has no ports. Asking for the local address of a closed socket throws {@link java.io.UncheckedIOException}; the
 * remote address of a stream is kept.
 */
public final class SocketAttribute {
    /** The family of the addresses; IPV4 also for a connection that came over a socket for both families. */
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
     * The channel, for its options: a {@link java.nio.channels.SocketChannel},
     * {@link java.nio.channels.ServerSocketChannel} or {@link java.nio.channels.DatagramChannel} that does everything
     * with the loop's own one. Closing it, from any thread, closes the socket that gave it. Reading or writing it
     * directly takes from what the socket receives and sends; it cannot block, nor be registered with a selector, and
     * has no {@code java.net} adaptor.
     */
    public static final TypedAttribute<NetworkChannel> RAW_SOCKET = TypedAttribute.of(NetworkChannel.class,
            "raw_socket");

    private SocketAttribute() {}
}
