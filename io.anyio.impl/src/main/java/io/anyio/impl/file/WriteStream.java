package io.anyio.impl.file;

import io.anyio.api.file.AsyncFile;
import io.anyio.api.stream.ByteSendStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Sends to a file. */
record WriteStream(AsyncFile file) implements ByteSendStream {
    @Override
    public void send(byte[] bytes) throws IOException {
        file.write(Objects.requireNonNull(bytes, "ByteSendStream.send: the array is null"));
    }

    @Override
    public void send(ByteBuffer source) throws IOException {
        file.write(Objects.requireNonNull(source, "ByteSendStream.send: the buffer is null"));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
