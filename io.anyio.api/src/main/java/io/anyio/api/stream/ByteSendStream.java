package io.anyio.api.stream;

import io.anyio.api.attribute.TypedAttributeProvider;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.sync.BusyResourceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The sending side of a stream of bytes. One task at a time may send.
 *
 * <p>Guide: {@code docs/streams.md}. In AnyIO: {@code anyio.abc.ByteSendStream}.
 */
@ConsumerType
public interface ByteSendStream extends AsyncResource, TypedAttributeProvider {
    /**
     * Sends all bytes of an array, and waits while the other side does not accept them. A checkpoint; a cancelled send
     * may have sent some of them: use {@link #send(ByteBuffer)} to learn how many.
     *
     * @param bytes the bytes, which must not change during the call; an empty array sends nothing
     * @throws BrokenResourceException if the other side has closed or reset the connection
     * @throws IOException if the connection fails in another way
     * @throws ClosedResourceException if this side has been closed or has ended its sending direction
     * @throws BusyResourceException if another task is sending
     */
    void send(byte[] bytes) throws IOException;

    /**
     * Sends all bytes that remain in a buffer, and waits while the other side does not accept them. A checkpoint.
     *
     * <p>If a send is cancelled or fails, the position of the buffer shows how far it came: the bytes that remain have
     * not been sent, and the next send can continue with them. A stream that cannot count sets the position to the
     * limit; it is then unknown how much has been sent, and nothing more can be sent. If all bytes have been sent, the
     * call returns normally, and a cancellation takes effect at the next checkpoint.
     *
     * <p>The default implementation cannot count, because {@link #send(byte[])} does not report how far it came. It
     * keeps the position only if the send has not begun: if the task is already cancelled, or another task is sending.
     * A stream that can count should override this method.
     *
     * @param source the buffer; its position moves to its limit
     * @throws BrokenResourceException if the other side has closed or reset the connection
     * @throws IOException if the connection fails in another way
     * @throws ClosedResourceException if this side has been closed or has ended its sending direction
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
