package io.anyio.impl.process;

import io.anyio.api.spi.Operation;
import io.anyio.api.spi.RegisteredChannel;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.ByteSendStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/** The input of a process. */
final class PipeSendStream extends PipeEnd implements ByteSendStream {
    private static final String NOTHING = "ByteSendStream.send: the bytes are null";

    private final Operation writing = Operation.writing(this::checkOpen);

    PipeSendStream(RegisteredChannel registered, String name) {
        super(registered, name);
    }

    @Override
    public void send(byte[] bytes) throws IOException {
        send(ByteBuffer.wrap(Objects.requireNonNull(bytes, NOTHING)));
    }

    @Override
    public void send(ByteBuffer source) throws IOException {
        Objects.requireNonNull(source, NOTHING);
        TaskContext task = writing.begin("ByteSendStream.send");
        try {
            while (source.hasRemaining()) {
                ByteBuffer buffer = task.buffer();
                int length = Math.min(buffer.remaining(), source.remaining());
                buffer.put(0, source, source.position(), length).limit(length);
                int count = writeOnce(buffer);
                source.position(source.position() + count);
                if (count < length) {
                    awaitWritable();
                } else if (source.hasRemaining()) {
                    task.checkpoint();
                    checkOpen();
                }
            }
        } finally {
            writing.end();
        }
    }

    private void awaitWritable() {
        if (!registered.awaitWritable()) {
            throw closedException();
        }
    }

    private int writeOnce(ByteBuffer buffer) throws IOException {
        try {
            return registered.write(buffer);
        } catch (IOException e) {
            throw failed("Sending to ", e);
        }
    }
}
