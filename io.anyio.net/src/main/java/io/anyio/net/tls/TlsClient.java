package io.anyio.net.tls;

import io.anyio.api.net.SocketStream;
import io.anyio.api.spi.Tentative;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsOptions;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts connections.
 *
 * @param service finds the service TLS
 */
public record TlsClient(Finder service) {
    /** Finds the service TLS. */
    @FunctionalInterface
    public interface Finder {
        /**
         * Looks for the service.
         *
         * @return the service, or null if it is not there
         */
        @Nullable
        Tls find();
    }

    /**
     * Finds the service, before anything is connected.
     *
     * @return the service
     * @throws IllegalStateException if there is none
     */
    public Tls require() {
        Tls tls = service.find();
        if (tls == null) {
            throw new IllegalStateException("TLS was asked for, but nothing provides " + Tls.class.getName()
                    + ": add io.anyio.tls, in a container as a bundle that is started, in plain Java to the "
                    + "class path");
        }
        return tls;
    }

    /**
     * Adds the host that the certificate has to name, unless the options have one. Called before anything is connected,
     * because not every host name can stand in a certificate.
     *
     * @param host the host that is connected to
     * @param options how it is encrypted
     * @return options with a host name
     */
    public static TlsOptions expecting(String host, TlsOptions options) {
        return options.hostname().isEmpty() ? options.hostname(host) : options;
    }

    /**
     * Does the client's handshake over a connection, which is closed if that fails. A checkpoint.
     *
     * @param tls the service
     * @param stream the connection
     * @param options how it is encrypted
     * @return the connection, encrypted
     * @throws IOException if the handshake fails
     */
    public static SocketStream encrypt(Tls tls, SocketStream stream, TlsOptions options) throws IOException {
        try (Tentative opened = new Tentative(stream)) {
            return opened.keep(new TlsSocketStream(tls.wrap(stream, _ -> options)));
        }
    }
}
