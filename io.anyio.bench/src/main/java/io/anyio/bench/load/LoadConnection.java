package io.anyio.bench.load;

import io.anyio.bench.option.EchoCase;
import io.anyio.bench.option.EchoCase.Flow;
import io.anyio.bench.option.EchoCase.Transport;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * One connection of the load generator: it sends a message, reads the whole echo, and only then the next message may
 * follow. If bytes go one way only, a message is complete when it was sent, or when as many bytes were read.
 *
 * <p>The content of a message is a window of a shared pattern that starts elsewhere for each connection and each
 * message, so that an echo that was swapped, shifted or answered twice does not go unnoticed when content is checked.
 * Datagrams are always compared: the echo of one that was believed to be lost, and sent again, may come twice.
 */
final class LoadConnection {
    /** How many different windows there are; a prime, so that they do not line up with buffer sizes. */
    private static final int WINDOWS = 251;

    private final Wire wire;
    private final SelectionKey key;
    private final ByteBuffer out;
    private final ByteBuffer expected;
    private final EchoCase load;
    private final int size;
    private int window;
    private int received;
    private boolean isBusy;
    private long due;
    private long startedAt;
    private long sentAt;

    private LoadConnection(Wire wire, Selector selector, ByteBuffer pattern, EchoCase load, int window)
            throws IOException {
        this.wire = wire;
        this.out = pattern.duplicate().limit(0);
        this.expected = pattern.duplicate();
        this.load = load;
        this.size = load.requestSize();
        this.window = window;
        this.key = wire.channel().register(selector, interest(), this);
    }

    /** The bytes that all connections with messages of this size share. */
    static ByteBuffer pattern(int size) {
        ByteBuffer pattern = ByteBuffer.allocateDirect(size + WINDOWS);
        for (int i = 0; i < pattern.capacity(); i++) {
            pattern.put(i, (byte) (i * 31 + (i >>> 8)));
        }
        return pattern;
    }

    static LoadConnection open(SocketAddress address, EchoCase load, Selector selector, ByteBuffer pattern,
            @Nullable SSLContext tls, int number)
            throws IOException {
        return new LoadConnection(Wire.open(address, load, tls, number), selector, pattern, load, number % WINDOWS);
    }

    /** The moment of the monotonic clock at which the next message should be sent. */
    long due() {
        return due;
    }

    void due(long moment) {
        due = moment;
    }

    /** Starts the message that is due, maybe late. */
    void start(long now) throws IOException {
        window = window + 1 == WINDOWS ? 0 : window + 1;
        received = Math.max(0, received - size);
        isBusy = true;
        startedAt = due;
        if (load.flow() != Flow.DOWN) {
            send(now);
        }
    }

    /** Sends the message, or sends it again because its echo is missing. */
    void send(long now) throws IOException {
        out.limit(window + size).position(window);
        sentAt = now;
        continueSending();
    }

    private void continueSending() throws IOException {
        wire.write(out);
        if (key.interestOps() != interest()) {
            key.interestOps(interest());
        }
    }

    private int interest() {
        if (load.flow() == Flow.UP) {
            return SelectionKey.OP_WRITE;
        }
        return isSending() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
    }

    private boolean isSending() {
        return out.hasRemaining() || wire.isPending();
    }

    /** Whether a message was started and is not complete. */
    boolean isBusy() {
        return isBusy;
    }

    /**
     * Goes on with the message that was started.
     *
     * @return whether it is complete
     * @throws IOException if the server closed, or answered something that was not sent
     */
    boolean goOn(ByteBuffer in, boolean check) throws IOException {
        boolean wasBusy = isBusy;
        if (isSending()) {
            continueSending();
        }
        if (load.flow() == Flow.UP) {
            isBusy = isSending();
        } else if (key.isReadable() && (isBusy || !load.isBulk())) {
            receive(in.clear(), check);
        }
        return wasBusy && !isBusy;
    }

    private void receive(ByteBuffer in, boolean check) throws IOException {
        if (load.isBulk()) {
            in.limit(Math.max(size - received, load.tls() ? SecureWire.RECORD : 0));
        }
        int n = wire.read(in);
        if (n < 0) {
            throw new IOException("The server closed the connection after " + received + " of " + size + " bytes");
        }
        if (load.transport() == Transport.UDP) {
            isBusy = isBusy && !(n == size && isExpected(in, n));
            return;
        }
        if (!load.isBulk()) {
            if (n > 0 && !isBusy || n > size - received) {
                throw new IOException("The server sent " + (received + n) + " bytes for a message of " + size);
            }
            if (check && !isExpected(in, n)) {
                throw new IOException(
                        "The echo differs from the message between bytes " + received + " and " + (received + n));
            }
        }
        received += n;
        isBusy = received < size;
    }

    private boolean isExpected(ByteBuffer in, int count) {
        expected.limit(window + received + count).position(window + received);
        return in.flip().equals(expected);
    }

    /** When the message should have been sent. */
    long startedAt() {
        return startedAt;
    }

    /** When it was sent for the last time. */
    long sentAt() {
        return sentAt;
    }

    void close() {
        try {
            wire.channel().close();
        } catch (IOException e) {
            // Nobody waits for this connection any more.
        }
    }
}
