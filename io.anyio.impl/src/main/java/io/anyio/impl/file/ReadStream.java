package io.anyio.impl.file;

import io.anyio.api.spi.Owner;
import io.anyio.api.stream.ByteReceiveStream;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.impl.thread.Begun;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Receives from a file. While the task uses the bytes that were read last, a worker thread reads the next ones, if the
 * file is known to have more. These bytes are never lost: if a call does not wait for the end of the read, the next
 * call gets them.
 */
final class ReadStream extends FileHandle implements ByteReceiveStream {
    /** The size of a buffer into which the bytes are read directly. */
    private static final int LARGE = 1 << 19;

    private final Bytes bytes;
    private Pieces pieces = Pieces.NONE;

    /** The read of the bytes after the pieces, or null if none is under way. */
    private @Nullable Begun<Pieces> ahead;

    ReadStream(Opened opened, Owner owner, CapacityLimiter limiter) {
        super("ByteReceiveStream", opened, owner, limiter);
        this.bytes = new Bytes(opened, 0);
    }

    @Override
    public byte[] receive(int maxBytes) throws IOException {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes is less than 1: " + maxBytes);
        }
        byte[] received = use("receive", () -> known() ? pieces.take(maxBytes) : null, () -> {
            pieces = Pieces.read(bytes);
            return pieces.take(maxBytes);
        });
        if (received.length == 0) {
            throw new EndOfStreamException();
        }
        return received;
    }

    @Override
    public int receive(ByteBuffer target) throws IOException {
        Objects.requireNonNull(target, "ByteReceiveStream.receive: the buffer is null");
        if (!target.hasRemaining() || target.isReadOnly()) {
            throw new IllegalArgumentException("The buffer has no space remaining to be written to: " + target);
        }
        int n = use("receive", () -> known() ? pieces.takeInto(target) : null, () -> {
            if (target.remaining() >= LARGE) {
                return bytes.readIntoOnce(target);
            }
            pieces = Pieces.read(bytes);
            return pieces.takeInto(target);
        });
        return n == 0 ? -1 : n;
    }

    /** Whether something has been read; waits for what is read ahead, and has more of it read. */
    private boolean known() throws IOException {
        Begun<Pieces> begun = ahead;
        if (pieces.isEmpty() && begun != null) {
            begun.awaitEnd();
            ahead = null;
            pieces = begun.<IOException>value();
        }
        if (ahead == null && pieces.hasSuccessors()) {
            ahead = Begun.tryBegin(() -> Pieces.read(bytes), limiter);
        }
        return !pieces.isEmpty();
    }

    @Override
    void writeBuffered() {
        // nothing is written
    }
}
