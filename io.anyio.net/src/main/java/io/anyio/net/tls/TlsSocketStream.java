package io.anyio.net.tls;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.net.SocketStream;
import io.anyio.api.task.BlockWith;
import io.anyio.api.tls.TlsStream;
import io.anyio.api.tls.Unwrapped;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.Supplier;

/**
 * An encrypted stream that is a connection, too.
 *
 * @param stream its transport is a connection
 */
record TlsSocketStream(TlsStream stream) implements SocketStream, TlsStream {
    @Override
    public byte[] receive(int maxBytes) throws IOException {
        return stream.receive(maxBytes);
    }

    @Override
    public int receive(ByteBuffer target) throws IOException {
        return stream.receive(target);
    }

    @Override
    public <X extends Exception> boolean receive(BlockWith<ByteBuffer, X> block) throws IOException, X {
        return stream.receive(block);
    }

    @Override
    public void send(byte[] bytes) throws IOException {
        stream.send(bytes);
    }

    @Override
    public void send(ByteBuffer source) throws IOException {
        stream.send(source);
    }

    @Override
    public void sendEof() throws IOException {
        stream.sendEof();
    }

    @Override
    public Unwrapped unwrap() throws IOException {
        return stream.unwrap();
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }

    @Override
    public Map<TypedAttribute<?>, Supplier<?>> attributes() {
        return stream.attributes();
    }

    @Override
    public String toString() {
        return stream.toString();
    }
}
