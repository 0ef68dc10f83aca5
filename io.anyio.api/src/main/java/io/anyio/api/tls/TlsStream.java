package io.anyio.api.tls;

import io.anyio.api.stream.ByteStream;
import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An encrypted stream. A receive gives one record at the most, which is 16 KiB; a cancelled receive loses nothing, and after a cancelled send the next one first finishes the record that was begun.
 *
 * <p>It has the attributes of its transport and those of {@link TlsAttribute}.
 */
@ProviderType
public interface TlsStream extends ByteStream {
    /**
     * Ends the sending direction, in TLS 1.3 and newer; the other side sees the end of the stream, receiving goes on. A checkpoint.
     *
     * @throws UnsupportedOperationException below TLS 1.3
     */
    @Override
    void sendEof() throws IOException;

    /**
     * Closes the stream and its transport. If standard compatible, tells the other side and waits for its answer; if that fails or is cancelled, the transport is closed nevertheless.
     *
     * @throws io.anyio.api.stream.BrokenResourceException if the other side ends the transport without an answer
     */
    @Override
    void close() throws IOException;
}
