package io.anyio.api.stream;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.sync.BusyResourceException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Receives bytes by their number or up to a delimiter, for protocols with lines, headers and frames. What was received
 * too much stays in a buffer for the next call.
 *
 * {@snippet :
 * var requests = new BufferedByteReceiveStream(stream);
 * byte[] line = requests.receiveUntil(new byte[]{'\r', '\n'}, 8192);
 * byte[] frame = requests.receiveExactly(length);
 * }
 *
 * <p>A call that fails or is cancelled leaves what it has received in the buffer, and the next one goes on from there.
 * Whoever uses this stream leaves the wrapped one alone: it lacks what is in the buffer. The buffer exists only while
 * something is in it. One task at a time may receive; {@code close} may be called by any task and any thread.
 */
public sealed class BufferedByteReceiveStream implements ByteReceiveStream permits BufferedByteStream {
    private static final byte[] NOTHING = {};

    private final ByteChunks chunks;
    private final AtomicBoolean receiving = new AtomicBoolean();
    private volatile boolean closed;

    // what was received and not yet taken: from start to end; an array that was received is not written to, for it may
    // be somebody's
    private byte[] bytes = NOTHING;
    private int start;
    private int end;

    /**
     * Wraps a stream, which belongs to this one afterwards.
     *
     * @param stream a stream of bytes
     */
    public BufferedByteReceiveStream(ByteReceiveStream stream) {
        this(ByteChunks.of(stream));
    }

    /**
     * Wraps a stream, which belongs to this one afterwards.
     *
     * @param stream a stream of arrays of bytes, which nobody may change after they were sent
     */
    public BufferedByteReceiveStream(ObjectReceiveStream<byte[]> stream) {
        this(ByteChunks.of(stream));
    }

    private BufferedByteReceiveStream(ByteChunks chunks) {
        this.chunks = chunks;
    }

    /**
     * Receives what is in the buffer; if it is empty, what the wrapped stream has. A checkpoint; a cancelled receive
     * loses nothing.
     *
     * @param maxBytes how many bytes at the most, at least 1
     * @return at least one byte, the caller's own
     * @throws EndOfStreamException if the other side has ended the stream and the buffer is empty
     * @throws IOException if the wrapped stream is broken
     * @throws IllegalArgumentException if {@code maxBytes} is less than 1
     * @throws ClosedResourceException if this stream is closed, also if something is in the buffer
     * @throws BusyResourceException if another task is receiving
     */
    @Override
    public byte[] receive(int maxBytes) throws IOException {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes is less than 1: " + maxBytes);
        }
        beginReceive("BufferedByteReceiveStream.receive");
        try {
            while (size() == 0) {
                append(chunks.receive(maxBytes), maxBytes);
            }
            return take(Math.min(size(), maxBytes));
        } finally {
            receiving.set(false);
        }
    }

    /**
     * Receives a number of bytes, and waits until all of them are there. A stream of bytes is asked for those that are
     * missing and for no more. A checkpoint; what a cancelled call has received stays in the buffer.
     *
     * @param count how many bytes; with 0 nothing is waited for
     * @return exactly as many bytes
     * @throws IncompleteReadException if the stream ends before; what there was stays in the buffer
     * @throws IOException if the wrapped stream is broken
     * @throws IllegalArgumentException if {@code count} is less than 0
     * @throws ClosedResourceException if this stream is closed. AnyIO differs: also if the buffer holds enough
     * @throws BusyResourceException if another task is receiving
     */
    public byte[] receiveExactly(int count) throws IOException {
        if (count < 0) {
            throw new IllegalArgumentException("count is less than 0: " + count);
        }
        beginReceive("BufferedByteReceiveStream.receiveExactly");
        try {
            while (size() < count) {
                receiveMore(count - size(), count);
            }
            return take(count);
        } finally {
            receiving.set(false);
        }
    }

    /**
     * Receives the bytes before a delimiter, and takes the delimiter away. A checkpoint; what a cancelled call has
     * received stays in the buffer.
     *
     * @param delimiter what ends the bytes, at least 1 byte
     * @param maxBytes how many bytes they may be together with the delimiter, at least 1. AnyIO differs: a delimiter
     * beyond that is not found, whether it has been received already or not
     * @return the bytes before the delimiter, without it
     * @throws DelimiterNotFoundException if it is not within the first {@code maxBytes}; they stay in the buffer
     * @throws IncompleteReadException if the stream ends before; what there was stays in the buffer
     * @throws IOException if the wrapped stream is broken
     * @throws IllegalArgumentException if the delimiter is empty, or {@code maxBytes} is less than 1
     * @throws ClosedResourceException if this stream is closed. AnyIO differs: also if the buffer holds the delimiter
     * @throws BusyResourceException if another task is receiving
     */
    public byte[] receiveUntil(byte[] delimiter, int maxBytes) throws IOException {
        Objects.requireNonNull(delimiter, "BufferedByteReceiveStream.receiveUntil: the delimiter is null");
        if (delimiter.length == 0) {
            throw new IllegalArgumentException("The delimiter is empty");
        }
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes is less than 1: " + maxBytes);
        }
        beginReceive("BufferedByteReceiveStream.receiveUntil");
        try {
            int searched = 0;
            while (true) {
                int limit = Math.min(size(), maxBytes);
                int index = indexOf(delimiter, searched, limit);
                if (index >= 0) {
                    byte[] before = take(index);
                    drop(delimiter.length);
                    return before;
                }
                if (limit == maxBytes) {
                    throw new DelimiterNotFoundException(maxBytes);
                }
                // the beginning of a delimiter may be at the end
                searched = Math.max(0, limit - delimiter.length + 1);
                receiveMore(DEFAULT_MAX_BYTES, maxBytes);
            }
        } finally {
            receiving.set(false);
        }
    }

    /**
     * What is in the buffer. Not a checkpoint; for the tasks of the loop that receives.
     *
     * @return a copy
     */
    public byte[] buffer() {
        return Arrays.copyOfRange(bytes, start, end);
    }

    /**
     * Puts bytes into the buffer, behind those that are in it and in front of all that is received later: for who has
     * looked at the beginning of a stream before it was wrapped. Not a checkpoint; for the tasks of the loop that
     * receives.
     *
     * @param data the bytes, which are copied
     */
    public void feedData(byte[] data) {
        Objects.requireNonNull(data, "BufferedByteReceiveStream.feedData: the bytes are null");
        append(data.clone(), Integer.MAX_VALUE);
    }

    private void beginReceive(String what) {
        TaskContext.current(what).checkpoint();
        if (closed) {
            throw new ClosedResourceException("The buffered stream");
        }
        if (!receiving.compareAndSet(false, true)) {
            throw new BusyResourceException("receiving from");
        }
    }

    private void receiveMore(int missing, int goal) throws IOException {
        try {
            append(chunks.receive(Math.min(missing, DEFAULT_MAX_BYTES)), goal);
        } catch (EndOfStreamException e) {
            throw new IncompleteReadException(e);
        }
    }

    private int size() {
        return end - start;
    }

    /**
     * Puts a chunk behind what is there: as the buffer itself if nothing is there, else the space doubles, but not
     * beyond the size that the caller is going to take.
     */
    private void append(byte[] chunk, int goal) {
        int size = size();
        if (size == 0) {
            bytes = chunk;
            start = 0;
            end = chunk.length;
            return;
        }
        if (chunk.length > bytes.length - end) {
            byte[] larger = new byte[Math.max(Math.addExact(size, chunk.length), (int) Math.min(2L * size, goal))];
            System.arraycopy(bytes, start, larger, 0, size);
            bytes = larger;
            start = 0;
            end = size;
        }
        System.arraycopy(chunk, 0, bytes, end, chunk.length);
        end += chunk.length;
    }

    private byte[] take(int count) {
        byte[] taken = count == bytes.length ? bytes : Arrays.copyOfRange(bytes, start, start + count);
        drop(count);
        return taken;
    }

    private void drop(int count) {
        start += count;
        if (start == end) {
            bytes = NOTHING;
            start = 0;
            end = 0;
        }
    }

    /** Where the delimiter begins in the first bytes of the buffer, or -1. */
    private int indexOf(byte[] delimiter, int from, int limit) {
        int last = start + limit - delimiter.length;
        for (int i = start + from; i <= last; i++) {
            if (bytes[i] == delimiter[0]
                    && Arrays.equals(bytes, i, i + delimiter.length, delimiter, 0, delimiter.length)) {
                return i - start;
            }
        }
        return -1;
    }

    /**
     * Closes the wrapped stream. A checkpoint if its close is one; from any thread.
     *
     * @throws IOException if the wrapped stream's close throws it
     */
    @Override
    public void close() throws IOException {
        closed = true;
        chunks.close();
    }

    @Override
    public Map<TypedAttribute<?>, Supplier<?>> attributes() {
        return chunks.attributes();
    }
}
