package io.anyio.api.stream;

import io.anyio.api.attribute.TypedAttributeProvider;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.sync.BusyResourceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.osgi.annotation.versioning.ConsumerType;

/** The sending side of a stream of bytes. One task at a time may send. */
@ConsumerType
public interface ByteSendStream extends AsyncResource, TypedAttributeProvider {
    /**
     * Sends all of the bytes; waits while the other side does not take them. A checkpoint; a cancelled send may have
     * sent a part.
     *
     * @param bytes the bytes, which must not change during the call; none are sent for an empty array
     * @throws BrokenResourceException if the other side is gone
     * @throws IOException if the stream is broken otherwise
     * @throws ClosedResourceException if this side is closed or has sent its end
     * @throws BusyResourceException if another task is sending
     */
    void send(byte[] bytes) throws IOException;

    /**
     * Sends all that remains in a buffer; waits while the other side does not take it. A checkpoint.
     *
     * <p>The position tells what a send that was cancelled or failed has left behind: what remains was not sent, so
     * that the next send can go on with it. If nothing remains, nobody knows how much was sent, and nothing can follow:
     * a stream that cannot count sets the position to the limit. A send that has sent everything returns normally; a
     * cancellation comes with the next checkpoint.
     *
     * <p>The default cannot count, because {@link #send(byte[])} does not say how far it came. It leaves the position
     * alone only if the send has not begun, because the task was cancelled before or another one is sending. Override
     * it if the stream knows more.
     *
     * @param source the buffer; its position moves to its limit
     * @throws BrokenResourceException if the other side is gone
     * @throws IOException if the stream is broken otherwise
     * @throws ClosedResourceException if this side is closed or has sent its end
     * @throws BusyResourceException if another task is sending
     */
    default void send(ByteBuffer source) throws IOException {
        Objects.requireNonNull(source, "ByteSendStream.send: the buffer is null");
        TaskContext task = TaskContext.currentOrNull();
        if (task != null) {
            task.checkpoint();
        }
        int start = source.position();
        byte[] bytes = new byte[source.remaining()];
        source.get(bytes);
        try {
            send(bytes);
        } catch (BusyResourceException e) {
            source.position(start);
            throw e;
        }
    }
}
