package io.anyio.bench.load;

import io.anyio.bench.option.EchoCase;
import io.anyio.bench.option.EchoCase.Transport;
import io.anyio.bench.process.Keys;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.HdrHistogram.Histogram;

/**
 * The load of one thread over its share of the connections. In a closed loop every echo is followed at once by the next
 * message, until the time is over and the last echo was read. At a rate, each connection has a moment for each message,
 * and its latency counts from that moment on, even if the echo before was late. A connection that fails is closed,
 * counted and not replaced.
 */
final class LoadLoop implements Closeable {
    /** A server that answers nobody for so long is given up. */
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    /** A datagram without an echo for so long is lost. */
    private static final long LOST_NANOS = 100_000_000;

    /** The selector counts in these, so a shorter wait is spun. */
    private static final long MILLI = 1_000_000;

    private final Selector selector = Selector.open();
    private final List<LoadConnection> connections = new ArrayList<>();
    private final List<LoadConnection> silent = new ArrayList<>();
    private final Histogram latencies = new Histogram(2);
    private final EchoCase load;
    private final ByteBuffer in;
    private final boolean check;

    /** Nanoseconds between two messages of a connection; 0 without a rate. */
    private final long period;

    /** Nanoseconds between two turns, of one connection after the other; 0 if each message follows an echo. */
    private long gap;
    private int turn;
    private long turnAt;

    private long end;
    private long lastAnswer;
    private int waiting;
    private long lossesAt;
    private long errors;
    private long lost;
    private String firstError = "";

    /**
     * Opens connections.
     *
     * @param part the loop's number, from 0 on
     * @param parts how many loops there are
     */
    LoadLoop(LoadRequest request, int part, int parts) throws IOException {
        this.load = request.load();
        this.in = ByteBuffer.allocateDirect(Math.max(4 * SecureWire.RECORD, load.requestSize() + SecureWire.RECORD));
        this.check = request.check();
        this.period = load.rate() > 0 ? (long) (load.connections() * 1e9 / load.rate()) : 0;
        try {
            open(request, part, parts);
            touch();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private void open(LoadRequest request, int part, int parts) throws IOException {
        SocketAddress address = load.transport() == Transport.UNIX
                ? UnixDomainSocketAddress.of(request.address())
                : new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(request.address()));
        ByteBuffer pattern = LoadConnection.pattern(load.requestSize());
        SSLContext tls = load.tls() ? Keys.client() : null;
        int all = load.connections() + load.idle();
        for (int i = part; i < all; i += parts) {
            LoadConnection connection = LoadConnection.open(address, load, selector, pattern, tls, i);
            (i < load.connections() ? connections : silent).add(connection);
        }
    }

    /** Lets the server accept the silent connections, by a message on each. */
    private void touch() throws IOException {
        if (!silent.isEmpty()) {
            connections.addAll(silent);
            run(0);
            connections.removeAll(Set.copyOf(silent));
        }
    }

    /**
     * Loads the server for the given time and returns when the last echo was read; 0 is one message for each
     * connection.
     */
    void run(long nanos) throws IOException {
        latencies.reset();
        waiting = 0;
        lost = 0;
        long begin = System.nanoTime();
        end = begin + nanos;
        gap = nanos == 0 ? 0 : period / Math.max(1, connections.size());
        turn = 0;
        turnAt = begin;
        for (LoadConnection connection : List.copyOf(connections)) {
            connection.due(gap == 0 ? System.nanoTime() : begin + gap * turn++);
            if (gap == 0) {
                start(connection, connection.due());
            }
        }
        turn = 0;
        while (waiting > 0 || hasTurns()) {
            long now = System.nanoTime();
            takeTurns(now);
            sendLostAgain(now);
            if (select(now) == 0 && waiting > 0 && now - lastAnswer > PATIENCE_NANOS) {
                errors += waiting;
                firstError = firstError.isEmpty() ? waiting + " connections had no answer for 10 s" : firstError;
                return;
            }
        }
    }

    private boolean hasTurns() {
        return gap > 0 && turnAt < end && !connections.isEmpty();
    }

    /** Starts what is due, but on connections that still wait for an echo: these start when they have it. */
    private void takeTurns(long now) {
        while (hasTurns() && turnAt <= now) {
            LoadConnection connection = connections.get(turn++ % connections.size());
            turnAt += gap;
            if (!connection.isBusy() && connection.due() <= now) {
                start(connection, now);
            }
        }
    }

    private void start(LoadConnection connection, long now) {
        if (waiting++ == 0) {
            lastAnswer = now;
        }
        try {
            connection.start(now);
            connection.due(connection.due() + period);
        } catch (IOException e) {
            fail(connection, e);
        }
    }

    private int select(long now) throws IOException {
        long wait = Math.min(hasTurns() ? turnAt - now : LOST_NANOS, LOST_NANOS / 2);
        return wait < MILLI ? selector.selectNow(this::ready) : selector.select(this::ready, wait / MILLI);
    }

    private void ready(SelectionKey key) {
        LoadConnection connection = (LoadConnection) key.attachment();
        try {
            if (connection.goOn(in, check)) {
                long now = System.nanoTime();
                latencies.recordValue(now - connection.startedAt());
                lastAnswer = now;
                waiting--;
                if (gap == 0) {
                    connection.due(now);
                }
                if (connection.due() <= now && connection.due() < end) {
                    start(connection, now);
                }
            }
        } catch (IOException e) {
            fail(connection, e);
        }
    }

    private void sendLostAgain(long now) {
        if (load.transport() != Transport.UDP || now < lossesAt) {
            return;
        }
        lossesAt = now + LOST_NANOS / 2;
        for (LoadConnection connection : List.copyOf(connections)) {
            if (connection.isBusy() && now - connection.sentAt() > LOST_NANOS) {
                lost++;
                try {
                    connection.send(now);
                } catch (IOException e) {
                    fail(connection, e);
                }
            }
        }
    }

    private void fail(LoadConnection connection, IOException cause) {
        errors++;
        if (connection.isBusy()) {
            waiting--;
        }
        firstError = firstError.isEmpty() ? String.valueOf(cause.getMessage()) : firstError;
        connections.remove(connection);
        connection.close();
    }

    Histogram latencies() {
        return latencies;
    }

    /** Connections that failed. */
    long errors() {
        return errors;
    }

    /** Datagrams that were sent again. */
    long lost() {
        return lost;
    }

    /** What went wrong first; empty if nothing did. */
    String firstError() {
        return firstError;
    }

    @Override
    public void close() throws IOException {
        connections.forEach(LoadConnection::close);
        silent.forEach(LoadConnection::close);
        selector.close();
    }
}
