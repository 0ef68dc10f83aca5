package io.anyio.api.net;

import io.anyio.api.spi.Options;
import io.anyio.api.tls.TlsOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Options for opening a connection.
 *
 * @param localHost the local address to connect from, or a name with one; empty for any address
 * @param localPort the local port to connect from; 0 for any free port
 * @param happyEyeballsDelay the time between the beginnings of two attempts, if the host has several addresses; RFC
 * 8305, section 5, recommends 250 ms
 * @param tls the options of TLS, or null for a connection without TLS
 */
public record ConnectOptions(String localHost, int localPort, Duration happyEyeballsDelay, @Nullable TlsOptions tls) {
    /** Any local address and port, a delay of 250 ms, no TLS. */
    public static final ConnectOptions DEFAULT = new ConnectOptions("", 0, Duration.ofMillis(250), null);

    /** Refuses null. */
    public ConnectOptions {
        Objects.requireNonNull(localHost, "ConnectOptions: the local host is null, give an empty one for any");
        Objects.requireNonNull(happyEyeballsDelay,
                "ConnectOptions: happyEyeballsDelay is null, give Duration.ZERO to try all addresses at once");
    }

    /**
     * Sets the local address. Only addresses of the same family are tried then.
     *
     * @param value the local address, or a name with one; empty for any address
     * @return new options
     */
    public ConnectOptions localHost(String value) {
        return new ConnectOptions(value, localPort, happyEyeballsDelay, tls);
    }

    /**
     * Sets the local port.
     *
     * @param value the port; 0 for any free port
     * @return new options
     */
    public ConnectOptions localPort(int value) {
        return new ConnectOptions(localHost, value, happyEyeballsDelay, tls);
    }

    /**
     * Sets the delay after which the next address is tried while earlier attempts are still pending.
     *
     * @param value the time between the beginnings of two attempts
     * @return new options
     */
    public ConnectOptions happyEyeballsDelay(Duration value) {
        return new ConnectOptions(localHost, localPort, value, tls);
    }

    /**
     * Sets whether the connection uses TLS, with the JVM's default context. The certificate must be valid for the host
     * to which the connection is made.
     *
     * @param value true for TLS
     * @return new options
     */
    public ConnectOptions tls(boolean value) {
        return new ConnectOptions(localHost, localPort, happyEyeballsDelay, value ? TlsOptions.DEFAULT : null);
    }

    /**
     * Uses TLS, with options. The certificate must be valid for the host to which the connection is made, unless the
     * options name another one.
     *
     * @param change changes the options of TLS
     * @return new options
     */
    public ConnectOptions tls(UnaryOperator<TlsOptions> change) {
        return new ConnectOptions(localHost, localPort, happyEyeballsDelay,
                Options.chosen("ConnectOptions.tls", tls == null ? TlsOptions.DEFAULT : tls, change));
    }
}
