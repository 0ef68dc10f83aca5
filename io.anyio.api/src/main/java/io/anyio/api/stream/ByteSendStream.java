package io.anyio.api.stream;

import io.anyio.api.attribute.TypedAttributeProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ConsumerType;

/** The sending side of a stream of bytes. One task at a time may send. */
@ConsumerType
public interface ByteSendStream extends AsyncResource, TypedAttributeProvider {
    /**
     * Sends all of the bytes; waits while the other side does not take them. A checkpoint; a cancelled send may have sent a part.
     *
     * @param bytes the bytes, which must not change during the call; none are sent for an empty array
     * @throws BrokenResourceException if the other side is gone
     * @throws IOException if the stream is broken otherwise
     * @throws ClosedResourceException if this side is closed or has sent its end
     * @throws io.anyio.api.sync.BusyResourceException if another task is sending
     */
    void send(byte[] bytes) throws IOException;

    /**
     * Sends all that remains in a buffer; waits while the other side does not take it. A checkpoint; after a cancelled send the position tells what was sent.
     *
     * @param source the buffer; its position moves to its limit
     * @throws BrokenResourceException if the other side is gone
     * @throws IOException if the stream is broken otherwise
     * @throws ClosedResourceException if this side is closed or has sent its end
     * @throws io.anyio.api.sync.BusyResourceException if another task is sending
     */
    default void send(ByteBuffer source) throws IOException {
        byte[] bytes = new byte[source.remaining()];
        source.duplicate().get(bytes);
        send(bytes);
        source.position(source.limit());
    }
}
