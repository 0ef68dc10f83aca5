package io.anyio.impl.loop;

import io.anyio.api.spi.Holder;
import org.jspecify.annotations.Nullable;

/**
 * What a loop shows to its watchers: the watchdog, and the clock, which must know whether anything can still happen on
 * the loop. The loop itself only counts.
 */
abstract class LoopView {
    /** The user of the loop. */
    public final Holder holder;

    /** The loop's name, as its thread has it. */
    public final String name;

    /** Fibers that have been started and have not ended. In the loop. */
    int live;

    /** Fibers that are suspended until they are resumed. In the loop. */
    int waiting;

    /** How many turns fibers and jobs have had. Set in the loop; a read from outside may be a little late. */
    long turns;

    /** The number of the turn that the watchdog has reported, or -1. Set by the watchdog. */
    private volatile long stalledTurn = -1;

    /** The loop is to end with its last fiber. */
    volatile boolean finishing;

    private volatile Runnable lookObserver = () -> {};

    LoopView(Holder holder, String name) {
        this.holder = holder;
        this.name = name;
    }

    /**
     * Sets an observer that is called several times a second while the loop is open, for changes that must be polled.
     *
     * @param observer called on the watchdog's thread; short and never blocking
     */
    public final void whenLookedAt(Runnable observer) {
        lookObserver = observer;
    }

    final void lookedAt() {
        lookObserver.run();
    }

    /** Notes that the log was told of a turn that takes too long. On the watchdog's thread. */
    final void stalledIn(long turn) {
        stalledTurn = turn;
    }

    /**
     * Whether the watchdog has reported a task, and it still keeps the loop busy. From any thread.
     *
     * @return true from the report on until the next turn
     */
    public final boolean isStalled() {
        return stalledTurn == turns && busy() != null;
    }

    /**
     * How many fibers have started and not ended. From any thread; outside of the loop it may be a little late.
     *
     * @return their number
     */
    public final int fibers() {
        return live;
    }

    /**
     * The backend's name.
     *
     * @return {@code carrier} or {@code pool}
     */
    public abstract String backend();

    /**
     * What has the loop to itself at this moment. From any thread.
     *
     * @return what runs, or null if nothing does
     */
    public abstract @Nullable Busy busy();

    /** When the next timer is due, in nanoseconds of the loop's clock. */
    abstract long nextDeadline();

    /** Whether channels are registered that may become ready. */
    abstract boolean hasChannels();

    /** Whether no fiber or job has been handed in. */
    abstract boolean nothingHandedIn();

    /** Lets the loop look at everything again. From any thread. */
    abstract void wakeup();
}
