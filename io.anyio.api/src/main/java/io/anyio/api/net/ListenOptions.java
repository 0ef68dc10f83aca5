package io.anyio.api.net;

import java.util.Objects;

/**
 * How a listener is opened.
 *
 * @param host the local address, or a name that has one or several; empty for all addresses. An IPv4 address listens on
 * IPv4 only; {@code ::}, like no host, on both families if none is given
 * @param family which addresses are used
 * @param backlog how many connections may wait for their accept
 * @param reusePort whether several listeners may listen on the same address and port, if the operating system can do
 * that
 */
public record ListenOptions(String host, AddressFamily family, int backlog, boolean reusePort) {
    /** The largest backlog; a larger one is cut. */
    public static final int MAX_BACKLOG = 65536;

    /** All addresses of both families. */
    public static final ListenOptions DEFAULT = new ListenOptions("", AddressFamily.UNSPECIFIED, MAX_BACKLOG, false);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if the backlog is less than 1, or the family has no ports
     */
    public ListenOptions {
        Objects.requireNonNull(host, "ListenOptions: the host is null, give an empty one for all addresses");
        Objects.requireNonNull(family, "ListenOptions: the family is null, give UNSPECIFIED for any");
        if (family == AddressFamily.UNIX) {
            throw new IllegalArgumentException("The family UNIX has paths instead of ports");
        }
        backlog = checkedBacklog(backlog);
    }

    static int checkedBacklog(int value) {
        if (value < 1) {
            throw new IllegalArgumentException("A backlog of " + value + " is less than 1");
        }
        return Math.min(value, MAX_BACKLOG);
    }

    /**
     * Chooses where to listen.
     *
     * @param value a local address, or a name that has one or several; empty for all addresses
     * @return new options
     */
    public ListenOptions host(String value) {
        return new ListenOptions(value, family, backlog, reusePort);
    }

    /**
     * Limits the addresses.
     *
     * @param value which addresses are used
     * @return new options
     */
    public ListenOptions family(AddressFamily value) {
        return new ListenOptions(host, value, backlog, reusePort);
    }

    /**
     * Sets the backlog.
     *
     * @param value how many connections may wait for their accept; the operating system may allow less
     * @return new options
     * @throws IllegalArgumentException if it is less than 1
     */
    public ListenOptions backlog(int value) {
        return new ListenOptions(host, family, value, reusePort);
    }

    /**
     * Shares the port with other listeners that ask for the same.
     *
     * @param value whether to share it
     * @return new options
     */
    public ListenOptions reusePort(boolean value) {
        return new ListenOptions(host, family, backlog, value);
    }
}
