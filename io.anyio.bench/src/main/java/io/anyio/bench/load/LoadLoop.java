package io.anyio.bench.load;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The closed loop of one thread over its share of the connections: every echo is followed at once by the next message,
 * until the time is over and the last echo was read. A connection that fails is closed, counted and not replaced.
 */
final class LoadLoop implements Closeable {
    /** A server that answers nobody for so long is given up. */
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private final Selector selector = Selector.open();
    private final List<LoadConnection> connections = new ArrayList<>();
    private final Histogram latencies = new Histogram();
    private final ByteBuffer in;
    private final boolean check;
    private long end;
    private long lastAnswer;
    private int waiting;
    private long errors;
    private String firstError = "";

    LoadLoop(InetSocketAddress address, int first, int count, ByteBuffer pattern, int size, @Nullable SSLContext tls,
            boolean check) throws IOException {
        this.in = ByteBuffer.allocateDirect(Math.max(4 * 17000, size + 17000));
        this.check = check;
        try {
            for (int i = first; i < first + count; i++) {
                connections.add(LoadConnection.open(address, selector, pattern, size, tls, i));
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /**
     * Loads the server for the given time and returns when the last echo was read; 0 is one message for each
     * connection.
     */
    void run(long nanos) throws IOException {
        latencies.reset();
        long now = System.nanoTime();
        end = now + nanos;
        lastAnswer = now;
        waiting = 0;
        for (LoadConnection connection : List.copyOf(connections)) {
            waiting++;
            try {
                connection.send(System.nanoTime());
            } catch (IOException e) {
                fail(connection, e);
            }
        }
        while (waiting > 0) {
            int ready = selector.select(this::ready, 1000);
            if (ready == 0 && System.nanoTime() - lastAnswer > PATIENCE_NANOS) {
                errors += waiting;
                firstError = firstError.isEmpty() ? waiting + " connections had no answer for 10 s" : firstError;
                return;
            }
        }
    }

    Histogram latencies() {
        return latencies;
    }

    long errors() {
        return errors;
    }

    /** What went wrong first; empty if nothing did. */
    String firstError() {
        return firstError;
    }

    @Override
    public void close() throws IOException {
        connections.forEach(LoadConnection::close);
        selector.close();
    }

    private void ready(SelectionKey key) {
        LoadConnection connection = (LoadConnection) key.attachment();
        try {
            if (connection.isSending()) {
                connection.continueSending();
            }
            if (key.isReadable() && connection.receive(in, check)) {
                long now = System.nanoTime();
                latencies.record(now - connection.sentAt());
                lastAnswer = now;
                if (now < end) {
                    connection.send(now);
                } else {
                    waiting--;
                }
            }
        } catch (IOException e) {
            fail(connection, e);
        }
    }

    private void fail(LoadConnection connection, IOException cause) {
        errors++;
        if (connection.isAwaitingEcho()) {
            waiting--;
        }
        firstError = firstError.isEmpty() ? String.valueOf(cause.getMessage()) : firstError;
        connections.remove(connection);
        connection.close();
    }
}
