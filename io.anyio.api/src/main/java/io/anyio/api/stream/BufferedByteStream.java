package io.anyio.api.stream;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A buffered stream in both directions. It receives a given number of bytes, or the bytes up to a delimiter, like
 * {@link BufferedByteReceiveStream}. Bytes that are sent go to the wrapped stream at once.
 *
 * <p>Guide: {@code docs/streams.md}. It corresponds to {@code BufferedByteStream} of later versions of AnyIO.
 */
public final class BufferedByteStream extends BufferedByteReceiveStream implements ByteStream {
    private final ByteStream stream;

    /**
     * Wraps a stream, which is closed with this one.
     *
     * @param stream a stream of bytes
     */
    public BufferedByteStream(ByteStream stream) {
        super(stream);
        this.stream = stream;
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
}
