package io.anyio.api.tls;

import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How a stream is encrypted.
 *
 * @param hostname whom a client expects: checked against the certificate and sent as SNI; empty for no check by name
 * @param serverSide which side this is, or null: a client if there is a host name, else a server
 * @param context keys and trust, or null for the JVM's default context
 * @param standardCompatible whether closing tells the other side and waits for its answer, and a transport that ends without that is an error
 * @param alpnProtocols the application protocols that this side speaks, the preferred one first
 */
public record TlsOptions(String hostname, @Nullable Boolean serverSide, @Nullable SSLContext context, boolean standardCompatible,
        List<String> alpnProtocols) {
    /** No host name, the JVM's default context, standard compatible, no application protocols. */
    public static final TlsOptions DEFAULT = new TlsOptions("", null, null, true, List.of());

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
        return new TlsOptions(value, serverSide, context, standardCompatible, alpnProtocols);
    }

    /**
     * Sets which side this is.
     *
     * @param value true for the server
     * @return new options
     */
    public TlsOptions serverSide(boolean value) {
        return new TlsOptions(hostname, value, context, standardCompatible, alpnProtocols);
    }

    /**
     * Sets keys and trust.
     *
     * @param value the context
     * @return new options
     */
    public TlsOptions context(SSLContext value) {
        return new TlsOptions(hostname, serverSide, value, standardCompatible, alpnProtocols);
    }

    /**
     * Sets how closing is done.
     *
     * @param value whether as the standard says
     * @return new options
     */
    public TlsOptions standardCompatible(boolean value) {
        return new TlsOptions(hostname, serverSide, context, value, alpnProtocols);
    }

    /**
     * Sets the application protocols.
     *
     * @param value what this side speaks, the preferred one first
     * @return new options
     */
    public TlsOptions alpnProtocols(List<String> value) {
        return new TlsOptions(hostname, serverSide, context, standardCompatible, value);
    }
}
