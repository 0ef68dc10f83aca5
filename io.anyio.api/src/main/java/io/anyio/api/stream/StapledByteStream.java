package io.anyio.api.stream;

import io.anyio.api.attribute.TypedAttribute;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Two streams of bytes made one: it sends to the one and receives from the other. Its attributes are those of both; the
 * receiving half wins.
 *
 * @param sendStream what is sent to
 * @param receiveStream what is received from
 */
public record StapledByteStream(ByteSendStream sendStream, ByteReceiveStream receiveStream) implements ByteStream {
    /** Refuses null. */
    public StapledByteStream {
        Objects.requireNonNull(sendStream, "StapledByteStream.sendStream is null");
        Objects.requireNonNull(receiveStream, "StapledByteStream.receiveStream is null");
    }

    @Override
    public byte[] receive(int maxBytes) throws IOException {
        return receiveStream.receive(maxBytes);
    }

    @Override
    public int receive(ByteBuffer target) throws IOException {
        return receiveStream.receive(target);
    }

    @Override
    public void send(byte[] bytes) throws IOException {
        sendStream.send(bytes);
    }

    @Override
    public void send(ByteBuffer source) throws IOException {
        sendStream.send(source);
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
