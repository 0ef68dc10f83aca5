package io.anyio.api.net;

import java.time.Duration;

/**
 * How a connection is opened.
 *
 * @param localHost the local address to connect from, or a name that has one; empty for any
 * @param localPort the local port to connect from; 0 for any
 * @param happyEyeballsDelay if the other side has several addresses, the time between the beginnings of two attempts; RFC 8305 recommends 250 ms
 */
public record ConnectOptions(String localHost, int localPort, Duration happyEyeballsDelay) {
    /** From anywhere, the delay of RFC 8305. */
    public static final ConnectOptions DEFAULT = new ConnectOptions("", 0, Duration.ofMillis(250));

    /**
     * Chooses where to connect from. Only addresses of the other side of the same family are tried then.
     *
     * @param value a local address, or a name that has one; empty for any
     * @return new options
     */
    public ConnectOptions localHost(String value) {
        return new ConnectOptions(value, localPort, happyEyeballsDelay);
    }

    /**
     * Chooses the port to connect from.
     *
     * @param value the local port; 0 for any
     * @return new options
     */
    public ConnectOptions localPort(int value) {
        return new ConnectOptions(localHost, value, happyEyeballsDelay);
    }

    /**
     * Sets the time after which the next address is tried beside those that have not answered yet.
     *
     * @param value the time between the beginnings of two attempts
     * @return new options
     */
    public ConnectOptions happyEyeballsDelay(Duration value) {
        return new ConnectOptions(localHost, localPort, value);
    }
}
