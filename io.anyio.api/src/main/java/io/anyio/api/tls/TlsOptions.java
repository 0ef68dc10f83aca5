package io.anyio.api.tls;

import io.anyio.api.task.Body;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * How a stream is encrypted.
 *
 * @param hostname whom a client expects, also in Unicode: checked against the certificate and sent as SNI, in the form of IDNA 2008; empty for no check by name
 * @param serverSide which side this is, or null: a client if there is a host name, else a server
 * @param context keys and trust, or null for the context of the source, or the JVM's default one
 * @param contextSource what gives keys and trust for each stream, or null
 * @param standardCompatible whether closing tells the other side and waits for its answer, and a transport that ends without that is an error
 * @param alpnProtocols the application protocols that this side speaks, the preferred one first
 * @param clientCertificate whether a server asks for the client's certificate
 * @param parameters changes what is not said here: versions, cipher suites, matchers of server names
 */
public record TlsOptions(String hostname, @Nullable Boolean serverSide, @Nullable SSLContext context,
        @Nullable Body<SSLContext, ?> contextSource,
        boolean standardCompatible, List<String> alpnProtocols, ClientCertificate clientCertificate, Consumer<SSLParameters> parameters) {
    /** No host name, the JVM's default context, standard compatible, no application protocols, no certificates of clients. */
    public static final TlsOptions DEFAULT = new TlsOptions("", null, null, null, true, List.of(), ClientCertificate.NOT_ASKED, _ -> {});

    /** Copies the list. */
    public TlsOptions {
        alpnProtocols = List.copyOf(alpnProtocols);
    }

    /**
     * Sets whom a client expects.
     *
     * @param value the host name
     * @return new options
     */
    public TlsOptions hostname(String value) {
        return new TlsOptions(value, serverSide, context, contextSource, standardCompatible, alpnProtocols, clientCertificate, parameters);
    }

    /**
     * Sets which side this is.
     *
     * @param value true for the server
     * @return new options
     */
    public TlsOptions serverSide(boolean value) {
        return new TlsOptions(hostname, value, context, contextSource, standardCompatible, alpnProtocols, clientCertificate, parameters);
    }

    /**
     * Sets keys and trust.
     *
     * @param value the context
     * @return new options
     */
    public TlsOptions context(SSLContext value) {
        return new TlsOptions(hostname, serverSide, Objects.requireNonNull(value, "TlsOptions.context: the context is null"), null,
                standardCompatible, alpnProtocols, clientCertificate, parameters);
    }

    /**
     * Sets what gives keys and trust. It is asked for each stream, so that new certificates need no new listener, and in a worker thread, so that it may read files; what it throws fails the handshake.
     *
     * @param value gives the context; for many threads at a time
     * @return new options
     */
    public TlsOptions contextSource(Body<SSLContext, ?> value) {
        return new TlsOptions(hostname, serverSide, null, Objects.requireNonNull(value, "TlsOptions.contextSource: the source is null"),
                standardCompatible, alpnProtocols, clientCertificate, parameters);
    }

    /**
     * Sets how closing is done. Many implementations of HTTP need false; a stream that may be cut off by anybody on the way must then tell its own end.
     *
     * @param value whether as the standard says
     * @return new options
     */
    public TlsOptions standardCompatible(boolean value) {
        return new TlsOptions(hostname, serverSide, context, contextSource, value, alpnProtocols, clientCertificate, parameters);
    }

    /**
     * Sets the application protocols.
     *
     * @param value what this side speaks, the preferred one first
     * @return new options
     */
    public TlsOptions alpnProtocols(List<String> value) {
        return new TlsOptions(hostname, serverSide, context, contextSource, standardCompatible, value, clientCertificate, parameters);
    }

    /**
     * Sets whether a server asks for the certificate of its client, which is checked against what the context trusts.
     *
     * @param value whether it asks, and does without
     * @return new options
     */
    public TlsOptions clientCertificate(ClientCertificate value) {
        return new TlsOptions(hostname, serverSide, context, contextSource, standardCompatible, alpnProtocols, value, parameters);
    }

    /**
     * Sets what changes the remaining parameters, after all others were set.
     *
     * @param value changes them, in whatever thread
     * @return new options
     */
    public TlsOptions parameters(Consumer<SSLParameters> value) {
        return new TlsOptions(hostname, serverSide, context, contextSource, standardCompatible, alpnProtocols, clientCertificate, value);
    }
}
