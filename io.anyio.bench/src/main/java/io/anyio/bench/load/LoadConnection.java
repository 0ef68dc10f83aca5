package io.anyio.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * One connection of the load generator: it sends a message, reads the whole echo, and only then the next message may
 * follow.
 *
 * <p>The content of a message is a window of a shared pattern that starts elsewhere for each connection and each
 * message, so that an echo that was swapped, shifted or answered twice does not go unnoticed when content is checked.
 */
final class LoadConnection {
    /** How many different windows there are; a prime, so that they do not line up with buffer sizes. */
    private static final int WINDOWS = 251;

    private final SocketChannel channel;
    private final Wire wire;
    private final SelectionKey key;
    private final ByteBuffer out;
    private final ByteBuffer expected;
    private final int size;
    private int window;
    private int received;
    private boolean awaitingEcho;
    private long sentAt;

    private LoadConnection(SocketChannel channel, Wire wire, Selector selector, ByteBuffer pattern, int size,
            int window) throws IOException {
        this.channel = channel;
        this.wire = wire;
        this.out = pattern.duplicate();
        this.expected = pattern.duplicate();
        this.size = size;
        this.window = window;
        this.key = channel.register(selector, SelectionKey.OP_READ, this);
    }

    /** The bytes that all connections with messages of this size share. */
    static ByteBuffer pattern(int size) {
        ByteBuffer pattern = ByteBuffer.allocateDirect(size + WINDOWS);
        for (int i = 0; i < pattern.capacity(); i++) {
            pattern.put(i, (byte) (i * 31 + (i >>> 8)));
        }
        return pattern;
    }

    static LoadConnection open(InetSocketAddress address, Selector selector, ByteBuffer pattern, int size,
            @Nullable SSLContext tls, int number)
            throws IOException {
        SocketChannel channel = SocketChannel.open(address);
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            Wire wire = tls == null ? new Wire.Plain(channel) : SecureWire.open(channel, tls, size);
            channel.configureBlocking(false);
            return new LoadConnection(channel, wire, selector, pattern, size, number % WINDOWS);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Starts the next message. */
    void send(long now) throws IOException {
        window = window + 1 == WINDOWS ? 0 : window + 1;
        out.limit(window + size).position(window);
        received = 0;
        awaitingEcho = true;
        sentAt = now;
        continueSending();
    }

    /** Goes on with a message that did not fit into the socket's buffer at once. */
    void continueSending() throws IOException {
        wire.write(out);
        boolean waits = (key.interestOps() & SelectionKey.OP_WRITE) != 0;
        if (isSending() != waits) {
            key.interestOps(isSending() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        }
    }

    boolean isAwaitingEcho() {
        return awaitingEcho;
    }

    boolean isSending() {
        return out.hasRemaining() || wire.isPending();
    }

    /**
     * Reads what has arrived.
     *
     * @return whether the echo is complete
     * @throws IOException if the server closed, or answered something that was not sent
     */
    boolean receive(ByteBuffer in, boolean check) throws IOException {
        in.clear();
        int n = wire.read(in);
        if (n == 0) {
            return false;
        }
        if (n < 0) {
            throw new IOException("The server closed the connection after " + received + " of " + size + " bytes");
        }
        if (!awaitingEcho || n > size - received) {
            throw new IOException("The server sent " + (received + n) + " bytes for a message of " + size);
        }
        if (check) {
            expected.limit(window + received + n).position(window + received);
            if (!in.flip().equals(expected)) {
                throw new IOException(
                        "The echo differs from the message between bytes " + received + " and " + (received + n));
            }
        }
        received += n;
        awaitingEcho = received < size;
        return !awaitingEcho;
    }

    long sentAt() {
        return sentAt;
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Nobody waits for this connection any more.
        }
    }
}
