package io.anyio.api.net;

import java.util.Objects;

/**
 * How a UDP socket is opened.
 *
 * @param localHost the local address, or a name that has one; empty for all addresses
 * @param localPort the local port; 0 for any free one
 * @param family which addresses are used; UNSPECIFIED for that of the local or the remote host
 * @param reusePort whether several sockets may have the same address and port, if the operating system can do that
 */
public record UdpOptions(String localHost, int localPort, AddressFamily family, boolean reusePort) {
    /** Any free port, the family of the host. */
    public static final UdpOptions DEFAULT = new UdpOptions("", 0, AddressFamily.UNSPECIFIED, false);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if the family is UNIX, for which the JDK has no datagrams
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
     * Chooses the address on this side.
     *
     * @param value a local address, or a name that has one; empty for all addresses
     * @return new options
     */
    public UdpOptions localHost(String value) {
        return new UdpOptions(value, localPort, family, reusePort);
    }

    /**
     * Chooses the port on this side.
     *
     * @param value the local port; 0 for any free one
     * @return new options
     */
    public UdpOptions localPort(int value) {
        return new UdpOptions(localHost, value, family, reusePort);
    }

    /**
     * Limits the addresses.
     *
     * @param value which addresses are used
     * @return new options
     * @throws IllegalArgumentException if the family is UNIX, for which the JDK has no datagrams
     */
    public UdpOptions family(AddressFamily value) {
        return new UdpOptions(localHost, localPort, value, reusePort);
    }

    /**
     * Shares the port with other sockets that ask for the same.
     *
     * @param value whether to share it
     * @return new options
     */
    public UdpOptions reusePort(boolean value) {
        return new UdpOptions(localHost, localPort, family, value);
    }
}
