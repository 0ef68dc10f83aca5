package io.anyio.api.stream;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Options for serving connections: the limits and habits that every server on a network needs.
 *
 * {@snippet :
 * ServeStatistics statistics = new ServeStatistics();
 * listener.serve(ServerExamples::echo,
 *         o -> o.isolated(true).maxConnections(1000).idleTimeout(Duration.ofMinutes(5)).statistics(statistics));
 * }
 *
 * <p>Guide: {@code docs/servers.md}. Rules: SV-01 to SV-44 of {@code docs/beyond.md}. AnyIO has no counterpart: there a
 * failing handler always ends its server.
 *
 * @param isolated whether an exception of a handler ends its own connection only, and is logged, instead of ending the
 * server
 * @param name the beginning of the names of the tasks, before the address of the other side; empty for the handler's
 * class
 * @param maxConnections how many connections are served at the same time; 0 for no limit
 * @param idleTimeout after how long without a byte in either direction a connection is ended; null for never
 * @param handshakeTimeout how long a TLS handshake may take; null for the timeout of the TLS listener
 * @param closeTimeout how long the close of an isolated handler's stream may take; null for no limit
 * @param grace how long handlers may go on after the listener was drained or closed
 * @param peerLeft whether a handler is cancelled when the other side of its connection has gone
 * @param statistics what counts the connections; null for nothing
 * @param loops on how many loops the handlers run; 1 for the loop of the server only, 0 for as many as there are
 * processors
 */
public record ServeOptions(boolean isolated, String name, int maxConnections, @Nullable Duration idleTimeout,
        @Nullable Duration handshakeTimeout, @Nullable Duration closeTimeout, Duration grace, boolean peerLeft,
        @Nullable ServeStatistics statistics, int loops) {
    /** An exception of a handler ends the server, as in AnyIO; no limits, two seconds of grace. */
    public static final ServeOptions DEFAULT = new ServeOptions(false, "", 0, null, null, null, Duration.ofSeconds(2),
            false, null, 1);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a number or the grace is negative, or a timeout is not positive
     */
    public ServeOptions {
        Objects.requireNonNull(name, "ServeOptions: the name is null, give an empty one for the class of the handler");
        Objects.requireNonNull(grace, "ServeOptions: the grace is null, give Duration.ZERO for none");
        if (maxConnections < 0) {
            throw new IllegalArgumentException("maxConnections is negative: " + maxConnections
                    + "; give the greatest number of connections, or 0 for no limit");
        }
        if (loops < 0) {
            throw new IllegalArgumentException("loops is negative: " + loops
                    + "; give at least 1, or 0 for as many loops as there are processors");
        }
        if (grace.isNegative()) {
            throw new IllegalArgumentException("The grace is negative: " + grace + "; give Duration.ZERO for none");
        }
        checkPositive("idleTimeout", idleTimeout);
        checkPositive("handshakeTimeout", handshakeTimeout);
        checkPositive("closeTimeout", closeTimeout);
    }

    private static void checkPositive(String what, @Nullable Duration timeout) {
        if (timeout != null && !timeout.isPositive()) {
            throw new IllegalArgumentException(
                    what + " is not positive: " + timeout + "; leave the option out for no timeout");
        }
    }

    private static Duration given(String what, Duration timeout) {
        return Objects.requireNonNull(timeout,
                () -> "ServeOptions." + what + ": the timeout is null, leave the option out for none");
    }

    /**
     * Sets what an exception of a handler ends. If handlers are isolated, the stream is closed when its handler has
     * ended, in whatever way.
     *
     * @param value true to end its own connection only
     * @return new options
     */
    public ServeOptions isolated(boolean value) {
        return new ServeOptions(value, name, maxConnections, idleTimeout, handshakeTimeout, closeTimeout, grace,
                peerLeft, statistics, loops);
    }

    /**
     * Sets the names of the tasks that run the handlers.
     *
     * @param value the beginning of the names, before the address of the other side; empty for the handler's class
     * @return new options
     */
    public ServeOptions name(String value) {
        return new ServeOptions(isolated, value, maxConnections, idleTimeout, handshakeTimeout, closeTimeout, grace,
                peerLeft, statistics, loops);
    }

    /**
     * Limits how many connections are served at the same time, on all sockets of the listener together. At the limit no
     * connection is accepted until a handler has ended; the operating system keeps those that arrive meanwhile, up to
     * the backlog of the listener, so that nobody is turned away. A connection counts from its accept until its task
     * has ended; its handshake counts, too.
     *
     * @param value the greatest number of connections; 0 for no limit
     * @return new options
     * @throws IllegalArgumentException if the number is negative
     */
    public ServeOptions maxConnections(int value) {
        return new ServeOptions(isolated, name, value, idleTimeout, handshakeTimeout, closeTimeout, grace, peerLeft,
                statistics, loops);
    }

    /**
     * Ends connections on which no byte has come or gone for a time: the handler is cancelled. The connection is closed
     * when its handler has ended, in whatever way. Counted are the bytes that the operating system has delivered or
     * accepted, so with TLS those of a handshake or of an alert count, and those that a handler has not yet received do
     * not.
     *
     * @param value the time
     * @return new options
     * @throws IllegalArgumentException if the time is not positive
     */
    public ServeOptions idleTimeout(Duration value) {
        return new ServeOptions(isolated, name, maxConnections, given("idleTimeout", value), handshakeTimeout,
                closeTimeout, grace, peerLeft, statistics, loops);
    }

    /**
     * Limits the time of a TLS handshake, instead of the timeout of the TLS listener. Without effect for listeners that
     * have no handshake.
     *
     * @param value the time
     * @return new options
     * @throws IllegalArgumentException if the time is not positive
     */
    public ServeOptions handshakeTimeout(Duration value) {
        return new ServeOptions(isolated, name, maxConnections, idleTimeout, given("handshakeTimeout", value),
                closeTimeout, grace, peerLeft, statistics, loops);
    }

    /**
     * Limits the time that the close of a stream may take after its isolated handler has ended: with TLS the other side
     * has to answer {@code close_notify}. After that time the stream is closed without its answer.
     *
     * @param value the time
     * @return new options
     * @throws IllegalArgumentException if the time is not positive
     */
    public ServeOptions closeTimeout(Duration value) {
        return new ServeOptions(isolated, name, maxConnections, idleTimeout, handshakeTimeout,
                given("closeTimeout", value), grace, peerLeft, statistics, loops);
    }

    /**
     * Sets how long the handlers may go on after the listener was drained or closed. They are asked to finish at once
     * ({@link io.anyio.api.task.CancelScope#finishRequested()}), and cancelled when this time has passed.
     *
     * @param value the time; zero to cancel them at once
     * @return new options
     * @throws IllegalArgumentException if the time is negative
     */
    public ServeOptions grace(Duration value) {
        return new ServeOptions(isolated, name, maxConnections, idleTimeout, handshakeTimeout, closeTimeout, value,
                peerLeft, statistics, loops);
    }

    /**
     * Sets whether a handler is cancelled when the other side has gone: when it has reset the connection, or closed
     * both directions. The end of only its own direction is not that. The connection is closed when its handler has
     * ended, in whatever way. For handlers that work for long without receiving or sending. How a close of both
     * directions is noticed, and where it is not, stands in the guide.
     *
     * @param value true if it is
     * @return new options
     */
    public ServeOptions peerLeft(boolean value) {
        return new ServeOptions(isolated, name, maxConnections, idleTimeout, handshakeTimeout, closeTimeout, grace,
                value, statistics, loops);
    }

    /**
     * Sets what counts the connections and their ends.
     *
     * @param value the statistics, to be read from any thread
     * @return new options
     */
    public ServeOptions statistics(ServeStatistics value) {
        return new ServeOptions(isolated, name, maxConnections, idleTimeout, handshakeTimeout, closeTimeout, grace,
                peerLeft,
                Objects.requireNonNull(value, "ServeOptions.statistics is null, leave the option out for none"), loops);
    }

    /**
     * Lets the handlers run on several loops of the component, bundle or run that serves: each on the loop with the
     * fewest connections. A connection belongs to the loop of its handler. All else is as with one loop; but two
     * handlers may run at the same time, so what both change needs a lock.
     *
     * <p>Guide: {@code docs/cores.md}. Rules: SV-39 to SV-42 of {@code docs/beyond.md}.
     *
     * @param value the number of loops; 1 for the loop of the server only, 0 for as many as there are processors
     * @return new options
     * @throws IllegalArgumentException if it is negative
     */
    public ServeOptions loops(int value) {
        return new ServeOptions(isolated, name, maxConnections, idleTimeout, handshakeTimeout, closeTimeout, grace,
                peerLeft, statistics, value);
    }
}
