package io.anyio.api.tls;

import io.anyio.api.stream.ByteStream;
import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An encrypted stream, with the attributes of its transport and those of {@link TlsAttribute}.
 *
 * <p>{@code receive(int)} gives one record at the most, which is 16 KiB; the forms for bulk give as many as are there. A cancelled receive loses nothing, and after a cancelled send the next one first finishes the record that was begun.
 * What breaks the session or its transport is a {@link io.anyio.api.stream.BrokenResourceException} with the reason as its cause. A connection that waits holds no buffers.
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
     * Ends TLS and leaves the transport open: tells the other side and waits for its answer. What was sent by the other side and not received is dropped. Afterwards this stream is closed. A checkpoint; if it fails or is cancelled, nothing
     * but closing is left to do.
     *
     * @return the transport, and what was received beyond the end of TLS
     * @throws io.anyio.api.stream.BrokenResourceException if the other side ends the transport without an answer
     * @throws IOException if the transport fails
     * @throws io.anyio.api.stream.ClosedResourceException if this side is closed
     * @throws io.anyio.api.sync.BusyResourceException if another task is sending or receiving
     */
    Unwrapped unwrap() throws IOException;

    /**
     * Closes the stream and its transport. If standard compatible, tells the other side and waits for its answer, as long as that takes; if that fails or is cancelled, the transport is closed nevertheless, and forcefully. A thread that runs no
     * task cannot wait: it closes the transport only.
     *
     * @throws io.anyio.api.stream.BrokenResourceException if the other side ends the transport without an answer
     */
    @Override
    void close() throws IOException;
}
