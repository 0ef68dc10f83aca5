package io.anyio.tls;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.ObjectStream;
import io.anyio.api.task.BlockWith;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A stream of objects as a transport.
 *
 * @param stream carries the bytes, in arrays
 * @param rest the rest of an array of which only a part was asked for
 */
record ObjectTransport(ObjectStream<byte[]> stream, Rest rest) implements ByteStream {
    /** Bytes that were received and not yet returned. */
    private static final class Rest {
        private byte[] bytes = new byte[0];
    }

    ObjectTransport(ObjectStream<byte[]> stream) {
        this(stream, new Rest());
    }

    @Override
    public byte[] receive(int maxBytes) throws IOException {
        byte[] bytes = rest.bytes;
        while (bytes.length == 0) {
            bytes = stream.receive();
        }
        int count = Math.min(maxBytes, bytes.length);
        rest.bytes = Arrays.copyOfRange(bytes, count, bytes.length);
        return count == bytes.length ? bytes : Arrays.copyOf(bytes, count);
    }

    /** Lends the array itself, read-only: its sender may still use it. */
    @Override
    public <X extends Exception> boolean receive(BlockWith<ByteBuffer, X> block) throws IOException, X {
        byte[] bytes;
        try {
            bytes = receive(Integer.MAX_VALUE);
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
