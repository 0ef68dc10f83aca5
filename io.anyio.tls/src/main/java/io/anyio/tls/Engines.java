package io.anyio.tls;

import io.anyio.api.spi.Idna;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.error.Errors;
import io.anyio.api.task.Body;
import io.anyio.api.tls.TlsOptions;
import java.io.IOException;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLKeyException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** Makes engines that have begun their handshake. */
final class Engines {
    private final Workers workers;

    Engines(Workers workers) {
        this.workers = workers;
    }

    /**
     * Makes an engine. A checkpoint if that takes long: then a worker thread does it.
     *
     * @param port the port of the other side. A client finds the session to resume by the host name and the port
     */
    SSLEngine open(TaskContext task, TlsOptions options, int port) throws IOException {
        Boolean side = options.serverSide();
        boolean server = side == null ? options.hostname().isEmpty() : side;
        // a client first generates keys; a context that is not the JDK's may read files or access hardware
        return server && isQuick(options.context())
                ? make(options, true, port)
                : workers.call(task, "TLS set-up", true, () -> make(options, server, port));
    }

    private static boolean isQuick(@Nullable SSLContext context) {
        return context != null && context.getClass() == SSLContext.class
                && context.getProvider().getName().equals("SunJSSE");
    }

    private static SSLEngine make(TlsOptions options, boolean server, int port) throws IOException {
        SSLContext context = context(options);
        String hostname = Idna.toAscii(options.hostname());
        if (hostname.endsWith(".")) {
            hostname = hostname.substring(0, hostname.length() - 1);
        }
        SSLEngine engine = hostname.isEmpty() ? context.createSSLEngine() : context.createSSLEngine(hostname, port);
        engine.setUseClientMode(!server);
        SSLParameters parameters = engine.getSSLParameters();
        if (!server && !hostname.isEmpty()) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            serverName(hostname, parameters);
        }
        if (!options.alpnProtocols().isEmpty()) {
            parameters.setApplicationProtocols(options.alpnProtocols().toArray(String[]::new));
        }
        switch (options.clientCertificate()) {
            case NOT_ASKED -> parameters.setWantClientAuth(false);
            case WANTED -> parameters.setWantClientAuth(true);
            case REQUIRED -> parameters.setNeedClientAuth(true);
        }
        options.parameters().accept(parameters);
        try {
            engine.setSSLParameters(parameters);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("TlsOptions.parameters do not fit the context: " + e.getMessage(), e);
        }
        engine.beginHandshake();
        return engine;
    }

    private static SSLContext context(TlsOptions options) throws IOException {
        SSLContext context = options.context();
        if (context != null) {
            return context;
        }
        Body<SSLContext, ?> source = options.contextSource();
        return source == null ? defaultContext() : fromSource(source);
    }

    private static SSLContext defaultContext() throws SSLException {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw misconfigured("The JVM has no default TLS context: give one with TlsOptions.context", e);
        }
    }

    /** An error of this side, not of the other one; servers know it by its type. */
    private static SSLException misconfigured(String message, Exception reason) {
        SSLException error = new SSLKeyException(message);
        error.initCause(reason);
        return error;
    }

    private static <X extends Exception> SSLContext fromSource(Body<SSLContext, X> source) throws SSLException {
        try {
            return Objects.requireNonNull(source.call(), "it has returned null, return a context or throw the reason");
        } catch (Exception e) {
            throw misconfigured("The source of the TLS context failed: " + Errors.text(e), e);
        }
    }

    /** RFC 6066, section 3: an address is not sent as a server name. It is only compared with the certificate. */
    private static void serverName(String hostname, SSLParameters parameters) {
        boolean address = hostname.indexOf(':') >= 0
                || hostname.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
        if (!address) {
            try {
                parameters.setServerNames(List.of(new SNIHostName(hostname)));
            } catch (IllegalArgumentException _) {
                // a name that cannot be sent, for example with an underscore, is only compared with the certificate
            }
        }
    }
}
