package io.anyio.tls;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Buffers for records and for decrypted data. A connection takes a buffer for one step and gives it back. So a few
 * buffers serve many connections and stay in the processor's cache, and a connection that waits has none. IdleSizeTest
 * proves it.
 *
 * <p>They are on the heap. With direct buffers the JDK's ciphers take about twice as long, which costs more than the
 * one copy that this saves.
 */
final class Buffers {
    /** The most that a transport lends, with a part of a record before it. */
    static final int SIZE = 65536 + 16709;

    private static final int SPARE = 16;

    private final ArrayDeque<ByteBuffer> spare = new ArrayDeque<>();

    /** Returns an empty buffer with at least that much space. */
    ByteBuffer take(int size) {
        if (size > SIZE) {
            return ByteBuffer.allocate(size);
        }
        ByteBuffer buffer;
        synchronized (spare) {
            buffer = spare.pollFirst();
        }
        return buffer == null ? ByteBuffer.allocate(SIZE) : buffer.clear();
    }

    /**
     * Returns what remains in a buffer, in a buffer that may be kept: the same one, or a copy if it has to be given
     * back.
     */
    static ByteBuffer own(ByteBuffer buffer) {
        return buffer.capacity() == SIZE ? copy(buffer) : buffer;
    }

    /** Returns a copy of what remains in a buffer. */
    static ByteBuffer copy(ByteBuffer buffer) {
        return ByteBuffer.allocate(buffer.remaining()).put(buffer.duplicate()).flip();
    }

    /** Takes a buffer back, which is the next one to be used. Buffers of another size are not kept. */
    void give(ByteBuffer buffer) {
        if (buffer.capacity() == SIZE) {
            synchronized (spare) {
                if (spare.size() < SPARE) {
                    spare.addFirst(buffer);
                }
            }
        }
    }
}
