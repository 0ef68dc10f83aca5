package io.anyio.api.stream;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.attribute.TypedAttributeProvider;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** What buffered and text streams receive from: a stream of bytes, or one of objects that are arrays of bytes. */
interface ByteChunks extends AsyncResource, TypedAttributeProvider {
    /**
     * The next bytes, at most as many as are wanted if they come from a stream of bytes; an object comes whole, and may
     * be empty.
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
