package io.anyio.impl.loop;

import io.anyio.api.spi.Holder;
import org.jspecify.annotations.Nullable;

/**
 * What a loop shows to those who watch it: the watchdog, and the clock that must know whether anything can still happen
 * on it. The loop itself only counts.
 */
abstract class LoopView {
    /** Who uses the loop. */
    public final Holder holder;

    /** The loop's name, as its thread has it. */
    public final String name;

    /** Fibers that have been started and have not ended. In the loop. */
    int live;

    /** Fibers that are suspended until somebody resumes them. In the loop. */
    int waiting;

    /** How many turns fibers and jobs have had. In the loop; who reads it from outside may be a little late. */
    long turns;

    /** The loop is to end with its last fiber. */
    volatile boolean finishing;

    private volatile Runnable lookObserver = () -> {};

    LoopView(Holder holder, String name) {
        this.holder = holder;
        this.name = name;
    }

    /**
     * Calls back some times in a second while the loop is open: for what nobody tells and has to be looked at.
     *
     * @param observer called on the watchdog's thread; short and never blocking
     */
    public final void whenLookedAt(Runnable observer) {
        lookObserver = observer;
    }

    final void lookedAt() {
        lookObserver.run();
    }

    /**
     * The backend's name.
     *
     * @return {@code carrier} or {@code pool}
     */
    public abstract String backend();

    /**
     * What has the loop for itself at this moment. From any thread.
     *
     * @return what runs, or null if nothing does
     */
    public abstract @Nullable Busy busy();

    /** When the next timer is due, in nanoseconds of the loop's clock. */
    abstract long nextDeadline();

    /** Whether channels are registered that may become ready. */
    abstract boolean hasChannels();

    /** Whether nobody has handed in anything to run. */
    abstract boolean nothingHandedIn();

    /** Lets the loop look at everything again. From any thread. */
    abstract void wakeup();
}
