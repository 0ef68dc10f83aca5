package io.anyio.api.stream;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.spi.Operation;
import io.anyio.api.sync.BusyResourceException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Receives a given number of bytes, or the bytes up to a delimiter: for protocols with lines, headers and frames.
 *
 * {@snippet :
 * BufferedByteStream stream = new BufferedByteStream(connection);
 * String command = new String(stream.receiveUntil(CRLF, 512), US_ASCII);
 * int length = ByteBuffer.wrap(stream.receiveExactly(4)).getInt();
 * byte[] frame = stream.receiveExactly(length);
 * }
 *
 * <p>Bytes that have been received but not yet returned stay in a buffer for the next call. A call that fails or is
 * cancelled also leaves them there, and the next call goes on from that point. Do not receive from the wrapped stream
 * directly: the bytes in the buffer would be missing. The buffer takes memory only while bytes are in it. One task at a
 * time may receive; {@code close} may be called from any thread.
 *
 * <p>Guide: {@code docs/streams.md}. In AnyIO: {@code anyio.streams.buffered.BufferedByteReceiveStream}.
 */
public sealed class BufferedByteReceiveStream implements ByteReceiveStream permits BufferedByteStream {
    private static final byte[] NOTHING = {};

    private final ByteChunks chunks;
    private final Operation receiving = Operation.reading(this::checkOpen);
    private volatile boolean closed;

    // received bytes that were not taken, from start to end; a received array is not changed, since its sender may use
    // it
    private byte[] bytes = NOTHING;
    private int start;
    private int end;

    /**
     * Wraps a stream, which is closed with this one.
     *
     * @param stream a stream of bytes
     */
    public BufferedByteReceiveStream(ByteReceiveStream stream) {
        this(ByteChunks.of(stream));
    }

    /**
     * Wraps a stream, which is closed with this one.
     *
     * @param stream a stream of byte arrays, which must not be changed after they are sent
     */
    public BufferedByteReceiveStream(ObjectReceiveStream<byte[]> stream) {
        this(ByteChunks.of(stream));
    }

    private BufferedByteReceiveStream(ByteChunks chunks) {
        this.chunks = chunks;
    }

    /**
     * Receives the bytes in the buffer or, if it is empty, those that the wrapped stream returns. A checkpoint; a
     * cancelled receive loses nothing.
     *
     * @param maxBytes the largest number of bytes to return, at least 1
     * @return at least one byte, in an array that belongs to the caller
     * @throws EndOfStreamException if the other side has ended the stream and the buffer is empty
     * @throws IOException if the wrapped stream fails
     * @throws IllegalArgumentException if {@code maxBytes} is less than 1
     * @throws ClosedResourceException if this stream is closed, even if bytes are in the buffer
     * @throws BusyResourceException if another task is receiving
     */
    @Override
    public byte[] receive(int maxBytes) throws IOException {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes is less than 1: " + maxBytes);
        }
        receiving.begin("BufferedByteReceiveStream.receive");
        try {
            while (size() == 0) {
                append(chunks.receive(maxBytes), maxBytes);
            }
            return take(Math.min(size(), maxBytes));
        } finally {
            receiving.end();
        }
    }

    /**
     * Receives exactly a number of bytes, and waits until all of them have arrived. From a stream of bytes it receives
     * no more than those that are missing. A checkpoint; the bytes that a cancelled call has received stay in the
     * buffer.
     *
     * @param count the number of bytes; with 0 it does not wait
     * @return {@code count} bytes
     * @throws IncompleteReadException if the stream ends before that; the bytes so far stay in the buffer
     * @throws IOException if the wrapped stream fails
     * @throws IllegalArgumentException if {@code count} is less than 0
     * @throws ClosedResourceException if this stream is closed. AnyIO differs: this holds even if the buffer has enough
     * bytes
     * @throws BusyResourceException if another task is receiving
     */
    public byte[] receiveExactly(int count) throws IOException {
        if (count < 0) {
            throw new IllegalArgumentException("count is " + count + ": give 0 or more");
        }
        receiving.begin("BufferedByteReceiveStream.receiveExactly");
        try {
            while (size() < count) {
                receiveMore(count - size(), count);
            }
            return take(count);
        } finally {
            receiving.end();
        }
    }

    /**
     * Receives the bytes up to a delimiter, and discards the delimiter. A checkpoint; the bytes that a cancelled call
     * has received stay in the buffer.
     *
     * @param delimiter the bytes to look for, at least 1
     * @param maxBytes the largest number of bytes, including the delimiter, at least 1. AnyIO differs: a delimiter
     * beyond that limit is not found, even if it has been received already
     * @return the bytes before the delimiter, without it
     * @throws DelimiterNotFoundException if the delimiter is not within the first {@code maxBytes} bytes; they stay in
     * the buffer
     * @throws IncompleteReadException if the stream ends before that; the bytes so far stay in the buffer
     * @throws IOException if the wrapped stream fails
     * @throws IllegalArgumentException if the delimiter is empty, or {@code maxBytes} is less than 1
     * @throws ClosedResourceException if this stream is closed. AnyIO differs: this holds even if the buffer has the
     * delimiter
     * @throws BusyResourceException if another task is receiving
     */
    public byte[] receiveUntil(byte[] delimiter, int maxBytes) throws IOException {
        Objects.requireNonNull(delimiter, "BufferedByteReceiveStream.receiveUntil: the delimiter is null");
        if (delimiter.length == 0) {
            throw new IllegalArgumentException("The delimiter of receiveUntil has 0 bytes: give at least 1");
        }
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes is less than 1: " + maxBytes);
        }
        receiving.begin("BufferedByteReceiveStream.receiveUntil");
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
            receiving.end();
        }
    }

    /**
     * Returns the bytes in the buffer. Not a checkpoint; only for tasks of the loop that receives.
     *
     * @return a copy
     */
    public byte[] buffer() {
        return Arrays.copyOfRange(bytes, start, end);
    }

    /**
     * Adds bytes to the end of the buffer, before all that is received later. This is for code that has read the
     * beginning of a stream before wrapping it. Not a checkpoint; only for tasks of the loop that receives.
     *
     * @param data the bytes, which are copied
     */
    public void feedData(byte[] data) {
        Objects.requireNonNull(data, "BufferedByteReceiveStream.feedData: the bytes are null");
        append(data.clone(), Integer.MAX_VALUE);
    }

    private void checkOpen() {
        if (closed) {
            throw new ClosedResourceException("The buffered stream");
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
     * Closes the wrapped stream. A checkpoint if the close of that one is; from any thread.
     *
     * @throws IOException if the close of the wrapped stream throws it
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
