package io.anyio.impl.loop;

import io.anyio.api.spi.Holder;
import io.anyio.api.task.Clock;
import io.anyio.impl.poll.Pollers;
import io.anyio.impl.spin.StackReserve;
import io.anyio.impl.time.Timer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The loop's thread is the scheduler and the carrier of its virtual threads: readiness, resumption and task code never
 * change threads.
 *
 * <p>Two queues: a plain ring for the loop's own thread, a concurrent one for all others. A fiber suspends by
 * {@link Thread#yield}: the JDK hands its continuation to {@link #execute}, which drops it, and {@link #resume} brings
 * it back. Unlike a park this is not disturbed by interrupts and stray permits, and a pinned thread is noticed. The
 * price: {@link Thread#getStackTrace} can hand the continuation in a second time, so that a fiber wakes too early.
 *
 * <p>{@code sleeping} is set before the last look at the external queue and read after each insertion there: either the
 * loop sees the item, or the other thread wakes the selector.
 */
final class CarrierLoop extends Loop implements Executor {
    static final String BACKEND = "carrier";

    /** How many turns, or how much time, at least until the poller is asked although fibers are ready. */
    private static final int TURNS_PER_POLL = 64;

    private static final long NANOS_PER_POLL = 1_000_000;

    /**
     * How many turns at the most until the loop looks at the time, which costs as much as a tenth of a turn; once they
     * take long, it looks after each.
     */
    private static final int TURNS_PER_LOOK = 8;

    private static final long LONG_NANOS = 100_000;

    private final Ring ready = new Ring();
    private final ConcurrentLinkedQueue<Object> external = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean sleeping = new AtomicBoolean();
    private final ThreadFactory threads;
    private final Rescue rescue;

    /** When the loop looked at the time last, and the turn after which it does so again. */
    private long lookedAt;

    private long nextLook;
    private int turnsPerLook = TURNS_PER_LOOK;

    /**
     * When the poller was asked last, in which turn, and the turn after which all who were ready then have had theirs.
     */
    private long polledAt;

    private long polledIn;
    private long roundEnd;

    /**
     * The continuation that is about to be handed in by a fiber that suspends, to be dropped; else null. On the loop's
     * thread.
     */
    private @Nullable Runnable suspending;

    /** What runs, or ran last. In the loop; whoever reads it from outside may be a little late. */
    private @Nullable Runnable running;
    private volatile boolean closed;

    /** The thread that runs the loop: its own, or that of a {@link Relief}. In the loop. */
    private Thread runner;

    /** Stands in for the loop's own thread while a fiber keeps that; else null. In the loop. */
    private @Nullable Relief relief;

    CarrierLoop(Holder holder, String name, Clock clock, Watchdog watchdog) {
        super(holder, name, clock, watchdog, Pollers.newPoller());
        threads = CarrierThreads.factory(this);
        rescue = new Rescue(name);
        runner = thread;
    }

    @Override
    public String backend() {
        return BACKEND;
    }

    @Override
    public boolean inLoop() {
        return CarrierThreads.currentCarrier() == runner;
    }

    /**
     * Called by the JDK with the continuation of a virtual thread of this loop, on any thread: never blocks, never
     * rejects.
     */
    @Override
    public void execute(Runnable continuation) {
        if (CarrierThreads.currentCarrier() != runner) {
            submit(continuation);
        } else if (continuation == suspending) {
            suspending = null;
        } else {
            ready.addLast(continuation);
        }
    }

    private void submit(Object item) {
        SafeCalls.add(external, item);
        if (closed) {
            rescueExternal();
        } else {
            wakeup();
        }
    }

    @Override
    void wakeup() {
        if (sleeping.get() && sleeping.compareAndSet(true, false)) {
            boolean woken = false;
            try {
                woken = wakePoller();
            } finally {
                if (!woken) {
                    sleeping.set(true);
                }
            }
        }
    }

    @Override
    boolean nothingHandedIn() {
        return external.isEmpty();
    }

    @Override @Nullable
    Thread busyThread() {
        if (sleeping.get()) {
            return null;
        }
        Fiber fiber = current;
        Runnable continuation = running;
        Thread unknown = fiber != null || continuation == null ? null : CarrierThreads.threadOf(continuation);
        return fiber != null ? fiber.thread : unknown != null ? unknown : thread;
    }

    @Override
    public boolean suspendsByPark() {
        return false;
    }

    @Override
    Thread newThread(Fiber fiber) {
        Thread virtual = threads.newThread(fiber);
        fiber.continuation = CarrierThreads.continuationOf(virtual);
        return virtual;
    }

    @Override
    void begin(Fiber fiber) {
        // for each once, and some that are resumed twice: to resume one needs no memory
        ready.reserve(live + TURNS_PER_POLL);
        fiber.thread().start();
    }

    @Override
    void park(Fiber fiber, boolean insists) {
        Runnable continuation = continuationOf(fiber);
        suspending = continuation;
        boolean stayed;
        try {
            Thread.yield();
        } catch (Throwable unfit) {
            suspending = null;
            current = fiber;
            if (!insists || !relieve(continuation)) {
                throw unfit;
            }
        } finally {
            current = fiber;
            stayed = suspending == continuation;
            if (stayed) {
                suspending = null;
            }
        }
        if (stayed) {
            throw new IllegalStateException(
                    "The task cannot wait here, because a class initializer or a native method is on its stack: "
                            + "do this in a worker thread (AnyIO.runInWorkerThread)");
        }
    }

    /**
     * Waits with the fiber, whose stack cannot be put aside, on the loop's thread, where another thread runs the loop
     * meanwhile; false if that does not work.
     */
    private boolean relieve(Runnable continuation) {
        if (relief != null) {
            return false;
        }
        Thread own = runner;
        Relief started = Relief.prepared(name, continuation, new Running(this));
        relief = started;
        runner = started.thread();
        boolean interrupted = false;
        try {
            started.thread().start();
            interrupted = started.awaitEnd();
        } catch (OutOfMemoryError e) {
            // there is no thread to be had
        } finally {
            runner = own;
            relief = null;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return started.resumed;
    }

    @Override
    public void yieldNow(Fiber fiber) {
        StackReserve.forOperation();
        try {
            Thread.yield();
        } finally {
            current = fiber;
        }
    }

    @Override
    public void resume(Fiber fiber) {
        if (inLoop()) {
            ready.addLast(continuationOf(fiber));
        } else {
            submit(fiber);
        }
    }

    private static Runnable continuationOf(Fiber fiber) {
        Runnable continuation = fiber.continuation;
        if (continuation == null) {
            throw new IllegalStateException("The task has not started yet");
        }
        return continuation;
    }

    @Override
    public void post(Job job) {
        submit(job);
    }

    @Override
    public void schedule(Timer timer, long deadline) {
        StackReserve.forLock();
        timers.add(timer, deadline);
    }

    @Override
    public void unschedule(Timer timer) {
        timers.remove(timer);
    }

    @Override
    public void interestChanged() {
        if (!inLoop()) {
            wakeup();
        }
    }

    @Override
    public void flushClosed(Runnable done) {
        Job flush = new Flush(this, done);
        if (poller.freesBySelect()) {
            // never on a task's stack: it could be put aside within the select
            post(flush);
        } else {
            runInLoop(flush);
        }
    }

    @Override
    long nextDeadline() {
        return timers.next();
    }

    @Override
    void runUntilFinished() {
        sleeping.set(false);
        do {
            poller.dispatch(TURNS_PER_POLL);
            boolean took = false;
            // a relief that ran within a turn may have taken those that were left
            for (int left = Math.min(ready.size(), TURNS_PER_POLL); left > 0 && !took && !ready.isEmpty(); left--) {
                turn(ready.pollFirst());
                if (isRelieved()) {
                    return;
                }
                took = turns >= nextLook && look();
            }
            drainExternal();
            if (ready.isEmpty()) {
                fireTimers();
            } else if (isPollDue()) {
                poller.selectNow();
                polled();
            }
        } while (poller.undispatched() > 0 || !ready.isEmpty() || idle());
    }

    @Override
    void closeQueues() {
        closed = true;
        rescueExternal();
    }

    /**
     * Fires the timers that are due; true if the turns since the last look have taken long, so that those outside, too,
     * have waited long.
     */
    private boolean look() {
        long before = lookedAt;
        long now = clockNow();
        boolean took = now - before >= LONG_NANOS;
        lookedAt = now;
        turnsPerLook = took ? 1 : Math.min(TURNS_PER_LOOK, 2 * turnsPerLook);
        nextLook = turns + turnsPerLook;
        fireTimers(now);
        return took;
    }

    private void fireTimers() {
        fireTimers(readClock());
    }

    private void fireTimers(long now) {
        for (Timer due = timers.due(now); due != null; due = timers.due(now)) {
            SafeCalls.fire(due);
        }
    }

    /**
     * Those who were found ready are woken and have their turn a few at a time, while what belongs to them is in the
     * processor's cache.
     *
     * <p>All that are ready now have their turn before the selector is asked again: what it would find goes behind them
     * anyway, and a channel whose reader has not had its turn would be found ready a second time. Short rounds are
     * taken together.
     */
    private void polled() {
        lookedAt = readClock();
        polledAt = lookedAt;
        polledIn = turns;
        roundEnd = turns + ready.size() + poller.undispatched();
    }

    private boolean isPollDue() {
        return turns >= roundEnd && (turns - polledIn >= TURNS_PER_POLL || lookedAt - polledAt >= NANOS_PER_POLL);
    }

    private void turn(Runnable next) {
        turns++;
        current = null;
        running = next;
        Relief active = relief;
        if (active != null && next == active.kept) {
            active.resumed = true;
            return;
        }
        SafeCalls.run(next);
        Relief begun = relief;
        if (begun != null && begun.kept == next) {
            // it could be unmounted after all: this thread is not needed until the relief has ended
            begun.join();
            runner = thread;
            relief = null;
        }
    }

    /** The relief has done its work: the fiber goes on, on the loop's own thread. */
    private boolean isRelieved() {
        Relief active = relief;
        return active != null && active.resumed;
    }

    private void drainExternal() {
        for (Object item = external.peek(); item != null; item = external.peek()) {
            ready.addLast(item instanceof Fiber fiber ? continuationOf(fiber) : (Runnable) item);
            external.remove();
        }
    }

    /** Waits for something to do; false at the end of the loop. */
    private boolean idle() {
        current = null;
        running = null;
        if (quiet.isWatched()) {
            if (poller.selectNow() > 0) {
                polled();
                quiet.disturbed();
                return true;
            }
            if (external.isEmpty() && quiet.look()) {
                fireTimers();
                return true;
            }
        }
        if (finishing && live == 0 && external.isEmpty() && end.tryEnd()) {
            return false;
        }
        long nanos = quiet.waitNanos();
        sleeping.set(true);
        if (!external.isEmpty() || (finishing && live == 0) || quiet.isAsked() || nanos <= 0) {
            sleeping.set(false);
            return true;
        }
        poller.select(nanos);
        sleeping.set(false);
        polled();
        return true;
    }

    private void rescueExternal() {
        for (Object item = external.poll(); item != null; item = external.poll()) {
            if (item instanceof Fiber fiber) {
                rescue.run(continuationOf(fiber));
            } else if (item instanceof Job job) {
                // meant for the loop's own tasks and too late, such as a cancellation: no thread goes on because of it
                rescue.run(job);
            } else {
                rescue.runStray((Runnable) item);
            }
        }
    }

    /** No lambda: a close may be the first one, where the stack ends or memory is short. */
    private static final class Flush implements Job {
        private final Loop loop;
        private final Runnable done;

        Flush(Loop loop, Runnable done) {
            this.loop = loop;
            this.done = done;
        }

        @Override
        public void run() {
            try {
                loop.poller.flush();
            } finally {
                // a task waits for it
                done.run();
            }
        }

        @Override
        public boolean isDecided() {
            return true;
        }
    }

    /** What a {@link Relief} runs; no lambda, for it is made where a stack is large. */
    private record Running(CarrierLoop loop) implements Runnable {
        @Override
        public void run() {
            loop.runUntilFinished();
        }
    }
}
