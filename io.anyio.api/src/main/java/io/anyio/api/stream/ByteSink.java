package io.anyio.api.stream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/** What text streams send to: a stream of bytes, or a stream of byte arrays. */
interface ByteSink {
    /** Sends all bytes that remain; to a stream of byte arrays, in one array. */
    void send(ByteBuffer source) throws IOException;

    static ByteSink of(ByteSendStream stream) {
        Objects.requireNonNull(stream, "The stream to send to is null");
        return stream::send;
    }

    static ByteSink of(ObjectSendStream<byte[]> stream) {
        Objects.requireNonNull(stream, "The stream to send to is null");
        return source -> {
            byte[] bytes = new byte[source.remaining()];
            source.duplicate().get(bytes);
            stream.send(bytes);
            source.position(source.limit());
        };
    }
}
