package io.anyio.impl.loop;

import io.anyio.api.task.Clock;
import io.anyio.impl.time.SystemClock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether nothing can happen on a loop before its clock advances: every fiber waits, nothing is handed in, no channel
 * is ready, and nothing outside will come back.
 *
 * <p>A virtual clock jumps to the next deadline once all of its loops are quiet. So each loop reports to the clock when
 * it is quiet, and the clock may ask again. Work that could make the loop busy without the loop knowing of it yet is
 * counted as outside: it is counted before it leaves the loop, and until it has handed in its result. So the loop never
 * seems quiet while such work is under way. {@code OneClockTest} lets loops and workers call each other at random,
 * {@code VirtualClockTest} has the single cases.
 *
 * <p>Observers that wait for all tasks to be blocked, on any clock, are called in the same state, except that work
 * outside does not count for them.
 */
public final class Quiet {
    private final LoopView loop;
    private final boolean virtual;
    private Clock.Ticker ticker = SystemClock.INSTANCE;

    /** Called once all tasks are blocked. In the loop. */
    private final List<Runnable> observers = new ArrayList<>();

    /** How much work outside will come back to the loop. */
    private final AtomicInteger outside = new AtomicInteger();

    /** How many tasks wait for channels that the loop's poller does not know. In the loop. */
    private int channels;

    /**
     * Whether something outside has come back, or has begun to wait for another loop, since the last report to the
     * clock.
     */
    private volatile boolean cameBack;

    /** Whether the clock asks again if the loop is quiet. */
    private volatile boolean asked;

    /** Since when nothing has run, in real time; zero if something has. On the loop's thread. */
    private long since;

    private long turnsThen = -1;

    /** How long the loop may wait until it reports again that it is quiet. On the loop's thread. */
    private long longestWait = Long.MAX_VALUE;

    Quiet(LoopView loop, Clock clock) {
        this.loop = loop;
        this.virtual = clock != SystemClock.INSTANCE;
    }

    /** Registers with the clock. */
    void attach(Clock clock) {
        ticker = clock.attach(this::ask);
    }

    void detach() {
        ticker.detach();
    }

    /** Uses another clock from now on; returns the former one. */
    Clock.Ticker replace(Clock.Ticker other) {
        Clock.Ticker left = ticker;
        ticker = other;
        return left;
    }

    /**
     * Begins work outside (of a worker, a process, or a call into a loop with another clock) that will come back to
     * this loop. A virtual clock stands still until {@link #endOutside}. Work that waits for another loop on the same
     * clock is not outside meanwhile, since the clock sees whether that loop is quiet. From any thread.
     */
    public void beginOutside() {
        outside.incrementAndGet();
    }

    /** Ends work outside: it has come back, or never will. From any thread. */
    public void endOutside() {
        // set before the count changes: the work may have handed something to another loop
        cameBack = true;
        if (outside.decrementAndGet() == 0 && virtual) {
            ask();
        }
    }

    /**
     * A task begins to wait for a channel that the loop's poller does not know. A virtual clock gives the channel time
     * to become ready, as it does for the others, but does not stand still for it. In the loop.
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

    /** Whether the loop must look again instead of waiting; read after the loop has announced that it waits. */
    boolean isAsked() {
        return asked;
    }

    /** Calls the observer once every fiber of the loop waits and nothing is ready. In the loop. */
    void observe(Runnable observer) {
        observers.add(observer);
    }

    /**
     * Takes {@link Loop#whenAllBlocked} back. In the loop.
     *
     * @param observer the observer, which is not called any more
     */
    public void forget(Runnable observer) {
        observers.remove(observer);
    }

    /** Whether the loop should look if it is quiet: an observer waits for that, or a virtual clock. */
    boolean isWatched() {
        return !observers.isEmpty() || virtual;
    }

    /**
     * Looks whether the loop is quiet, and reports it. In the loop, on its thread, when nothing is ready and the poller
     * has found nothing.
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

    /** How long the loop's thread may wait for its next timer. */
    long waitNanos() {
        long wait = Math.min(ticker.waitNanos(loop.nextDeadline()), longestWait);
        longestWait = Long.MAX_VALUE;
        return wait;
    }
}
