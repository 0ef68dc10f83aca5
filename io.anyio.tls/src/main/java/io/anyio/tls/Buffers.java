package io.anyio.tls;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Buffers for what is being encrypted and decrypted. A connection takes one for a step and gives it back, so that few
 * of them serve many connections and stay in the processor's cache, and a connection that waits has none.
 *
 * <p>They lie on the heap: the JDK's ciphers take about twice as long over direct buffers, which costs more than
 * copying the encrypted bytes once more.
 */
final class Buffers {
    /** What a transport lends at the most, and the rest of a record before it. */
    static final int SIZE = 65536 + 16709;

    private static final int SPARE = 16;

    private final ArrayDeque<ByteBuffer> spare = new ArrayDeque<>();

    /** An empty buffer with at least so much space. */
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
     * What remains in a buffer, in one that may be kept: it is just as large, and not one of those that are given back.
     */
    static ByteBuffer own(ByteBuffer buffer) {
        return buffer.capacity() == SIZE ? copy(buffer) : buffer;
    }

    /** What remains in a buffer, in one of its own. */
    static ByteBuffer copy(ByteBuffer buffer) {
        return ByteBuffer.allocate(buffer.remaining()).put(buffer.duplicate()).flip();
    }

    /** Takes a buffer back, which is the next to be used; one that did not come from here is left alone. */
    void give(ByteBuffer buffer) {
        synchronized (spare) {
            if (buffer.capacity() == SIZE && spare.size() < SPARE) {
                spare.addFirst(buffer);
            }
        }
    }
}
