package io.anyio.impl.poll;

import io.anyio.api.spi.error.Report;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which channels of a loop are ready. Only the loop's thread selects and dispatches; any thread may register
 * and wake up.
 */
public abstract class Poller {
    private static final Report LOG = new Report(Poller.class.getName());
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int FEW = 64;

    /** The channels that were found ready and not told yet, and their events: from {@code next} to {@code end}. */
    private @Nullable Selectable[] found = new Selectable[FEW];

    private int[] foundOps = new int[FEW];
    private int next;
    private int end;

    /**
     * Puts a channel into non-blocking mode and makes its registration. Nothing is reported before
     * {@link Registration#begin}, so the object that is told can be completed first. From any thread.
     *
     * @param channel an open channel
     * @return the registration
     * @throws IOException if the channel is closed
     * @throws java.nio.channels.ClosedSelectorException if this poller is closed
     */
    public abstract Registration prepare(SelectableChannel channel) throws IOException;

    /**
     * Whether channels are registered.
     *
     * @return true if so
     */
    public abstract boolean hasChannels();

    /**
     * Finds the channels that are ready now, to be dispatched. On the loop's thread.
     *
     * @return how many were found
     */
    public abstract int selectNow();

    /**
     * Waits for readiness, a wake-up, or the time. On the loop's thread.
     *
     * @param nanos how long to wait at most, rounded up to milliseconds; {@link Long#MAX_VALUE} for no limit
     * @return how many were found ready, to be dispatched
     */
    public abstract int select(long nanos);

    /** Frees the descriptors of closed channels. In the loop; on its thread if {@link #freesBySelect}. */
    public abstract void flush();

    /**
     * Whether only a select frees descriptors, so that {@link #flush} must not be called by a task.
     *
     * @return always the same
     */
    public boolean freesBySelect() {
        return false;
    }

    /** Ends the sending direction if the channel is a connection. Never throws; from any thread. */
    static void shutDown(SelectableChannel channel) {
        try {
            if (channel instanceof SocketChannel socket && socket.isConnected()) {
                socket.shutdownOutput();
            }
        } catch (Throwable e) {
            LOG.log(System.Logger.Level.DEBUG, e, "A connection that was to be shut down is gone");
        }
    }

    /** Ends a {@link #select}, or the next one. From any thread. */
    public abstract void wakeup();

    /**
     * Closes this poller and every registered channel, and ends the waits for them. By the loop, as its last act.
     *
     * @param cause the reason, or null at the regular end of the loop
     */
    public abstract void close(@Nullable Throwable cause);

    /** Rounds up, so that a wait does not end too early and begin again. */
    static long millis(long nanos) {
        return Math.max(1, (nanos - 1) / NANOS_PER_MILLI + 1);
    }

    final void found(Selectable selectable, int ops) {
        if (end == found.length) {
            found = Arrays.copyOf(found, 2 * end);
            foundOps = Arrays.copyOf(foundOps, 2 * end);
        }
        found[end] = selectable;
        foundOps[end++] = ops;
    }

    /**
     * How many channels were found ready and are not told yet.
     *
     * @return how many
     */
    public final int undispatched() {
        return end - next;
    }

    /**
     * Tells the next channels that were found ready.
     *
     * @param count how many at most
     */
    public final void dispatch(int count) {
        int until = Math.min(end, next + count);
        while (next < until) {
            int at = next++;
            Selectable selectable = Objects.requireNonNull(found[at]);
            found[at] = null;
            tell(selectable, foundOps[at]);
        }
        if (next == end) {
            next = 0;
            end = 0;
        }
    }

    /** Tells a channel. An exception ends that channel, and not the loop. */
    private static void tell(Selectable selectable, int ops) {
        try {
            selectable.ready(ops);
        } catch (Throwable e) {
            lose(selectable, e);
        }
    }

    /** Tells a channel that it is lost; an exception has no effect. */
    static void lose(Selectable selectable, @Nullable Throwable cause) {
        if (cause != null) {
            LOG.log(System.Logger.Level.ERROR, cause, "A channel of an event loop is closed, because of an error");
        }
        try {
            selectable.lost(cause);
        } catch (Throwable e) {
            LOG.log(System.Logger.Level.ERROR, e,
                    "Those who wait for a channel of an event loop could not be told of its end");
        }
    }

    /** Tells all channels that were found ready. */
    public final void dispatchAll() {
        dispatch(undispatched());
    }
}
