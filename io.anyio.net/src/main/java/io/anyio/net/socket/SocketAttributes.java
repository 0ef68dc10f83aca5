package io.anyio.net.socket;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.net.AddressFamily;
import io.anyio.api.net.SocketAttribute;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.NetworkChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The attributes of sockets of all kinds. */
public final class SocketAttributes {
    private SocketAttributes() {}

    /**
     * Returns the attributes of a socket that has no other side.
     *
     * @param channel the socket
     * @param raw supplies the channel that is handed out
     * @param address one of its addresses, which shows whether it has ports
     * @return its attributes
     */
    public static Map<TypedAttribute<?>, Supplier<?>> unconnected(NetworkChannel channel, Supplier<NetworkChannel> raw,
            SocketAddress address) {
        return Map.copyOf(own(channel, raw, address));
    }

    private static Map<TypedAttribute<?>, Supplier<?>> own(NetworkChannel channel, Supplier<NetworkChannel> raw,
            SocketAddress address) {
        Map<TypedAttribute<?>, Supplier<?>> attributes = new HashMap<>();
        attributes.put(SocketAttribute.FAMILY, () -> familyOf(localAddress(channel)));
        attributes.put(SocketAttribute.LOCAL_ADDRESS, () -> localAddress(channel));
        attributes.put(SocketAttribute.RAW_SOCKET, raw);
        if (address instanceof InetSocketAddress) {
            attributes.put(SocketAttribute.LOCAL_PORT, () -> portOf(localAddress(channel)));
        }
        return attributes;
    }

    /**
     * Returns the attributes of a connected socket.
     *
     * @param channel the socket
     * @param raw supplies the channel that is handed out
     * @param remote the address of the other side
     * @return its attributes
     */
    public static Map<TypedAttribute<?>, Supplier<?>> connected(NetworkChannel channel, Supplier<NetworkChannel> raw,
            SocketAddress remote) {
        Map<TypedAttribute<?>, Supplier<?>> attributes = own(channel, raw, remote);
        attributes.put(SocketAttribute.FAMILY, () -> familyOf(remote));
        attributes.put(SocketAttribute.REMOTE_ADDRESS, () -> remote);
        if (remote instanceof InetSocketAddress) {
            attributes.put(SocketAttribute.REMOTE_PORT, () -> portOf(remote));
        }
        return Map.copyOf(attributes);
    }

    private static SocketAddress localAddress(NetworkChannel channel) {
        try {
            return channel.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException("The socket has no local address any more", e);
        }
    }

    /**
     * Formats an address for display: without a name, with brackets for IPv6. A path is not changed.
     *
     * @param address the address
     * @return its text
     */
    public static String text(SocketAddress address) {
        if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
            String host = inet.getAddress().getHostAddress();
            return (inet.getAddress() instanceof Inet6Address ? "[" + host + "]" : host) + ":" + inet.getPort();
        }
        String path = address.toString();
        return path.isEmpty() ? "an unnamed socket" : path;
    }

    private static int portOf(SocketAddress address) {
        return ((InetSocketAddress) address).getPort();
    }

    private static AddressFamily familyOf(SocketAddress address) {
        return switch (address) {
            case InetSocketAddress inet when inet.getAddress() instanceof Inet4Address -> AddressFamily.IPV4;
            case InetSocketAddress inet when inet.getAddress() instanceof Inet6Address -> AddressFamily.IPV6;
            case UnixDomainSocketAddress _ -> AddressFamily.UNIX;
            default -> AddressFamily.UNSPECIFIED;
        };
    }
}
