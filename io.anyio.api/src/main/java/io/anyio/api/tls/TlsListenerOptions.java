package io.anyio.api.tls;

import io.anyio.api.spi.Options;
import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Options for a listener that adds TLS to its connections.
 *
 * @param session the options for each connection, with the timeout of the handshake
 * @param onHandshakeError the code that handles a failed handshake, or null to log it
 */
public record TlsListenerOptions(TlsOptions session, @Nullable HandshakeErrorHandler onHandshakeError) {
    /** The side of the server, 30 seconds for a handshake; failures are logged. */
    public static final TlsListenerOptions DEFAULT = new TlsListenerOptions(TlsOptions.DEFAULT, null);

    /** Makes the listener's side that of the server, unless the options choose a side. */
    public TlsListenerOptions {
        if (Objects.requireNonNull(session, "TlsListenerOptions.session is null").serverSide() == null) {
            session = session.serverSide(true);
        }
    }

    /**
     * Returns how long a handshake may take.
     *
     * @return the timeout in {@link #session}
     */
    public Duration handshakeTimeout() {
        return session.handshakeTimeout();
    }

    /**
     * Sets the keys and the trusted certificates; see {@link TlsOptions#context}.
     *
     * @param value the context
     * @return new options
     */
    public TlsListenerOptions context(SSLContext value) {
        return session(o -> o.context(value));
    }

    /**
     * Sets whether closing follows RFC 8446, section 6.1; see {@link TlsOptions#standardCompatible}.
     *
     * @param value true if it does
     * @return new options
     */
    public TlsListenerOptions standardCompatible(boolean value) {
        return session(o -> o.standardCompatible(value));
    }

    /**
     * Changes the options for each connection.
     *
     * @param change changes the options
     * @return new options
     */
    public TlsListenerOptions session(UnaryOperator<TlsOptions> change) {
        return new TlsListenerOptions(Options.chosen("TlsListenerOptions.session", session, change), onHandshakeError);
    }

    /**
     * Limits the time of a handshake. The time of the handler does not count.
     *
     * @param value how long a handshake may take
     * @return new options
     * @throws IllegalArgumentException if the time is zero or negative
     */
    public TlsListenerOptions handshakeTimeout(Duration value) {
        return session(o -> o.handshakeTimeout(value));
    }

    /**
     * Sets the code that handles a failed handshake, instead of the log.
     *
     * @param value called after each failed handshake
     * @return new options
     */
    public TlsListenerOptions onHandshakeError(HandshakeErrorHandler value) {
        return new TlsListenerOptions(session,
                Objects.requireNonNull(value,
                        "TlsListenerOptions.onHandshakeError: the handler is null, leave it out to log failures"));
    }
}
