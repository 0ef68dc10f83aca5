package io.anyio.api.net;

import java.util.Objects;

/**
 * Options for opening a UDP socket.
 *
 * @param localHost the local address, or a name with one; empty for all addresses
 * @param localPort the local port; 0 for any free port
 * @param family the family of the addresses; UNSPECIFIED for that of the local or the remote host
 * @param reusePort whether several sockets may share the address and port, if the operating system supports that
 */
public record UdpOptions(String localHost, int localPort, AddressFamily family, boolean reusePort) {
    /** Any free port, the family of the host. */
    public static final UdpOptions DEFAULT = new UdpOptions("", 0, AddressFamily.UNSPECIFIED, false);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if the family is UNIX: the JDK has only streams for it
     */
    public UdpOptions {
        Objects.requireNonNull(localHost, "UdpOptions: the local host is null, give an empty one for any");
        Objects.requireNonNull(family, "UdpOptions: the family is null, give UNSPECIFIED for any");
        if (family == AddressFamily.UNIX) {
            throw new IllegalArgumentException(
                    "There are no datagrams for the family UNIX: the JDK has only streams for it");
        }
    }

    /**
     * Sets the local address.
     *
     * @param value the address, or a name with one; empty for all addresses
     * @return new options
     */
    public UdpOptions localHost(String value) {
        return new UdpOptions(value, localPort, family, reusePort);
    }

    /**
     * Sets the local port.
     *
     * @param value the port; 0 for any free port
     * @return new options
     */
    public UdpOptions localPort(int value) {
        return new UdpOptions(localHost, value, family, reusePort);
    }

    /**
     * Sets the family.
     *
     * @param value the family of the addresses
     * @return new options
     * @throws IllegalArgumentException if the family is UNIX: the JDK has only streams for it
     */
    public UdpOptions family(AddressFamily value) {
        return new UdpOptions(localHost, localPort, value, reusePort);
    }

    /**
     * Sets whether other sockets that set this, too, may share the address and port.
     *
     * @param value true to share them
     * @return new options
     */
    public UdpOptions reusePort(boolean value) {
        return new UdpOptions(localHost, localPort, family, value);
    }
}
