package io.anyio.tls;

import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.Listener;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsListener;
import io.anyio.api.tls.TlsListenerOptions;
import io.anyio.api.tls.TlsOptions;
import io.anyio.api.tls.TlsStream;
import java.io.IOException;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Publishes {@link Tls}. */
@Component(service = Tls.class)
public final class TlsService implements Tls {

    /** Starts nothing. */
    @Activate
    public TlsService() {}

    @Override
    public TlsStream wrap(ByteStream transport, UnaryOperator<TlsOptions> options) throws IOException {
        return wrap(transport, options.apply(TlsOptions.DEFAULT));
    }

    TlsStream wrap(ByteStream transport, TlsOptions options) throws IOException {
        EngineStream stream = new EngineStream(transport, engine(options), options.standardCompatible());
        stream.handshake();
        return stream;
    }

    @Override
    public TlsListener listen(Listener<? extends ByteStream> listener, UnaryOperator<TlsListenerOptions> options) {
        return new HandshakeListener(this, listener, options.apply(TlsListenerOptions.DEFAULT));
    }

    private static SSLEngine engine(TlsOptions options) throws SSLException {
        Boolean side = options.serverSide();
        boolean server = side == null ? options.hostname().isEmpty() : side;
        SSLContext context = options.context() == null ? defaultContext() : options.context();
        SSLEngine engine = options.hostname().isEmpty() ? context.createSSLEngine() : context.createSSLEngine(options.hostname(), -1);
        engine.setUseClientMode(!server);
        SSLParameters parameters = engine.getSSLParameters();
        if (!server && !options.hostname().isEmpty()) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            serverName(options.hostname(), parameters);
        }
        if (!options.alpnProtocols().isEmpty()) {
            parameters.setApplicationProtocols(options.alpnProtocols().toArray(String[]::new));
        }
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** RFC 6066: an address is no server name, so it is checked against the certificate only. */
    private static void serverName(String hostname, SSLParameters parameters) {
        boolean address = hostname.indexOf(':') >= 0 || hostname.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
        if (!address) {
            parameters.setServerNames(List.of(new SNIHostName(hostname)));
        }
    }

    private static SSLContext defaultContext() throws SSLException {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new SSLException("The JVM has no default TLS context: give one with TlsOptions.context", e);
        }
    }
}
