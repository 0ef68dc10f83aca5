package io.anyio.api.tls;

import io.anyio.api.stream.ByteStream;
import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An encrypted stream, with the attributes of its transport and those of {@link TlsAttribute}.
 *
 * {@snippet :
 * TlsStream secure = tls.wrap(socket, o -> o.hostname("localhost").context(context));
 * for (byte[] secret : secure) {
 *     assertEquals("secret", new String(secret, UTF_8));
 * }
 * Unwrapped plain = secure.unwrap();
 * }
 *
 * <p>{@code receive(int)} returns one record at most, which is 16 KiB; the methods that receive into buffers return as
 * many as have arrived. A cancelled receive loses nothing. After a cancelled send, the next send first completes the
 * record that was begun. An error of the session or of its transport is a
 * {@link io.anyio.api.stream.BrokenResourceException} with the reason as its cause. A connection that waits holds no
 * buffers.
 *
 * <p>Guide: {@code docs/tls.md}. In AnyIO: {@code anyio.streams.tls.TLSStream}.
 */
@ProviderType
public interface TlsStream extends ByteStream {
    /**
     * Ends the sending direction by {@code close_notify}, which TLS 1.3 allows (RFC 8446, section 6.1): the other side
     * receives the end of the stream, and this side can still receive. A checkpoint; after one that is cancelled while
     * it sends, nothing more can be sent, and a second call sends the rest.
     *
     * @throws UnsupportedOperationException in sessions before TLS 1.3
     */
    @Override
    void sendEof() throws IOException;

    /**
     * Ends TLS and leaves the transport open: it sends {@code close_notify} and waits for that of the other side. Bytes
     * that the other side sent before it, and that have not been received, are returned, up to 1 MiB. This stream is
     * closed then. A checkpoint; if it fails or is cancelled, this stream can only be closed.
     *
     * @return the transport, the bytes that had not been received, and the bytes behind the end of TLS
     * @throws io.anyio.api.stream.BrokenResourceException if the other side ends the transport without
     * {@code close_notify}, or continues to send
     * @throws IOException if the transport fails
     * @throws io.anyio.api.stream.ClosedResourceException if this side has been closed
     * @throws io.anyio.api.sync.BusyResourceException if another task is sending or receiving
     */
    Unwrapped unwrap() throws IOException;

    /**
     * Closes the stream and its transport. If the stream is standard compatible, it first sends {@code close_notify}
     * and waits for that of the other side, without a time limit. If that fails or is cancelled, the transport is
     * closed all the same, forcefully. A thread that is not a task cannot wait: it closes the transport only. A
     * checkpoint in a task.
     *
     * <p>If the stream is not standard compatible, a socket first ends its sending direction, and drops what arrives
     * until the other side has ended its own, for at most one second and 256 KiB. If it were closed with bytes unread
     * in it, such as a session ticket, it would reset the connection, and the last bytes sent could be lost. Other
     * transports, and sockets on which another task waits, are closed at once.
     *
     * <p>While one task closes the stream, a second close returns at once. If the second one is cancelled, or comes
     * from a thread that is not a task, it closes the transport, which also ends the first one.
     *
     * @throws io.anyio.api.stream.BrokenResourceException if the other side ends the transport without
     * {@code close_notify}, or the session has failed; never in a cancelled scope
     */
    @Override
    void close() throws IOException;
}
