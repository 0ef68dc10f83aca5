package io.anyio.api.tls;

import io.anyio.api.stream.Listener;
import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A listener that does a TLS handshake over each connection of another listener, in the connection's own task: a slow
 * one delays nobody else. The handler gets the encrypted stream.
 *
 * <p>A connection whose handshake fails, or takes longer than its timeout, never reaches the handler, and the listener
 * goes on. Unless the options say otherwise, it is a line in the log at DEBUG; only a fault of this side, as a key that
 * cannot be read, is an ERROR. Of the attributes of {@link TlsAttribute} it has
 * {@link TlsAttribute#STANDARD_COMPATIBLE} only, and none of the wrapped listener: ask that one.
 */
@ProviderType
public interface TlsListener extends Listener<TlsStream> {
    /**
     * Closes the wrapped listener. Connections go on.
     *
     * @throws IOException if the wrapped listener throws it
     */
    @Override
    void close() throws IOException;
}
