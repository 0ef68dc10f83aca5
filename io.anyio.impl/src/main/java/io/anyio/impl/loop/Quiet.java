package io.anyio.impl.loop;

import io.anyio.api.task.Clock;
import io.anyio.impl.time.SystemClock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether nothing can happen on a loop before its clock goes on: every fiber waits, nothing is handed in, no channel is
 * ready, and nothing outside will come back.
 *
 * <p>A virtual clock jumps to the next deadline once all of its loops are quiet, so each loop tells it when it is, and
 * the clock may ask again. Whatever could make the loop busy without the loop knowing of it yet is counted as outside:
 * it is counted before the loop lets go of it, and stops being counted after it has handed in its result. So there is
 * no moment at which nothing seems to be under way although something is. {@code OneClockTest} lets loops and workers
 * call each other at random, {@code VirtualClockTest} has the single cases.
 *
 * <p>Those who wait for all tasks to be blocked, on any clock, are told of the same state, except that what is outside
 * does not count for them.
 */
public final class Quiet {
    private final LoopView loop;
    private final boolean virtual;
    private Clock.Ticker ticker = SystemClock.INSTANCE;

    /** Those who wait for all tasks to be blocked. In the loop. */
    private final List<Runnable> observers = new ArrayList<>();

    /** How many things outside will come back to the loop. */
    private final AtomicInteger outside = new AtomicInteger();

    /** How many tasks wait for channels that the loop's poller does not know. In the loop. */
    private int channels;

    /** Something outside has come back, or has begun to wait for another loop, since the clock was told last. */
    private volatile boolean cameBack;

    /** The clock is to be told again whether the loop is quiet. */
    private volatile boolean asked;

    /** Since when nothing has run, in real time; zero if something has. On the loop's thread. */
    private long since;

    private long turnsThen = -1;

    /** How long the loop may wait until it tells its clock again that it is quiet. On the loop's thread. */
    private long longestWait = Long.MAX_VALUE;

    Quiet(LoopView loop, Clock clock) {
        this.loop = loop;
        this.virtual = clock != SystemClock.INSTANCE;
    }

    /** Makes itself known to the clock. */
    void attach(Clock clock) {
        ticker = clock.attach(this::ask);
    }

    void detach() {
        ticker.detach();
    }

    /** Goes on with another clock. */
    Clock.Ticker replace(Clock.Ticker other) {
        Clock.Ticker left = ticker;
        ticker = other;
        return left;
    }

    /**
     * Something outside (a worker, a call into a loop with another clock, a process) is under way that will come back
     * to this loop: a virtual clock stands still until {@link #endOutside}. What waits for another loop on the same
     * clock is not outside meanwhile, since the clock sees whether that one is quiet. From any thread.
     */
    public void beginOutside() {
        outside.incrementAndGet();
    }

    /** Something outside has come back, or never will. From any thread. */
    public void endOutside() {
        // before it is counted: it may have given another loop something to run, as this one may have when it ran
        cameBack = true;
        if (outside.decrementAndGet() == 0 && virtual) {
            ask();
        }
    }

    /**
     * A task begins to wait for a channel that is none of the loop's poller: a virtual clock gives that time to become
     * ready, as it does for the others, but does not stand still for it. In the loop.
     */
    public void beginChannel() {
        channels++;
    }

    /** The task waits no longer. In the loop. */
    public void endChannel() {
        channels--;
    }

    int outside() {
        return outside.get();
    }

    private void ask() {
        asked = true;
        loop.wakeup();
    }

    /** Whether the loop must not wait but look; to be read after it was announced that the loop waits. */
    boolean isAsked() {
        return asked;
    }

    /** Tells once that every fiber of the loop waits and nothing is ready. In the loop. */
    void observe(Runnable observer) {
        observers.add(observer);
    }

    /**
     * Forgets who waits for all tasks to be blocked. In the loop.
     *
     * @param observer what was given to {@link Loop#whenAllBlocked}
     */
    public void forget(Runnable observer) {
        observers.remove(observer);
    }

    /** Whether somebody wants to know that nothing can run. */
    boolean isWatched() {
        return !observers.isEmpty() || virtual;
    }

    /**
     * Looks whether the loop is quiet, and tells. In the loop, on its thread, when nothing is ready and the poller has
     * found nothing.
     *
     * @return whether something may be ready now
     */
    boolean look() {
        longestWait = Long.MAX_VALUE;
        asked = false;
        ticker.looks();
        if (loop.waiting != loop.live || (loop.finishing && loop.live == 0)) {
            // a loop that is about to end is not quiet either: somebody may wait for that
            return false;
        }
        if (!observers.isEmpty()) {
            List<Runnable> told = List.copyOf(observers);
            observers.clear();
            told.forEach(SafeCalls::run);
            return true;
        }
        // in this order: what has come back has handed in its work before it was counted
        if (!virtual || outside.get() > 0 || !loop.nothingHandedIn()) {
            return false;
        }
        boolean ran = loop.turns != turnsThen || cameBack;
        cameBack = false;
        long now = System.nanoTime();
        if (ran || since == 0) {
            turnsThen = loop.turns;
            since = now;
        }
        longestWait = ticker.quiet(loop.nextDeadline(),
                loop.hasChannels() || channels > 0 ? now - since : Long.MAX_VALUE, ran);
        return longestWait <= 0;
    }

    /** The poller has found something. On the loop's thread. */
    void disturbed() {
        since = 0;
    }

    /** For how long the loop's thread may wait for its next timer. */
    long waitNanos() {
        long wait = Math.min(ticker.waitNanos(loop.nextDeadline()), longestWait);
        longestWait = Long.MAX_VALUE;
        return wait;
    }
}
