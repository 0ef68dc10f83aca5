package io.anyio.net.tls;

import io.anyio.api.net.SocketStream;
import io.anyio.api.stream.ForwardingByteStream;
import io.anyio.api.task.BlockWith;
import io.anyio.api.tls.TlsStream;
import io.anyio.api.tls.Unwrapped;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An encrypted stream that is a connection, too, because its transport is one. */
final class TlsSocketStream extends ForwardingByteStream implements SocketStream, TlsStream {
    private final TlsStream stream;

    TlsSocketStream(TlsStream stream) {
        super(stream);
        this.stream = stream;
    }

    @Override
    public int receive(ByteBuffer target) throws IOException {
        return stream.receive(target);
    }

    @Override
    public <X extends Exception> boolean receive(BlockWith<ByteBuffer, X> block) throws IOException, X {
        return stream.receive(block);
    }

    @Override
    public Unwrapped unwrap() throws IOException {
        return stream.unwrap();
    }
}
