package io.anyio.api.tls;

import io.anyio.api.spi.Options;
import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How the connections of a listener are encrypted.
 *
 * @param session how each of them is encrypted, and how long a handshake may take
 * @param onHandshakeError what is done with a connection whose handshake has failed, or null for a line in the log
 */
public record TlsListenerOptions(TlsOptions session, @Nullable HandshakeErrorHandler onHandshakeError) {
    /** The server's side, 30 seconds for a handshake, failures are logged. */
    public static final TlsListenerOptions DEFAULT = new TlsListenerOptions(TlsOptions.DEFAULT, null);

    /** A listener is on the server's side, unless the options say otherwise. */
    public TlsListenerOptions {
        if (Objects.requireNonNull(session, "TlsListenerOptions.session is null").serverSide() == null) {
            session = session.serverSide(true);
        }
    }

    /**
     * How long a handshake may take.
     *
     * @return the session's timeout
     */
    public Duration handshakeTimeout() {
        return session.handshakeTimeout();
    }

    /**
     * Sets keys and trust.
     *
     * @param value the context
     * @return new options
     */
    public TlsListenerOptions context(SSLContext value) {
        return session(o -> o.context(value));
    }

    /**
     * Sets how closing is done.
     *
     * @param value whether as the standard says
     * @return new options
     */
    public TlsListenerOptions standardCompatible(boolean value) {
        return session(o -> o.standardCompatible(value));
    }

    /**
     * Changes how each connection is encrypted.
     *
     * @param change changes the options
     * @return new options
     */
    public TlsListenerOptions session(UnaryOperator<TlsOptions> change) {
        return new TlsListenerOptions(Options.chosen("TlsListenerOptions.session", session, change), onHandshakeError);
    }

    /**
     * Limits the time of a handshake. The handler's time does not count.
     *
     * @param value how long a handshake may take
     * @return new options
     * @throws IllegalArgumentException if it is not positive
     */
    public TlsListenerOptions handshakeTimeout(Duration value) {
        return session(o -> o.handshakeTimeout(value));
    }

    /**
     * Chooses what is done with a connection whose handshake has failed, instead of a line in the log.
     *
     * @param value is told of it
     * @return new options
     */
    public TlsListenerOptions onHandshakeError(HandshakeErrorHandler value) {
        return new TlsListenerOptions(session,
                Objects.requireNonNull(value,
                        "TlsListenerOptions.onHandshakeError: the handler is null, leave it out to log failures"));
    }
}
