package io.anyio.api.stream;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.attribute.TypedAttributeProvider;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** What buffered and text streams receive from: a stream of bytes, or a stream of byte arrays. */
interface ByteChunks extends AsyncResource, TypedAttributeProvider {
    /**
     * Receives the next bytes: from a stream of bytes no more than are wanted, from a stream of byte arrays one whole
     * array, which may be empty.
     */
    byte[] receive(int wanted) throws IOException;

    static ByteChunks of(ByteReceiveStream stream) {
        return new OfBytes(stream);
    }

    static ByteChunks of(ObjectReceiveStream<byte[]> stream) {
        return new OfObjects(stream);
    }

    /** From a stream of bytes. */
    record OfBytes(ByteReceiveStream stream) implements ByteChunks {
        public OfBytes {
            Objects.requireNonNull(stream, "The stream to receive from is null");
        }

        @Override
        public byte[] receive(int wanted) throws IOException {
            return stream.receive(wanted);
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }

        @Override
        public Map<TypedAttribute<?>, Supplier<?>> attributes() {
            return stream.attributes();
        }
    }

    /** From a stream of objects. */
    record OfObjects(ObjectReceiveStream<byte[]> stream) implements ByteChunks {
        public OfObjects {
            Objects.requireNonNull(stream, "The stream to receive from is null");
        }

        @Override
        public byte[] receive(int wanted) throws IOException {
            return stream.receive();
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }

        @Override
        public Map<TypedAttribute<?>, Supplier<?>> attributes() {
            return stream.attributes();
        }
    }
}
