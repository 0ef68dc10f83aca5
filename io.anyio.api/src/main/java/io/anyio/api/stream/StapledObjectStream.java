package io.anyio.api.stream;

import io.anyio.api.attribute.TypedAttribute;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Combines a send stream and a receive stream of objects into one stream in both directions.
 *
 * <p>Closing it closes both. The attributes are those of both streams; if both have the same one, that of the receive
 * stream wins.
 *
 * <p>Guide: {@code docs/streams.md}. In AnyIO: {@code anyio.streams.stapled.StapledObjectStream}.
 *
 * @param <T> the type of the items
 * @param sendStream the stream to send to
 * @param receiveStream the stream to receive from
 */
public record StapledObjectStream<T extends @Nullable Object>(ObjectSendStream<T> sendStream,
        ObjectReceiveStream<T> receiveStream)
        implements
        ObjectStream<T> {
    /** Refuses null. */
    public StapledObjectStream {
        Objects.requireNonNull(sendStream, "StapledObjectStream.sendStream is null");
        Objects.requireNonNull(receiveStream, "StapledObjectStream.receiveStream is null");
    }

    @Override
    public T receive() throws IOException {
        return receiveStream.receive();
    }

    @Override
    public void send(T item) throws IOException {
        sendStream.send(item);
    }

    /**
     * Closes the send stream only; a second call has no effect. A checkpoint if the close of the send stream is.
     *
     * @throws IOException if closing the send stream throws it
     */
    @Override
    public void sendEof() throws IOException {
        sendStream.close();
    }

    /**
     * Closes both streams. AnyIO differs: if closing the send stream fails, the receive stream is closed all the same.
     *
     * @throws IOException if closing a stream throws it; the exception of the receive stream is suppressed in that of
     * the send stream
     */
    @Override
    public void close() throws IOException {
        Halves.close(sendStream, receiveStream);
    }

    @Override
    public Map<TypedAttribute<?>, Supplier<?>> attributes() {
        return Halves.attributes(sendStream, receiveStream);
    }
}
