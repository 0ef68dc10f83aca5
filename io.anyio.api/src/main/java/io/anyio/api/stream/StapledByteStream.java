package io.anyio.api.stream;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.task.BlockWith;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Combines a send stream and a receive stream of bytes into one stream in both directions.
 *
 * {@snippet :
 * StapledByteStream both = new StapledByteStream(out, in);
 * both.send(CRLF);
 * }
 *
 * <p>Closing it closes both. The attributes are those of both streams; if both have the same one, that of the receive
 * stream wins.
 *
 * <p>Guide: {@code docs/streams.md}. In AnyIO: {@code anyio.streams.stapled.StapledByteStream}.
 *
 * @param sendStream the stream to send to
 * @param receiveStream the stream to receive from
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
    public <X extends Exception> boolean receive(BlockWith<ByteBuffer, X> block) throws IOException, X {
        return receiveStream.receive(block);
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
