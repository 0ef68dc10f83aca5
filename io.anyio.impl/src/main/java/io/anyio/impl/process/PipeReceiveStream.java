package io.anyio.impl.process;

import io.anyio.api.spi.Operation;
import io.anyio.api.spi.RegisteredChannel;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.ByteReceiveStream;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.task.BlockWith;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The output of a process.
 *
 * <p>It waits only after a read has found nothing. A read that did not fill its buffer does not show that the pipe has
 * no end: epoll reports bytes and the end that come together only once.
 */
final class PipeReceiveStream extends PipeEnd implements ByteReceiveStream {
    private final Operation reading = Operation.reading(this::checkOpen);

    PipeReceiveStream(RegisteredChannel registered, String name) {
        super(registered, name);
    }

    @Override
    public byte[] receive(int maxBytes) throws IOException {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes is less than 1: " + maxBytes);
        }
        TaskContext task = reading.begin("ByteReceiveStream.receive");
        try {
            ByteBuffer buffer = read(task, maxBytes);
            if (buffer == null) {
                throw new EndOfStreamException();
            }
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        } finally {
            reading.end();
        }
    }

    @Override
    public int receive(ByteBuffer target) throws IOException {
        Objects.requireNonNull(target, "ByteReceiveStream.receive: the buffer is null");
        if (!target.hasRemaining() || target.isReadOnly()) {
            throw new IllegalArgumentException("The buffer has no space remaining to be written to: " + target);
        }
        TaskContext task = reading.begin("ByteReceiveStream.receive");
        try {
            ByteBuffer buffer = read(task, target.remaining());
            if (buffer == null) {
                return -1;
            }
            int count = buffer.remaining();
            target.put(buffer);
            return count;
        } finally {
            reading.end();
        }
    }

    @Override
    public <X extends Exception> boolean receive(BlockWith<ByteBuffer, X> block) throws IOException, X {
        Objects.requireNonNull(block, "ByteReceiveStream.receive: the block is null");
        TaskContext task = reading.begin("ByteReceiveStream.receive");
        ByteBuffer buffer;
        try {
            if (read(task, DEFAULT_MAX_BYTES) == null) {
                return false;
            }
            buffer = task.lendBuffer();
        } finally {
            reading.end();
        }
        try {
            block.run(buffer);
        } finally {
            task.giveBack(buffer);
        }
        return true;
    }

    /** Reads into the loop's buffer, which other tasks may use while this task waits; null at the end of the stream. */
    private @Nullable ByteBuffer read(TaskContext task, int maxBytes) throws IOException {
        while (true) {
            ByteBuffer buffer = task.buffer();
            if (maxBytes < buffer.limit()) {
                buffer.limit(maxBytes);
            }
            int count = readOnce(buffer);
            if (count != 0) {
                return count < 0 ? null : buffer.flip();
            }
            if (!registered.awaitReadable()) {
                throw closedException();
            }
        }
    }

    private int readOnce(ByteBuffer buffer) throws IOException {
        try {
            return registered.read(buffer);
        } catch (IOException e) {
            throw failed("Receiving from ", e);
        }
    }
}
