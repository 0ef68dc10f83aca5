package io.anyio.net.socket;

import java.io.File;
import java.net.BindException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Port numbers. */
public final class Ports {
    /**
     * Whether {@code SO_REUSEADDR} allows a listener on a port that earlier connections still hold. On Windows it takes
     * the port away from other programs instead.
     */
    public static final boolean POSIX = File.separatorChar == '/';

    /** The largest port number. */
    public static final int MAX = 65535;

    private Ports() {}

    /**
     * Checks the number of a port on the other side.
     *
     * @param port the number
     * @throws IllegalArgumentException if it is outside 1..65535
     */
    public static void checkRemote(int port) {
        if (port < 1 || port > MAX) {
            throw new IllegalArgumentException("Port " + port + " is outside 1.." + MAX);
        }
    }

    /**
     * Checks the number of a port on this side; 0 stands for any free port.
     *
     * @param port the number
     * @throws IllegalArgumentException if it is outside 0..65535
     */
    public static void check(int port) {
        if (port < 0 || port > MAX) {
            throw new IllegalArgumentException("Port " + port + " is outside 0.." + MAX);
        }
    }

    /**
     * Makes the error of a failed bind, with the address and the remedy.
     *
     * @param address where
     * @param wildcard whether all addresses were meant
     * @param reason why it failed
     * @param cause the error of the channel
     * @return a new exception
     */
    public static BindException refused(InetSocketAddress address, boolean wildcard, @Nullable String reason,
            Exception cause) {
        BindException refused = new BindException("Cannot listen on port " + address.getPort() + " of "
                + (wildcard ? "all addresses" : address.getAddress().getHostAddress()) + ": " + reason
                + ". Choose another port or address, or stop who uses it");
        refused.initCause(cause);
        return refused;
    }
}
