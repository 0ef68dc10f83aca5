package io.anyio.impl.loop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The loop's selector. Only the loop's thread selects; any thread may register and wake up. */
final class ChannelPoller {
    private static final System.Logger LOG = System.getLogger(ChannelPoller.class.getName());
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Selector selector;
    private final Consumer<SelectionKey> collect = this::collect;

    /** What was selected with what it is ready for, and not dispatched yet: from {@code next} to {@code end}. On the loop's thread. */
    private @Nullable Selectable[] selected = new Selectable[64];

    private int[] readyOps = new int[64];

    private int next;
    private int end;

    ChannelPoller() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException("No selector can be opened for an event loop", e);
        }
    }

    private void collect(SelectionKey key) {
        if (end == selected.length) {
            selected = Arrays.copyOf(selected, 2 * end);
            readyOps = Arrays.copyOf(readyOps, 2 * end);
        }
        try {
            readyOps[end] = key.readyOps();
            selected[end++] = (Selectable) key.attachment();
        } catch (CancelledKeyException _) {
            // closed by another thread while it was selected: its close wakes the waiters
        }
    }

    /** How many were selected and are not dispatched yet. */
    int undispatched() {
        return end - next;
    }

    /** Tells the next of those that were selected. */
    void dispatch(int count) {
        int until = Math.min(end, next + count);
        while (next < until) {
            int at = next++;
            Selectable selectable = Objects.requireNonNull(selected[at]);
            selected[at] = null;
            try {
                selectable.ready(readyOps[at]);
            } catch (CancelledKeyException _) {
                // closed meanwhile: its close wakes the waiters
            }
        }
        if (next == end) {
            next = 0;
            end = 0;
        }
    }

    /** Tells all of those that were selected. */
    void dispatchAll() {
        dispatch(undispatched());
    }

    SelectionKey register(SelectableChannel channel, Selectable selectable) throws IOException {
        channel.configureBlocking(false);
        return channel.register(selector, 0, selectable);
    }

    boolean hasChannels() {
        return !selector.keys().isEmpty();
    }

    /** Selects what is ready now, and frees the descriptors of channels that were closed. */
    int selectNow() {
        try {
            return selector.selectNow(collect);
        } catch (ClosedSelectorException _) {
            // a close on another thread came after the loop's end, which has freed every descriptor
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for readiness, a wake-up, or the time, rounded up to milliseconds. */
    int select(long nanos) {
        try {
            if (nanos == Long.MAX_VALUE) {
                return selector.select(collect);
            }
            return selector.select(collect, Math.max(1, (nanos - 1) / NANOS_PER_MILLI + 1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void wakeup() {
        selector.wakeup();
    }

    /** Closes the selector and every channel that is still registered. */
    void close() {
        for (SelectionKey key : selector.keys()) {
            try {
                key.channel().close();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "Closing a channel at the end of its loop failed", e);
            }
        }
        try {
            selector.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "Closing the selector of a loop failed", e);
        }
    }
}
