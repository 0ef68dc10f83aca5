package io.anyio.impl.poll;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Finds out which channels of a loop are ready. Only the loop's thread selects and dispatches; any thread may register and wake up. */
public abstract class Poller {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int FEW = 64;

    /** Who was found ready and not told yet, and of what: from {@code next} to {@code end}. */
    private @Nullable Selectable[] found = new Selectable[FEW];

    private int[] foundOps = new int[FEW];
    private int next;
    private int end;

    /**
     * Puts a channel into non-blocking mode and under this poller. From any thread.
     *
     * @param channel an open channel
     * @param selectable told when it is ready
     * @return the registration, which is told to arm first, unless it tells once
     * @throws IOException if the channel is closed, or cannot be polled
     * @throws java.nio.channels.ClosedSelectorException if this poller is closed
     */
    public abstract Registration register(SelectableChannel channel, Selectable selectable) throws IOException;

    /**
     * Whether channels are registered.
     *
     * @return true if so
     */
    public abstract boolean hasChannels();

    /**
     * Looks what is ready now, to be dispatched. On the loop's thread.
     *
     * @return how many were found
     */
    public abstract int selectNow();

    /**
     * Waits for readiness, a wake-up, or the time. On the loop's thread.
     *
     * @param nanos for how long at the most, rounded up to milliseconds; {@link Long#MAX_VALUE} for ever
     * @return how many were found ready, to be dispatched
     */
    public abstract int select(long nanos);

    /** Frees the descriptors of channels that were closed. In the loop. */
    public abstract void flush();

    /** Ends a {@link #select}, or the next one. From any thread. */
    public abstract void wakeup();

    /** Closes this poller and every channel that is still registered. On the loop's thread, as its last act. */
    public abstract void close();

    /** Rounded up, so that who waits does not wake too early and wait again for nothing. */
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
     * How many were found ready and are not told yet.
     *
     * @return how many
     */
    public final int undispatched() {
        return end - next;
    }

    /**
     * Tells the next of those that were found ready.
     *
     * @param count how many at the most
     */
    public final void dispatch(int count) {
        int until = Math.min(end, next + count);
        while (next < until) {
            int at = next++;
            Selectable selectable = Objects.requireNonNull(found[at]);
            found[at] = null;
            selectable.ready(foundOps[at]);
        }
        if (next == end) {
            next = 0;
            end = 0;
        }
    }

    /** Tells all of those that were found ready. */
    public final void dispatchAll() {
        dispatch(undispatched());
    }
}
