package io.anyio.impl.file;

import io.anyio.api.stream.ByteReceiveStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;

/** The bytes that a worker thread has read at once, in arrays that are given away. For one thread at a time. */
final class Pieces {
    private static final int SIZE = ByteReceiveStream.DEFAULT_MAX_BYTES;

    /** The most bytes that it has: with fewer, the threads hand over more often. */
    static final int MOST = 16 * SIZE;

    static final Pieces NONE = new Pieces();

    private final Queue<byte[]> pieces = new ArrayDeque<>();
    private int used;
    private boolean more;

    private Pieces() {}

    /** Blocks until there are bytes; empty at the end of the file. */
    static Pieces read(Bytes bytes) throws IOException {
        Pieces read = new Pieces();
        // 0 if nobody can know, as for a FIFO: what is there is all that is read without waiting
        long left = bytes.left();
        long most = Math.min(left, MOST);
        int total = 0;
        int n = 0;
        do {
            byte[] piece = new byte[SIZE];
            try {
                n = bytes.readIntoOnce(ByteBuffer.wrap(piece));
            } catch (IOException e) {
                if (total == 0) {
                    throw e;
                }
                // after what was read before it, the next call finds it again
                return read;
            }
            if (n > 0) {
                read.pieces.add(n < SIZE ? Arrays.copyOf(piece, n) : piece);
            }
            total += n;
        } while (n == SIZE && total < most);
        read.more = n == SIZE && total < left;
        return read;
    }

    boolean isEmpty() {
        return pieces.isEmpty();
    }

    /** Whether the file has more bytes, which can be read without a wait for another process. */
    boolean hasSuccessors() {
        return more;
    }

    /** At most the given number of bytes; none if it is empty. */
    byte[] take(int count) {
        byte[] piece = pieces.peek();
        if (piece == null) {
            return new byte[0];
        }
        int taken = Math.min(count, piece.length - used);
        byte[] given = taken == piece.length ? piece : Arrays.copyOfRange(piece, used, used + taken);
        advance(piece, taken);
        return given;
    }

    /** Copies as many bytes as the target has space for. */
    int takeInto(ByteBuffer target) {
        int begin = target.position();
        for (byte[] piece = pieces.peek(); piece != null && target.hasRemaining(); piece = pieces.peek()) {
            int taken = Math.min(target.remaining(), piece.length - used);
            target.put(piece, used, taken);
            advance(piece, taken);
        }
        return target.position() - begin;
    }

    private void advance(byte[] piece, int taken) {
        used += taken;
        if (used == piece.length) {
            pieces.remove();
            used = 0;
        }
    }
}
