package io.anyio.impl.loop;

import io.anyio.api.spi.error.Report;
import io.anyio.api.task.LoopClosedException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What broke a loop, and how often it broke. A broken loop accepts no new work. It goes on only until its tasks have
 * ended. {@code BrokenLoopTest} breaks each part of it.
 */
public final class Breakage {
    private static final Report LOG = new Report(Breakage.class.getName());

    /** How often a loop may break again while its tasks have no turn. */
    private static final int MOST_FAILURES = 100;

    private final LoopView loop;
    private volatile @Nullable Throwable cause;

    /** Cancels the tasks; set before the loop opens. */
    private Consumer<Throwable> observer = _ -> {};

    private long turnsWhenBroken;
    private int failures;

    Breakage(LoopView loop) {
        this.loop = loop;
    }

    /**
     * What broke the loop first. From any thread.
     *
     * @return what was thrown, or null if the loop is intact
     */
    public @Nullable Throwable cause() {
        return cause;
    }

    /**
     * Sets what is called if the loop breaks. Before the loop opens.
     *
     * @param newObserver called in the loop with the cause
     */
    public void observe(Consumer<Throwable> newObserver) {
        observer = newObserver;
    }

    /** Calls the observer once the loop has broken. In the loop. */
    void tellObserver() {
        Throwable broken = cause;
        if (broken != null) {
            observer.accept(broken);
        }
    }

    /** Takes down a failure of the loop. Never throws, even if there is no memory to log it. On the loop's thread. */
    void add(Throwable failure) {
        boolean first = cause == null;
        if (first) {
            cause = failure;
        }
        failures = loop.turns == turnsWhenBroken ? failures + 1 : 0;
        turnsWhenBroken = loop.turns;
        try {
            LOG.log(System.Logger.Level.ERROR, failure, "Loop ", loop.name, " broke",
                    first ? ": its tasks are cancelled and its channels closed" : " again");
        } catch (Throwable _) {
            // memory is short
        }
    }

    /** Whether the loop should be tried again: as long as its tasks have turns, and some times more. */
    boolean allowsRetry() {
        return failures < MOST_FAILURES;
    }

    /**
     * Makes the exception for a call on a loop that has broken or ended.
     *
     * @param what cannot be done
     * @return the exception, whose cause is what broke the loop
     */
    public LoopClosedException closedException(String what) {
        Throwable known = cause;
        LoopClosedException closed = new LoopClosedException(
                what + ": the event loop " + loop.name + " of " + loop.holder.name()
                        + (known == null ? " has ended" : " broke, its log entry tells why. Start again"));
        if (known != null) {
            closed.initCause(known);
        }
        return closed;
    }

    /**
     * Refuses new work if the loop is broken.
     *
     * @param what cannot be done then
     * @throws LoopClosedException if the loop is broken
     */
    public void checkIntact(String what) {
        if (cause != null) {
            throw closedException(what);
        }
    }
}
