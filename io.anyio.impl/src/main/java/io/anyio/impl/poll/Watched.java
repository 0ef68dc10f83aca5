package io.anyio.impl.poll;

import java.nio.channels.SelectableChannel;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A wait for one direction of a channel that is not ours.
 *
 * <p>It ends once, by one CAS, and is released when the channel is no longer registered for it: in between the watcher
 * takes the registration back.
 */
public abstract class Watched {
    /** How a wait ends if nothing fails. */
    public enum End {
        /** The channel is ready. */
        READY,
        /** The channel was closed, or will be. */
        CLOSED,
        /** Nobody waits any longer. */
        CANCELLED
    }

    /** What is waited for. */
    public final SelectableChannel channel;

    /** What the selector is asked for, as a set of bits of {@link java.nio.channels.SelectionKey}. */
    final int ops;

    /** Whether the watcher has seen it; on its thread. */
    boolean seen;

    /** An {@link End}, or what failed. */
    private final AtomicReference<@Nullable Object> end = new AtomicReference<>();

    /**
     * Makes a wait that has not begun.
     *
     * @param channel what is waited for
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
     * @return whether the channel is ready; otherwise it is closed, or nobody waits
     * @throws IllegalStateException if the wait failed
     */
    public final boolean isReady() {
        Object how = end.get();
        if (how instanceof Throwable failure) {
            throw new IllegalStateException("Waiting for " + channel + " failed: " + failure, failure);
        }
        return how == End.READY;
    }

    /** The channel is no longer registered for this wait, which has ended. Called once, on the watcher's thread. */
    protected abstract void released();
}
