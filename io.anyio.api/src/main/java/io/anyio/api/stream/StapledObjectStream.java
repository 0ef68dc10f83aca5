package io.anyio.api.stream;

import io.anyio.api.attribute.TypedAttribute;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Two streams of objects made one: it sends to the one and receives from the other. Its attributes are those of both;
 * the receiving half wins.
 *
 * @param <T> the type of the items
 * @param sendStream what is sent to
 * @param receiveStream what is received from
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
     * Closes the sending half only. Twice is harmless; a checkpoint if the half's close is one.
     *
     * @throws IOException if the half's close throws it
     */
    @Override
    public void sendEof() throws IOException {
        sendStream.close();
    }

    /**
     * Closes both halves. AnyIO differs: the receiving half is closed also if the close of the other one fails.
     *
     * @throws IOException if the close of a half throws it; that of the other one is suppressed in it
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
