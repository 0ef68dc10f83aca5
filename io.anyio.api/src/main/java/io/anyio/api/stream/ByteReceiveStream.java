package io.anyio.api.stream;

import io.anyio.api.attribute.TypedAttributeProvider;
import io.anyio.api.task.BlockWith;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Objects;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The receiving side of a stream of bytes. One task at a time may receive.
 *
 * {@snippet :
 * for (byte[] chunk : stream) {
 *     stream.send(chunk);
 * }
 * }
 *
 * <p>There are four ways to receive: into a new array, into a buffer of the caller, into a buffer that the loop lends,
 * and by iteration until the end of the stream. Each returns as soon as at least one byte has arrived. All of them are
 * checkpoints, and a cancelled receive loses nothing.
 *
 * <p>Guide: {@code docs/streams.md}. In AnyIO: {@code anyio.abc.ByteReceiveStream}.
 */
@ConsumerType
public interface ByteReceiveStream extends AsyncResource, TypedAttributeProvider, Iterable<byte[]> {
    /** The largest number of bytes that {@link #receive()} returns: 64 KiB. */
    int DEFAULT_MAX_BYTES = 65536;

    /**
     * Receives up to {@link #DEFAULT_MAX_BYTES} bytes; otherwise like {@link #receive(int)}.
     *
     * @return at least one byte, in an array that belongs to the caller
     * @throws EndOfStreamException if the other side has ended the stream
     * @throws IOException if the connection fails
     * @throws ClosedResourceException if this side has been closed
     * @throws io.anyio.api.sync.BusyResourceException if another task is receiving
     */
    default byte[] receive() throws IOException {
        return receive(DEFAULT_MAX_BYTES);
    }

    /**
     * Receives the bytes that have arrived, and waits only if there are none. A checkpoint; a cancelled receive loses
     * nothing.
     *
     * @param maxBytes the largest number of bytes to return, at least 1
     * @return at least one byte, in an array that belongs to the caller
     * @throws EndOfStreamException if the other side has ended the stream
     * @throws IOException if the connection fails
     * @throws IllegalArgumentException if {@code maxBytes} is less than 1
     * @throws ClosedResourceException if this side has been closed
     * @throws io.anyio.api.sync.BusyResourceException if another task is receiving
     */
    byte[] receive(int maxBytes) throws IOException;

    /**
     * Receives the bytes that have arrived into a buffer, and waits only if there are none. For large amounts, since it
     * saves a copy. A checkpoint; a cancelled receive loses nothing.
     *
     * @param target a buffer with at least one byte remaining; its position moves behind the bytes
     * @return the number of bytes, at least 1, or -1 if the other side has ended the stream
     * @throws IOException if the connection fails
     * @throws IllegalArgumentException if the buffer has no byte remaining or is read-only; nothing has been received
     * @throws ClosedResourceException if this side has been closed
     * @throws io.anyio.api.sync.BusyResourceException if another task is receiving
     */
    default int receive(ByteBuffer target) throws IOException {
        Objects.requireNonNull(target, "ByteReceiveStream.receive: the buffer is null");
        if (!target.hasRemaining() || target.isReadOnly()) {
            throw new IllegalArgumentException("The buffer has no space remaining to be written to: " + target);
        }
        try {
            byte[] bytes = receive(target.remaining());
            target.put(bytes);
            return bytes.length;
        } catch (EndOfStreamException _) {
            return -1;
        }
    }

    /**
     * Receives the bytes that have arrived into a buffer that is lent to a block, and waits only if there are none. For
     * large amounts that are passed on or inspected at once: a few buffers serve many streams, so that they stay in the
     * processor's cache, and a connection that waits takes no memory for one. A checkpoint; a cancelled receive loses
     * nothing.
     *
     * @param <X> the block's checked exception
     * @param block the code, which gets the bytes between position and limit of the buffer; it may wait, and must not
     * use the buffer after it has ended
     * @return false if the other side has ended the stream; the block has not run then
     * @throws X if the block throws it
     * @throws IOException if the connection fails
     * @throws ClosedResourceException if this side has been closed
     * @throws io.anyio.api.sync.BusyResourceException if another task is receiving
     */
    default <X extends Exception> boolean receive(BlockWith<ByteBuffer, X> block) throws IOException, X {
        Objects.requireNonNull(block, "ByteReceiveStream.receive: the block is null");
        byte[] bytes;
        try {
            bytes = receive();
        } catch (EndOfStreamException _) {
            return false;
        }
        block.run(ByteBuffer.wrap(bytes));
        return true;
    }

    /**
     * Iterates over the bytes until the end of the stream, in arrays as {@link #receive()} returns them. An
     * {@link IOException} is thrown as the cause of an {@link UncheckedIOException}.
     *
     * @return an iterator whose methods receive, for one task
     */
    @Override
    default Iterator<byte[]> iterator() {
        return new ReceiveIterator<>(this::receive);
    }
}
