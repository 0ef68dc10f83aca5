package io.anyio.tls;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.stream.BufferedByteReceiveStream;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.ObjectStream;
import io.anyio.api.task.BlockWith;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A stream of objects as a transport.
 *
 * @param stream carries the bytes, in arrays
 * @param receiving keeps the rest of an array of which only a part was asked for
 */
record ObjectTransport(ObjectStream<byte[]> stream, BufferedByteReceiveStream receiving) implements ByteStream {
    ObjectTransport(ObjectStream<byte[]> stream) {
        this(stream, new BufferedByteReceiveStream(stream));
    }

    @Override
    public byte[] receive(int maxBytes) throws IOException {
        return receiving.receive(maxBytes);
    }

    /** Lends the array itself, read-only: its sender may still use it. */
    @Override
    public <X extends Exception> boolean receive(BlockWith<ByteBuffer, X> block) throws IOException, X {
        byte[] bytes;
        try {
            bytes = receiving.receive();
        } catch (EndOfStreamException _) {
            return false;
        }
        block.run(ByteBuffer.wrap(bytes).asReadOnlyBuffer());
        return true;
    }

    @Override
    public void send(byte[] bytes) throws IOException {
        stream.send(bytes);
    }

    /** An array is sent as a whole or not at all, so a cancelled send has sent nothing. */
    @Override
    public void send(ByteBuffer source) throws IOException {
        byte[] bytes = new byte[source.remaining()];
        source.get(source.position(), bytes);
        stream.send(bytes);
        source.position(source.limit());
    }

    @Override
    public void sendEof() throws IOException {
        stream.sendEof();
    }

    @Override
    public void close() throws IOException {
        receiving.close();
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
