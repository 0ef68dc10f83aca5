package io.anyio.net.settings;

import io.anyio.api.whiteboard.ListenerKind;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is to listen.
 *
 * @param kind on what
 * @param host the address or name, empty for all addresses; the path of a UNIX socket
 * @param port the port, 0 for any free one; -1 for a path
 */
public record Endpoint(ListenerKind kind, String host, int port) {
    /**
     * What end points share that may exclude each other.
     *
     * @param kind on what is listened
     * @param port the port; -1 for a path
     * @param path the path of a UNIX socket; empty for a port
     */
    public record Place(ListenerKind kind, int port, String path) {}

    /**
     * Where it is, whatever its address.
     *
     * @return the kind, and the port or the path
     */
    public Place place() {
        return new Place(kind, port, kind == ListenerKind.UNIX ? host : "");
    }

    /**
     * Whether only one of two can be listened on. All addresses exclude each address of the same port; all IPv4
     * addresses exclude each that may be one. With TCP, and with {@code ::}, all addresses are those of both families.
     *
     * @param other another one
     * @return true if they are the same, or one is within the other
     */
    public boolean excludes(Endpoint other) {
        boolean samePlace = port != 0 && place().equals(other.place());
        return samePlace && (kind == ListenerKind.UNIX || isSame(other) || covers(other) || other.covers(this));
    }

    private boolean isSame(Endpoint other) {
        InetAddress address = literal();
        return host.equalsIgnoreCase(other.host) || (address != null && address.equals(other.literal()));
    }

    private boolean covers(Endpoint other) {
        boolean all = host.isEmpty() ? kind == ListenerKind.TCP : isAny(Inet6Address.class);
        boolean allIpv4 = host.isEmpty() || isAny(Inet4Address.class);
        return all || (allIpv4 && !other.isIpv6());
    }

    private boolean isAny(Class<? extends InetAddress> family) {
        InetAddress address = literal();
        return family.isInstance(address) && address.isAnyLocalAddress();
    }

    private boolean isIpv6() {
        return host.contains(":") && !(literal() instanceof Inet4Address);
    }

    /** The address; null if the host is a name. */
    private @Nullable InetAddress literal() {
        try {
            return InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /**
     * The text for users.
     *
     * @param actual the port on which is listened
     * @return such as {@code tcp://127.0.0.1:7007}
     */
    public String at(int actual) {
        return switch (kind) {
            case UNIX -> "unix:" + host;
            case TCP -> "tcp://" + authority("[::]") + ":" + actual;
            case UDP -> "udp://" + authority("0.0.0.0") + ":" + actual;
        };
    }

    private String authority(String all) {
        if (host.isEmpty()) {
            return all;
        }
        return host.contains(":") ? "[" + host + "]" : host;
    }

    @Override
    public String toString() {
        return at(port);
    }
}
