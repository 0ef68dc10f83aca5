package io.anyio.impl.file;

import io.anyio.api.file.AsyncFile;
import io.anyio.api.stream.ByteReceiveStream;
import io.anyio.api.stream.EndOfStreamException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Receives from a file. */
record ReadStream(AsyncFile file) implements ByteReceiveStream {
    @Override
    public byte[] receive(int maxBytes) throws IOException {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes is less than 1: " + maxBytes);
        }
        byte[] bytes = file.read1(maxBytes);
        if (bytes.length == 0) {
            throw new EndOfStreamException();
        }
        return bytes;
    }

    @Override
    public int receive(ByteBuffer target) throws IOException {
        Objects.requireNonNull(target, "ByteReceiveStream.receive: the buffer is null");
        if (!target.hasRemaining() || target.isReadOnly()) {
            throw new IllegalArgumentException("The buffer has no space remaining to be written to: " + target);
        }
        int n = file.readInto1(target);
        return n == 0 ? -1 : n;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
