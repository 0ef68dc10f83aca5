package io.anyio.net;

import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ForwardingByteStream;
import io.anyio.api.stream.Listener;
import io.anyio.api.stream.ObjectStream;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsListener;
import io.anyio.api.tls.TlsListenerOptions;
import io.anyio.api.tls.TlsOptions;
import io.anyio.api.tls.TlsStream;
import io.anyio.api.tls.Unwrapped;
import java.io.IOException;
import java.util.function.UnaryOperator;

/** TLS that encrypts nothing; the real one is tried in the containers. */
public abstract class FakeTls implements Tls {
    /** For subclasses. */
    protected FakeTls() {}

    /** What takes the place of a handshake. */
    protected abstract void handshake(ByteStream transport, TlsOptions options) throws IOException;

    @Override
    public final TlsStream wrap(ByteStream transport, UnaryOperator<TlsOptions> change) throws IOException {
        handshake(transport, change.apply(TlsOptions.DEFAULT));
        return new Plain(transport);
    }

    private static final class Plain extends ForwardingByteStream implements TlsStream {
        Plain(ByteStream stream) {
            super(stream);
        }

        @Override
        public Unwrapped unwrap() {
            throw new UnsupportedOperationException();
        }
    }

    @Override
    public final TlsStream wrap(ObjectStream<byte[]> transport, UnaryOperator<TlsOptions> options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public final TlsListener listen(Listener<? extends ByteStream> listener,
            UnaryOperator<TlsListenerOptions> options) {
        throw new UnsupportedOperationException();
    }
}
