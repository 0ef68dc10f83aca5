package io.anyio.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;

/** TLS over a socket, with the JDK's engine on heap buffers, which is its fastest way. */
final class SecureWire implements Wire {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    static final int RECORD = 17000;

    private final SocketChannel channel;
    private final SSLEngine engine;
    private final ByteBuffer out;
    private final ByteBuffer in = ByteBuffer.allocate(4 * RECORD).flip();

    private SecureWire(SocketChannel channel, SSLEngine engine, int size) {
        this.channel = channel;
        this.engine = engine;
        this.out = ByteBuffer.allocate(size + size / 16000 * 100 + 2 * RECORD).flip();
    }

    /** Does the handshake, waiting for it. */
    static SecureWire open(SocketChannel channel, SSLContext context, int size) throws IOException {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(true);
        SecureWire wire = new SecureWire(channel, engine, size);
        engine.beginHandshake();
        wire.shakeHands();
        return wire;
    }

    private void shakeHands() throws IOException {
        ByteBuffer none = ByteBuffer.allocate(RECORD);
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_WRAP -> write(NOTHING.duplicate());
                case NEED_TASK -> engine.getDelegatedTask().run();
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (unwrap(none) == Status.BUFFER_UNDERFLOW && fill() < 0) {
                        throw new IOException("The server closed the connection in the handshake");
                    }
                }
                case FINISHED, NOT_HANDSHAKING -> {
                    return;
                }
            }
        }
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        if (!out.hasRemaining()) {
            out.clear();
            SSLEngineResult result;
            do {
                result = engine.wrap(bytes, out);
            } while (result.getStatus() == Status.OK
                    && (bytes.hasRemaining() || result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP));
            out.flip();
        }
        channel.write(out);
    }

    @Override
    public boolean isPending() {
        return out.hasRemaining();
    }

    @Override
    public int read(ByteBuffer bytes) throws IOException {
        int start = bytes.position();
        int filled = fill();
        while (unwrap(bytes) == Status.OK) {
            // As long as there are whole records.
        }
        int count = bytes.position() - start;
        return count == 0 && filled < 0 ? -1 : count;
    }

    @Override
    public SocketChannel channel() {
        return channel;
    }

    private int fill() throws IOException {
        in.compact();
        try {
            return channel.read(in);
        } finally {
            in.flip();
        }
    }

    private Status unwrap(ByteBuffer bytes) throws IOException {
        return engine.unwrap(in, bytes).getStatus();
    }
}
