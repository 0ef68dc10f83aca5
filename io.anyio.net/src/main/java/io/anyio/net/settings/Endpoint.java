package io.anyio.net.settings;

import io.anyio.api.whiteboard.ListenerKind;

/**
 * Where a server is to listen.
 *
 * @param kind on what
 * @param host the address or name, empty for all addresses; the path of a UNIX socket
 * @param port the port, 0 for any free one; -1 for a path
 */
public record Endpoint(ListenerKind kind, String host, int port) {
    /**
     * Whether only one of two can be listened on. All addresses exclude each address of the same port.
     *
     * @param other another one
     * @return true if they are the same, or one is within the other
     */
    public boolean excludes(Endpoint other) {
        if (kind != other.kind || port != other.port || port == 0) {
            return false;
        }
        return kind == ListenerKind.UNIX
                ? host.equals(other.host)
                : host.isEmpty() || other.host.isEmpty() || host.equalsIgnoreCase(other.host);
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
