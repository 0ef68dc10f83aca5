package io.anyio.net.tls;

import io.anyio.api.net.SocketStream;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsOptions;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts connections.
 *
 * @param service the service TLS, if it is there
 */
public record TlsClient(Supplier<@Nullable Tls> service) {

    /**
     * Looks for the service, before anything is connected.
     *
     * @return the service
     * @throws IllegalStateException if there is none
     */
    public Tls require() {
        Tls tls = service.get();
        if (tls == null) {
            throw new IllegalStateException("TLS was asked for, but nothing provides " + Tls.class.getName()
                    + ": add io.anyio.tls, in a container as a bundle that is started, in plain Java to the class path");
        }
        return tls;
    }

    /**
     * Does the client's handshake over a connection, which is closed if that fails. A checkpoint.
     *
     * @param tls the service
     * @param stream the connection
     * @param host whom the certificate has to name, unless the options say otherwise
     * @param options how it is encrypted
     * @return the connection, encrypted
     * @throws IOException if the handshake fails
     */
    public static SocketStream encrypt(Tls tls, SocketStream stream, String host, TlsOptions options) throws IOException {
        TlsSocketStream encrypted = null;
        try {
            encrypted = new TlsSocketStream(tls.wrap(stream, _ -> options.hostname().isEmpty() ? options.hostname(host) : options));
            return encrypted;
        } finally {
            if (encrypted == null) {
                stream.close();
            }
        }
    }
}
