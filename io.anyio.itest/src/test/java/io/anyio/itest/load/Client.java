package io.anyio.itest.load;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.locks.LockSupport;

/** Somebody at the other end of a connection, on a virtual thread: asks, and remembers what it heard until the end. */
final class Client implements AutoCloseable {
    private static final int GOODBYE = '!';
    private static final long PAUSE_NANOS = 10_000_000;

    private final Dialer dialer;
    private final boolean overTls;
    private final boolean busy;
    private volatile Socket socket = new Socket();
    private volatile int answers;
    private volatile int farewells;
    private volatile boolean ended;
    private volatile String trouble = "";

    /** Opens a connection. */
    interface Dialer {
        Socket dial() throws IOException;
    }

    /** One that asks once, or over and over, as fast as it likes. */
    Client(Dialer dialer, boolean overTls, boolean busy) {
        this.dialer = dialer;
        this.overTls = overTls;
        this.busy = busy;
    }

    Client begin() {
        Thread.ofVirtual().name("client").start(this::run);
        return this;
    }

    private void run() {
        try (Socket mine = dialer.dial()) {
            socket = mine;
            mine.getOutputStream().write('?');
            for (int heard = mine.getInputStream().read(); heard >= 0; heard = mine.getInputStream().read()) {
                hear(heard);
            }
        } catch (IOException e) {
            trouble += e;
        } finally {
            ended = true;
        }
    }

    private void hear(int heard) {
        if (heard == GOODBYE) {
            farewells++;
            return;
        }
        if (farewells > 0) {
            trouble += "an answer after the good-bye, ";
        }
        answers++;
        if (busy) {
            LockSupport.parkNanos(PAUSE_NANOS);
            ask();
        }
    }

    /** Whether it could; if not, what the other side has sent before it left can still be read. */
    boolean ask() {
        try {
            socket.getOutputStream().write('?');
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    boolean overTls() {
        return overTls;
    }

    int answers() {
        return answers;
    }

    boolean hasEnded() {
        return ended;
    }

    /** Whether it has ended as a server does that is polite. */
    boolean wasDismissed() {
        return ended && answers > 0 && farewells == 1;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    @Override
    public String toString() {
        return "%s %s client on %d of %d: %d answers, %d good-byes, %s %s".formatted(busy ? "busy" : "quiet",
                overTls ? "secure" : "plain", socket.getLocalPort(), socket.getPort(), answers, farewells,
                ended ? "ended" : "connected", trouble);
    }
}
