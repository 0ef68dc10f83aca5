package io.anyio.api.stream;

import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;

/** A stream of bytes in both directions: one task may receive while another one sends. */
@ConsumerType
public interface ByteStream extends ByteReceiveStream, ByteSendStream {
    /**
     * Ends the sending direction: the other side sees the end of the stream, receiving goes on. Twice is harmless. A
     * checkpoint.
     *
     * @throws IOException if the stream is broken
     * @throws ClosedResourceException if this side is closed
     */
    void sendEof() throws IOException;
}
