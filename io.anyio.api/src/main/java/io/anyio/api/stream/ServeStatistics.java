package io.anyio.api.stream;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the connections of a server, by what has become of them. To be given to
 * {@link ServeOptions#statistics(ServeStatistics)}, also of several servers, and read from any thread.
 *
 * <p>A connection counts in at most one of {@link #handlerFailures}, {@link #peerFailures}, {@link #idle} and
 * {@link #left}: by the cause that came first. It counts in none of them if its handler has returned, was cancelled by
 * something else, or was stopped with its owner.
 *
 * <p>Guide: {@code docs/servers.md}. AnyIO has no counterpart.
 */
public final class ServeStatistics {
    final AtomicLong accepted = new AtomicLong();
    final AtomicLong ended = new AtomicLong();
    final AtomicLong handlerFailures = new AtomicLong();
    final AtomicLong peerFailures = new AtomicLong();
    final AtomicLong idle = new AtomicLong();
    final AtomicLong left = new AtomicLong();

    /** Makes statistics that begin at zero. */
    public ServeStatistics() {}

    /**
     * How many connections were accepted.
     *
     * @return a count that grows
     */
    public long accepted() {
        return accepted.get();
    }

    /**
     * How many connections are being served.
     *
     * @return the number of connections whose tasks have not ended
     */
    public long active() {
        long over = ended.get(); // first: what ends between the two counts as active
        return accepted.get() - over;
    }

    /**
     * How many handlers have failed by an error of their own, or were not called because this side could not perform a
     * handshake.
     *
     * @return a count that grows
     */
    public long handlerFailures() {
        return handlerFailures.get();
    }

    /**
     * How many connections the other side has ended within a message, reset, or given up in the handshake, so that
     * their handlers could not do their work.
     *
     * @return a count that grows
     */
    public long peerFailures() {
        return peerFailures.get();
    }

    /**
     * How many connections were ended by {@link ServeOptions#idleTimeout()}.
     *
     * @return a count that grows
     */
    public long idle() {
        return idle.get();
    }

    /**
     * How many handlers were cancelled by {@link ServeOptions#peerLeft()}.
     *
     * @return a count that grows
     */
    public long left() {
        return left.get();
    }

    @Override
    public String toString() {
        return "ServeStatistics[accepted=" + accepted() + ", active=" + active() + ", handlerFailures="
                + handlerFailures() + ", peerFailures=" + peerFailures() + ", idle=" + idle() + ", left=" + left()
                + "]";
    }
}
