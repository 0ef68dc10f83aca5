package io.anyio.api.tls;

import io.anyio.api.stream.Listener;
import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Accepts connections of another listener, performs the TLS handshake, and gives the encrypted stream to the handler.
 *
 * {@snippet :
 * TlsListener listener = tls.listen(sockets,
 *         o -> o.context(context).handshakeTimeout(Duration.ofSeconds(20)));
 * group.spawn("server", () -> listener.serve(stream -> {
 *     try (stream) {
 *         for (byte[] chunk : stream) {
 *             stream.send(chunk);
 *         }
 *     }
 * }));
 * }
 *
 * <p>The handshake takes place in the task of its connection, so that a slow one does not delay the others. If a
 * handshake fails or takes longer than its timeout, the handler is not called, and the listener goes on. By default the
 * failure is logged at DEBUG, and at ERROR if the cause is on this side, for example a key that cannot be read.
 *
 * <p>Of the attributes of {@link TlsAttribute} a listener has {@link TlsAttribute#STANDARD_COMPATIBLE} only. It has no
 * attributes of the wrapped listener: ask that one.
 *
 * <p>Guide: {@code docs/tls.md}. In AnyIO: {@code anyio.streams.tls.TLSListener}.
 */
@ProviderType
public interface TlsListener extends Listener<TlsStream> {
    /**
     * Closes the wrapped listener; open connections are not affected.
     *
     * @throws IOException if closing the wrapped listener throws it
     */
    @Override
    void close() throws IOException;
}
