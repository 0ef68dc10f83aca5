package io.anyio.api.stream;

import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A stream of bytes in both directions: a connection, or something that behaves like one. One task may receive while
 * another one sends.
 *
 * {@snippet :
 * try (MemoryByteStreams connection = AnyIO.createMemoryByteStreams(65536)) {
 *     connection.first().send("ping".getBytes(UTF_8));
 *     connection.first().sendEof();
 *     assertEquals("ping", new String(connection.second().receive(), UTF_8));
 *     assertThrows(EndOfStreamException.class, () -> connection.second().receive());
 * }
 * }
 *
 * <p>Guide: {@code docs/streams.md}. In AnyIO: {@code anyio.abc.ByteStream}.
 */
@ConsumerType
public interface ByteStream extends ByteReceiveStream, ByteSendStream {
    /**
     * Ends the sending direction: the other side receives the end of the stream, and this side can still receive. A
     * second call has no effect. A checkpoint.
     *
     * @throws IOException if the connection fails
     * @throws ClosedResourceException if this side has been closed
     * @throws io.anyio.api.sync.BusyResourceException if another task is sending
     */
    void sendEof() throws IOException;
}
