package io.anyio.api.stream;

import io.anyio.api.attribute.TypedAttributeProvider;
import io.anyio.api.task.BlockWith;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Objects;
import org.osgi.annotation.versioning.ConsumerType;

/** The receiving side of a stream of bytes. One task at a time may receive. */
@ConsumerType
public interface ByteReceiveStream extends AsyncResource, TypedAttributeProvider, Iterable<byte[]> {
    /** How many bytes {@link #receive()} gives at the most. */
    int DEFAULT_MAX_BYTES = 65536;

    /**
     * Receives what is there, at least one byte and at most {@link #DEFAULT_MAX_BYTES}; waits only if there is nothing.
     * A checkpoint; a cancelled receive loses nothing.
     *
     * @return the bytes, the caller's own
     * @throws EndOfStreamException if the other side has ended the stream
     * @throws IOException if the stream is broken
     * @throws ClosedResourceException if this side is closed
     * @throws io.anyio.api.sync.BusyResourceException if another task is receiving
     */
    default byte[] receive() throws IOException {
        return receive(DEFAULT_MAX_BYTES);
    }

    /**
     * Receives what is there, at least one byte; waits only if there is nothing. A checkpoint; a cancelled receive
     * loses nothing.
     *
     * @param maxBytes how many bytes at the most, at least 1
     * @return the bytes, the caller's own
     * @throws EndOfStreamException if the other side has ended the stream
     * @throws IOException if the stream is broken
     * @throws IllegalArgumentException if {@code maxBytes} is less than 1
     * @throws ClosedResourceException if this side is closed
     * @throws io.anyio.api.sync.BusyResourceException if another task is receiving
     */
    byte[] receive(int maxBytes) throws IOException;

    /**
     * Receives what is there into a buffer, at least one byte; waits only if there is nothing. For bulk: nothing is
     * copied twice. A checkpoint; a cancelled receive loses nothing.
     *
     * @param target a buffer with at least one byte remaining; its position moves
     * @return how many bytes, or -1 if the other side has ended the stream
     * @throws IOException if the stream is broken
     * @throws IllegalArgumentException if the buffer is full or read-only; nothing was received
     * @throws ClosedResourceException if this side is closed
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
     * Receives what is there, at least one byte, into a buffer that is lent to a block: for bulk that is passed on or
     * looked at. Few buffers serve many streams, so they stay in the processor's cache; a connection that waits has
     * none. A checkpoint; a cancelled receive loses nothing.
     *
     * @param <X> the block's checked exception
     * @param block gets the bytes between position and limit, and may wait; the buffer is not its own after its end
     * @return false if the other side has ended the stream, and the block did not run
     * @throws X if the block throws it
     * @throws IOException if the stream is broken
     * @throws ClosedResourceException if this side is closed
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
     * The chunks until the end of the stream. An error comes as {@link UncheckedIOException} with the original as its
     * cause.
     *
     * @return an iterator that receives; for one task
     */
    @Override
    default Iterator<byte[]> iterator() {
        return new ReceiveIterator<>(this::receive);
    }
}
