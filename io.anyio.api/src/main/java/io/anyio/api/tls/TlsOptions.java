package io.anyio.api.tls;

import io.anyio.api.task.Body;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * How a stream is encrypted.
 *
 * @param hostname whom a client expects, also in Unicode: checked against the certificate and sent as SNI, in the form
 * of IDNA 2008; empty for no check by name
 * @param serverSide which side this is, or null: a client if there is a host name, else a server
 * @param context keys and trust, or null for the context of the source, or the JVM's default one
 * @param contextSource what gives keys and trust for each stream, or null
 * @param standardCompatible whether closing tells the other side and waits for its answer, and a transport that ends
 * without that is an error
 * @param alpnProtocols the application protocols that this side speaks, the preferred one first
 * @param clientCertificate whether a server asks for the client's certificate
 * @param parameters changes what is not said here: versions, cipher suites, matchers of server names
 * @param handshakeTimeout how long the handshake may take
 */
public record TlsOptions(String hostname, @Nullable Boolean serverSide, @Nullable SSLContext context,
        @Nullable Body<SSLContext, ?> contextSource,
        boolean standardCompatible, List<String> alpnProtocols, ClientCertificate clientCertificate,
        Consumer<SSLParameters> parameters,
        Duration handshakeTimeout) {
    /**
     * No host name, the JVM's default context, standard compatible, no application protocols, no certificates of
     * clients, 30 seconds for the handshake.
     */
    public static final TlsOptions DEFAULT = new TlsOptions("", null, null, null, true, List.of(),
            ClientCertificate.NOT_ASKED, _ -> {}, Duration.ofSeconds(30));

    /**
     * Checks what can be checked before a handshake, and copies the list.
     *
     * @throws IllegalArgumentException if there is a host name that no certificate can name, an application protocol
     * with no byte or more than 255, or a timeout that is not positive
     */
    public TlsOptions {
        OptionChecks.checkHostname(OptionChecks.notNull(hostname, "hostname"));
        alpnProtocols = OptionChecks.checkProtocols(alpnProtocols);
        OptionChecks.notNull(clientCertificate, "clientCertificate");
        OptionChecks.notNull(parameters, "parameters");
        if (!OptionChecks.notNull(handshakeTimeout, "handshakeTimeout").isPositive()) {
            throw new IllegalArgumentException(
                    "TlsOptions.handshakeTimeout is " + handshakeTimeout + ", which leaves no time for a handshake");
        }
    }

    /**
     * Sets whom a client expects.
     *
     * @param value the host name
     * @return new options
     * @throws IllegalArgumentException if no certificate can name it
     */
    public TlsOptions hostname(String value) {
        return new TlsOptions(value, serverSide, context, contextSource, standardCompatible, alpnProtocols,
                clientCertificate, parameters, handshakeTimeout);
    }

    /**
     * Sets which side this is.
     *
     * @param value true for the server
     * @return new options
     */
    public TlsOptions serverSide(boolean value) {
        return new TlsOptions(hostname, value, context, contextSource, standardCompatible, alpnProtocols,
                clientCertificate, parameters, handshakeTimeout);
    }

    /**
     * Sets keys and trust.
     *
     * @param value the context
     * @return new options
     */
    public TlsOptions context(SSLContext value) {
        return new TlsOptions(hostname, serverSide,
                Objects.requireNonNull(value, "TlsOptions.context: the context is null"), null, standardCompatible,
                alpnProtocols, clientCertificate, parameters, handshakeTimeout);
    }

    /**
     * Sets what gives keys and trust. It is asked for each stream, so that new certificates need no new listener, and
     * in a worker thread, so that it may read files; what it throws fails the handshake.
     *
     * @param value gives the context; for many threads at a time
     * @return new options
     */
    public TlsOptions contextSource(Body<SSLContext, ?> value) {
        return new TlsOptions(hostname, serverSide, null,
                Objects.requireNonNull(value, "TlsOptions.contextSource: the source is null"), standardCompatible,
                alpnProtocols, clientCertificate, parameters, handshakeTimeout);
    }

    /**
     * Sets how closing is done. Many implementations of HTTP need false; a stream that may be cut off by anybody on the
     * way must then tell its own end.
     *
     * @param value whether as the standard says
     * @return new options
     */
    public TlsOptions standardCompatible(boolean value) {
        return new TlsOptions(hostname, serverSide, context, contextSource, value, alpnProtocols, clientCertificate,
                parameters, handshakeTimeout);
    }

    /**
     * Sets the application protocols.
     *
     * @param value what this side speaks, the preferred one first
     * @return new options
     * @throws IllegalArgumentException if a name has no byte, or more than 255
     */
    public TlsOptions alpnProtocols(List<String> value) {
        return new TlsOptions(hostname, serverSide, context, contextSource, standardCompatible, value,
                clientCertificate, parameters, handshakeTimeout);
    }

    /**
     * Sets whether a server asks for the certificate of its client, which is checked against what the context trusts.
     *
     * @param value whether it asks, and does without
     * @return new options
     */
    public TlsOptions clientCertificate(ClientCertificate value) {
        return new TlsOptions(hostname, serverSide, context, contextSource, standardCompatible, alpnProtocols, value,
                parameters, handshakeTimeout);
    }

    /**
     * Sets what changes the remaining parameters, after all others were set.
     *
     * @param value changes them, in whatever thread
     * @return new options
     */
    public TlsOptions parameters(Consumer<SSLParameters> value) {
        return new TlsOptions(hostname, serverSide, context, contextSource, standardCompatible, alpnProtocols,
                clientCertificate, value, handshakeTimeout);
    }

    /**
     * Limits the time of the handshake, with all that belongs to it: asking the source of the context, and checking
     * certificates. AnyIO differs: it limits those of listeners only.
     *
     * @param value how long it may take
     * @return new options
     * @throws IllegalArgumentException if it is not positive
     */
    public TlsOptions handshakeTimeout(Duration value) {
        return new TlsOptions(hostname, serverSide, context, contextSource, standardCompatible, alpnProtocols,
                clientCertificate, parameters,
                value);
    }
}
