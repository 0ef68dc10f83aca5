package io.anyio.api.net;

import io.anyio.api.spi.Options;
import io.anyio.api.tls.TlsOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a connection is opened.
 *
 * @param localHost the local address to connect from, or a name that has one; empty for any
 * @param localPort the local port to connect from; 0 for any
 * @param happyEyeballsDelay if the other side has several addresses, the time between the beginnings of two attempts;
 * RFC 8305 recommends 250 ms
 * @param tls how the connection is encrypted, or null for not at all
 */
public record ConnectOptions(String localHost, int localPort, Duration happyEyeballsDelay, @Nullable TlsOptions tls) {
    /** From anywhere, the delay of RFC 8305, no TLS. */
    public static final ConnectOptions DEFAULT = new ConnectOptions("", 0, Duration.ofMillis(250), null);

    /** Refuses null. */
    public ConnectOptions {
        Objects.requireNonNull(localHost, "ConnectOptions: the local host is null, give an empty one for any");
        Objects.requireNonNull(happyEyeballsDelay,
                "ConnectOptions: happyEyeballsDelay is null, give Duration.ZERO to try all addresses at once");
    }

    /**
     * Chooses where to connect from. Only addresses of the other side of the same family are tried then.
     *
     * @param value a local address, or a name that has one; empty for any
     * @return new options
     */
    public ConnectOptions localHost(String value) {
        return new ConnectOptions(value, localPort, happyEyeballsDelay, tls);
    }

    /**
     * Chooses the port to connect from.
     *
     * @param value the local port; 0 for any
     * @return new options
     */
    public ConnectOptions localPort(int value) {
        return new ConnectOptions(localHost, value, happyEyeballsDelay, tls);
    }

    /**
     * Sets the time after which the next address is tried beside those that have not answered yet.
     *
     * @param value the time between the beginnings of two attempts
     * @return new options
     */
    public ConnectOptions happyEyeballsDelay(Duration value) {
        return new ConnectOptions(localHost, localPort, value, tls);
    }

    /**
     * Chooses whether the connection is encrypted, with the JVM's default context. The certificate has to name the host
     * that is connected to.
     *
     * @param value true for TLS
     * @return new options
     */
    public ConnectOptions tls(boolean value) {
        return new ConnectOptions(localHost, localPort, happyEyeballsDelay, value ? TlsOptions.DEFAULT : null);
    }

    /**
     * Encrypts the connection, with options. Unless they name another host, the certificate has to name the one that is
     * connected to.
     *
     * @param change changes the options
     * @return new options
     */
    public ConnectOptions tls(UnaryOperator<TlsOptions> change) {
        return new ConnectOptions(localHost, localPort, happyEyeballsDelay,
                Options.chosen("ConnectOptions.tls", tls == null ? TlsOptions.DEFAULT : tls, change));
    }
}
