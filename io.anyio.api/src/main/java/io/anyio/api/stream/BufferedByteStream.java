package io.anyio.api.stream;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A buffered stream in both directions. It receives by number or up to a delimiter, like
 * {@link BufferedByteReceiveStream}; what is sent goes to the wrapped stream at once.
 */
public final class BufferedByteStream extends BufferedByteReceiveStream implements ByteStream {
    private final ByteStream stream;

    /**
     * Wraps a stream, which belongs to this one afterwards.
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
