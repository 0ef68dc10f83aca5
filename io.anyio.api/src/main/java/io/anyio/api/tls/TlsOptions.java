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
 * Options for adding TLS to a stream.
 *
 * {@snippet :
 * UnaryOperator<TlsOptions> session = o -> o.context(context).alpnProtocols(List.of("h2", "http/1.1"));
 * try (SocketStream stream = network.connectTcp("localhost", port, o -> o.tls(session))) {
 *     assertEquals("CN=localhost", new String(stream.receive(), UTF_8));
 * }
 * }
 *
 * <p>Guide: {@code docs/tls.md}. In AnyIO they are the arguments of {@code TLSStream.wrap}.
 *
 * @param hostname the name of the server that a client expects, possibly in Unicode. It is checked against the
 * certificate and sent to the server (SNI), in the form of IDNA 2008; empty for no check of the name
 * @param serverSide whether this side is the server, or null to decide by the host name: with one this side is the
 * client, without one the server
 * @param context the keys and the trusted certificates, or null for the context of the source or the JVM's default one
 * @param contextSource supplies the keys and the trusted certificates for each stream, or null
 * @param standardCompatible whether closing follows RFC 8446, section 6.1: it sends {@code close_notify} and waits for
 * that of the other side, and a transport that ends without {@code close_notify} is an error
 * @param alpnProtocols the application protocols that this side supports (ALPN, RFC 7301), the preferred one first
 * @param clientCertificate whether a server requests the certificate of the client
 * @param parameters changes the parameters for which there is no option: versions, cipher suites, matchers of server
 * names
 * @param handshakeTimeout how long the handshake may take
 */
public record TlsOptions(String hostname, @Nullable Boolean serverSide, @Nullable SSLContext context,
        @Nullable Body<SSLContext, ?> contextSource,
        boolean standardCompatible, List<String> alpnProtocols, ClientCertificate clientCertificate,
        Consumer<SSLParameters> parameters,
        Duration handshakeTimeout) {
    /**
     * No host name, the JVM's default context, closing by {@code close_notify}, no application protocols, no request
     * for a client's certificate, 30 seconds for the handshake.
     */
    public static final TlsOptions DEFAULT = new TlsOptions("", null, null, null, true, List.of(),
            ClientCertificate.NOT_ASKED, _ -> {}, Duration.ofSeconds(30));

    /**
     * Checks the values before a handshake begins, and copies the list.
     *
     * @throws IllegalArgumentException if no certificate can be valid for the host name, if the name of an application
     * protocol is empty or longer than 255 bytes, or if the timeout is zero or negative
     */
    public TlsOptions {
        OptionChecks.checkHostname(OptionChecks.notNull(hostname, "hostname"));
        alpnProtocols = OptionChecks.checkProtocols(alpnProtocols);
        OptionChecks.notNull(clientCertificate, "clientCertificate");
        OptionChecks.notNull(parameters, "parameters");
        if (!OptionChecks.notNull(handshakeTimeout, "handshakeTimeout").isPositive()) {
            throw new IllegalArgumentException(
                    "TlsOptions.handshakeTimeout is " + handshakeTimeout + ": give a positive duration");
        }
    }

    /**
     * Sets the name of the server that a client expects.
     *
     * @param value the host name
     * @return new options
     * @throws IllegalArgumentException if no certificate can be valid for it
     */
    public TlsOptions hostname(String value) {
        return new TlsOptions(value, serverSide, context, contextSource, standardCompatible, alpnProtocols,
                clientCertificate, parameters, handshakeTimeout);
    }

    /**
     * Sets the side.
     *
     * @param value true if this side is the server, false if it is the client
     * @return new options
     */
    public TlsOptions serverSide(boolean value) {
        return new TlsOptions(hostname, value, context, contextSource, standardCompatible, alpnProtocols,
                clientCertificate, parameters, handshakeTimeout);
    }

    /**
     * Sets the keys and the trusted certificates.
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
     * Sets a source of the keys and the trusted certificates. It is called for each stream, so that a listener can use
     * new certificates, and in a worker thread, so that it may read files. If it throws, the handshake fails.
     *
     * @param value supplies the context; it is called by several threads at the same time
     * @return new options
     */
    public TlsOptions contextSource(Body<SSLContext, ?> value) {
        return new TlsOptions(hostname, serverSide, null,
                Objects.requireNonNull(value, "TlsOptions.contextSource: the source is null"), standardCompatible,
                alpnProtocols, clientCertificate, parameters, handshakeTimeout);
    }

    /**
     * Sets whether closing follows RFC 8446, section 6.1: it sends {@code close_notify} and waits for that of the other
     * side. Many implementations of HTTP need false. In that case the protocol above must mark its own end, because an
     * attacker could otherwise truncate the stream unnoticed.
     *
     * @param value true for {@code close_notify}
     * @return new options
     */
    public TlsOptions standardCompatible(boolean value) {
        return new TlsOptions(hostname, serverSide, context, contextSource, value, alpnProtocols, clientCertificate,
                parameters, handshakeTimeout);
    }

    /**
     * Sets the application protocols (ALPN, RFC 7301).
     *
     * @param value the protocols that this side supports, the preferred one first
     * @return new options
     * @throws IllegalArgumentException if a name is empty, or longer than 255 bytes
     */
    public TlsOptions alpnProtocols(List<String> value) {
        return new TlsOptions(hostname, serverSide, context, contextSource, standardCompatible, value,
                clientCertificate, parameters, handshakeTimeout);
    }

    /**
     * Sets whether a server requests the certificate of its client, which must be trusted by the context.
     *
     * @param value whether it requests one, and whether it requires one
     * @return new options
     */
    public TlsOptions clientCertificate(ClientCertificate value) {
        return new TlsOptions(hostname, serverSide, context, contextSource, standardCompatible, alpnProtocols, value,
                parameters, handshakeTimeout);
    }

    /**
     * Sets code that changes further parameters. It runs after all other options have been applied.
     *
     * @param value changes the parameters, on any thread
     * @return new options
     */
    public TlsOptions parameters(Consumer<SSLParameters> value) {
        return new TlsOptions(hostname, serverSide, context, contextSource, standardCompatible, alpnProtocols,
                clientCertificate, value, handshakeTimeout);
    }

    /**
     * Limits the time of the handshake, including the call of the context source and the checking of certificates.
     * AnyIO differs: there only listeners have such a limit.
     *
     * @param value how long the handshake may take
     * @return new options
     * @throws IllegalArgumentException if the time is zero or negative
     */
    public TlsOptions handshakeTimeout(Duration value) {
        return new TlsOptions(hostname, serverSide, context, contextSource, standardCompatible, alpnProtocols,
                clientCertificate, parameters,
                value);
    }
}
