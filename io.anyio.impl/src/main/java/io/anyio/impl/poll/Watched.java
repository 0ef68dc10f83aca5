package io.anyio.impl.poll;

import io.anyio.impl.link.Link;
import java.nio.channels.SelectableChannel;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A wait for one direction of a channel that is not ours.
 *
 * <p>It ends once, by one CAS. It is released when the channel is no longer registered for it; in between, the watcher
 * removes the registration.
 */
public abstract class Watched extends Link<Watched> {
    /** How a wait ends if nothing fails. */
    public enum End {
        /** The channel is ready. */
        READY,
        /** The channel was closed, or will be. */
        CLOSED,
        /** The task was cancelled. */
        CANCELLED
    }

    /** The list of the watcher that it is in. */
    enum Place {
        NOT_SEEN, GOING, ENDED, RELEASED
    }

    static final int NOTHING = -1;

    /** The channel for which the task waits. */
    public final SelectableChannel channel;

    /** The awaited operations, as bits of {@link java.nio.channels.SelectionKey}. */
    final int ops;

    /** Where it is, on the watcher's thread. */
    Place place = Place.NOT_SEEN;

    /** What the selector was asked for; {@link #NOTHING} if it is to be asked anew. On the watcher's thread. */
    int asked = NOTHING;

    /** An {@link End}, or the exception. */
    private final AtomicReference<@Nullable Object> end = new AtomicReference<>();

    /**
     * Makes a wait that has not begun.
     *
     * @param channel the channel
     * @param ops bits of {@link java.nio.channels.SelectionKey}
     */
    protected Watched(SelectableChannel channel, int ops) {
        this.channel = channel;
        this.ops = ops;
    }

    final boolean hasEnded() {
        return end.get() != null;
    }

    /**
     * Ends the wait. From any thread; if it is not the watcher's, the wait is to be handed to the watcher then.
     *
     * @param how an {@link End}, or what failed
     * @return false if it had ended
     */
    protected final boolean tryEnd(Object how) {
        return end.compareAndSet(null, how);
    }

    /**
     * How it ended.
     *
     * @return true if the channel is ready; false if it was closed, or the task was cancelled
     * @throws IllegalStateException if the wait failed
     */
    public final boolean isReady() {
        Object how = end.get();
        if (how instanceof Throwable failure) {
            throw new IllegalStateException("Waiting for " + channel + " failed: " + failure, failure);
        }
        return how == End.READY;
    }

    /**
     * Called once after the end of the wait, when the channel is no longer registered for it. On the watcher's thread.
     */
    protected abstract void released();
}
