package io.anyio.impl.file;

import io.anyio.api.spi.Owner;
import io.anyio.api.stream.ByteSendStream;
import io.anyio.api.sync.CapacityLimiter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Sends to a file. */
final class WriteStream extends FileHandle implements ByteSendStream {
    /** The buffer of a stream that sends no more than this. */
    private static final int SMALL = 1 << 16;

    /** The size of the direct buffer for more; from the heap, the JDK would copy the bytes once more. */
    private static final int BUFFER = 1 << 20;

    /** The size of what is written without that buffer. */
    private static final int LARGE = 1 << 19;

    private final Bytes bytes;

    /** What is not yet written is before its position. */
    private ByteBuffer buffer = ByteBuffer.allocate(0);

    WriteStream(Opened opened, Owner owner, CapacityLimiter limiter) {
        super("ByteSendStream", opened, owner, limiter);
        this.bytes = new Bytes(opened, 0);
    }

    @Override
    public void send(byte[] source) throws IOException {
        send(ByteBuffer.wrap(Objects.requireNonNull(source, "ByteSendStream.send: the array is null")));
    }

    @Override
    public void send(ByteBuffer source) throws IOException {
        Objects.requireNonNull(source, "ByteSendStream.send: the buffer is null");
        use("send", () -> buffered(source) ? true : null, () -> {
            writeBuffered();
            if (source.remaining() >= LARGE) {
                bytes.write(source);
            } else {
                enlarge();
                boolean _ = buffered(source);
            }
            return true;
        });
    }

    private boolean buffered(ByteBuffer source) {
        if (buffer.capacity() == 0 && source.remaining() <= SMALL) {
            buffer = ByteBuffer.allocate(SMALL);
        }
        if (source.remaining() > buffer.remaining()) {
            return false;
        }
        buffer.put(source);
        return true;
    }

    private void enlarge() {
        if (buffer.capacity() < BUFFER) {
            buffer = ByteBuffer.allocateDirect(BUFFER);
        }
    }

    @Override
    void writeBuffered() throws IOException {
        buffer.flip();
        try {
            bytes.write(buffer);
        } finally {
            // the bytes that an error has left
            buffer.compact();
        }
    }
}
