package io.anyio.api.tls;

import io.anyio.api.stream.ByteStream;
import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An encrypted stream, with the attributes of its transport and those of {@link TlsAttribute}.
 *
 * <p>{@code receive(int)} gives one record at the most, which is 16 KiB; the forms for bulk give as many as are there.
 * A cancelled receive loses nothing, and after a cancelled send the next one first finishes the record that was begun.
 * What breaks the session or its transport is a {@link io.anyio.api.stream.BrokenResourceException} with the reason as
 * its cause. A connection that waits holds no buffers.
 */
@ProviderType
public interface TlsStream extends ByteStream {
    /**
     * Ends the sending direction, in TLS 1.3 and newer; the other side sees the end of the stream, receiving goes on. A
     * checkpoint.
     *
     * @throws UnsupportedOperationException below TLS 1.3
     */
    @Override
    void sendEof() throws IOException;

    /**
     * Ends TLS and leaves the transport open: tells the other side and waits for its answer. What the other side has
     * sent before that, and nobody has received, is handed over, up to 1 MiB. Afterwards this stream is closed. A
     * checkpoint; if it fails or is cancelled, nothing but closing is left to do.
     *
     * @return the transport, what was not yet received, and what was received beyond the end of TLS
     * @throws io.anyio.api.stream.BrokenResourceException if the other side ends the transport without an answer, or
     * goes on sending
     * @throws IOException if the transport fails
     * @throws io.anyio.api.stream.ClosedResourceException if this side is closed
     * @throws io.anyio.api.sync.BusyResourceException if another task is sending or receiving
     */
    Unwrapped unwrap() throws IOException;

    /**
     * Closes the stream and its transport. If standard compatible, tells the other side and waits for its answer, as
     * long as that takes; if that fails or is cancelled, the transport is closed nevertheless, and forcefully. A thread
     * that runs no task cannot wait: it closes the transport only.
     *
     * <p>If not standard compatible, a socket is ended first, and what comes is dropped until the other side has ended
     * it, too, for a second and 256 KiB at the most: closed with something unread in it, such as a session ticket, it
     * would be reset, and what was sent last could be lost. Other transports, and sockets in which another task waits,
     * are closed at once.
     *
     * <p>While one task closes, another close returns at once; one that is cancelled, or comes from a thread that runs
     * no task, closes the transport, which ends the first one, too.
     *
     * @throws io.anyio.api.stream.BrokenResourceException if the other side ends the transport without an answer, or
     * the session was broken; never in a cancelled scope
     */
    @Override
    void close() throws IOException;
}
