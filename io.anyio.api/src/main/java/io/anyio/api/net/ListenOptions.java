package io.anyio.api.net;

import java.util.Objects;

/**
 * Options for listening over TCP.
 *
 * @param host the local address, or a name with one or several addresses; empty for all addresses. An IPv4 address
 * means IPv4 only; {@code ::}, like an empty host, means both families, unless a family is given
 * @param family the family of the addresses
 * @param backlog how many connections may wait to be accepted
 * @param reusePort whether several listeners may share the address and port, if the operating system supports that
 */
public record ListenOptions(String host, AddressFamily family, int backlog, boolean reusePort) {
    /** The largest backlog; a larger value counts as this one. */
    public static final int MAX_BACKLOG = 65536;

    /** All addresses of both families. */
    public static final ListenOptions DEFAULT = new ListenOptions("", AddressFamily.UNSPECIFIED, MAX_BACKLOG, false);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if the backlog is less than 1, or the family is UNIX, which has paths instead of
     * ports
     */
    public ListenOptions {
        Objects.requireNonNull(host, "ListenOptions: the host is null, give an empty one for all addresses");
        Objects.requireNonNull(family, "ListenOptions: the family is null, give UNSPECIFIED for any");
        if (family == AddressFamily.UNIX) {
            throw new IllegalArgumentException("The family UNIX has paths instead of ports: use Listeners.unix");
        }
        backlog = checkedBacklog(backlog);
    }

    static int checkedBacklog(int value) {
        if (value < 1) {
            throw new IllegalArgumentException("The backlog is " + value + ": give at least 1");
        }
        return Math.min(value, MAX_BACKLOG);
    }

    /**
     * Sets the local address.
     *
     * @param value the address, or a name with one or several addresses; empty for all addresses
     * @return new options
     */
    public ListenOptions host(String value) {
        return new ListenOptions(value, family, backlog, reusePort);
    }

    /**
     * Sets the family.
     *
     * @param value the family of the addresses
     * @return new options
     */
    public ListenOptions family(AddressFamily value) {
        return new ListenOptions(host, value, backlog, reusePort);
    }

    /**
     * Sets the backlog.
     *
     * @param value how many connections may wait to be accepted; the operating system may allow fewer
     * @return new options
     * @throws IllegalArgumentException if it is less than 1
     */
    public ListenOptions backlog(int value) {
        return new ListenOptions(host, family, value, reusePort);
    }

    /**
     * Sets whether other listeners that set this, too, may share the address and port.
     *
     * @param value true to share them
     * @return new options
     */
    public ListenOptions reusePort(boolean value) {
        return new ListenOptions(host, family, backlog, value);
    }
}
