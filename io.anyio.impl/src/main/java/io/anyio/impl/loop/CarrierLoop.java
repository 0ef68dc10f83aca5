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
 * <p>There are two queues: a plain ring for the loop's own thread, and a concurrent queue for all others. A fiber
 * suspends by {@link Thread#yield}: the JDK passes its continuation to {@link #execute}, which drops it, and
 * {@link #resume} adds it again. Unlike a park, this is not disturbed by interrupts and stray permits, and a pinned
 * thread is noticed. The price: {@link Thread#getStackTrace} may pass in the continuation a second time, so that a
 * fiber wakes too early.
 *
 * <p>{@code sleeping} is set before the last look at the external queue and read after each insertion there: either the
 * loop sees the item, or the other thread wakes the selector.
 */
final class CarrierLoop extends Loop implements Executor {
    static final String BACKEND = "carrier";

    /** The least number of turns, or the least time, before the poller is asked while fibers are ready. */
    private static final int TURNS_PER_POLL = 64;

    private static final long NANOS_PER_POLL = 1_000_000;

    /**
     * The most turns before the loop reads the clock, which costs a tenth of a turn. While turns take long, the loop
     * reads the clock after each.
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
     * When the poller was asked last and in which turn, and the turn after which all fibers that were ready then have
     * run.
     */
    private long polledAt;

    private long polledIn;
    private long roundEnd;

    /**
     * The continuation that a suspending fiber is about to pass in, and that is to be dropped; otherwise null. On the
     * loop's thread.
     */
    private @Nullable Runnable suspending;

    /** What runs, or ran last. Set in the loop; a read from outside may be a little late. */
    private @Nullable Runnable running;
    private volatile boolean closed;

    /** The thread that runs the loop: its own, or that of a {@link Relief}. In the loop. */
    private Thread runner;

    /** Replaces the loop's own thread while a fiber keeps that; otherwise null. In the loop. */
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

    /**
     * Starts the JDK's own pollers: a blocking JDK socket that is first used inside a task would start them on this
     * loop, and hang with it.
     */
    @Override
    void prepareThread() {
        try {
            Class.forName("sun.nio.ch.Poller", true, null);
        } catch (ClassNotFoundException e) {
            LOG.log(System.Logger.Level.DEBUG, e, "This JDK has no poller to start early");
        }
        super.prepareThread();
    }

    @Override
    public boolean inLoop() {
        return CarrierThreads.currentCarrier() == runner;
    }

    /**
     * Called by the JDK, on any thread, with the continuation of a virtual thread of this loop. Never blocks and never
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
        // space for each fiber once, and for some that are resumed twice: so a resume needs no memory
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
            throw unfit();
        }
    }

    private static IllegalStateException unfit() {
        return new IllegalStateException(
                "The task cannot wait here, because a class initializer or a native method is on its stack: "
                        + "do this in a worker thread (AnyIO.runInWorkerThread)");
    }

    @Override
    public @Nullable IllegalStateException tryToWait(Fiber fiber) {
        long turn = turns;
        try {
            yieldNow(fiber);
        } catch (StackOverflowError e) {
            // too large to be copied: the loop's thread is relieved for a wait that insists
            return null;
        }
        return turns == turn ? unfit() : null;
    }

    /**
     * Waits in a fiber whose stack cannot be copied: it blocks the loop's thread while a relief thread runs the loop.
     * False if that does not work.
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
            // no thread can be created
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
        Flush flush = new Flush(this, done);
        // a select is never on a task's stack: the task could be suspended within it
        if (inLoop() && !poller.freesBySelect()) {
            flush.run();
        } else {
            post(flush);
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
            // a relief that ran within a turn may have taken the others
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
     * Fires the timers that are due; true if the turns since the last look have taken long, so that items in the
     * external queue have waited long, too.
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
     * The channels that were found ready are served a few at a time: their tasks are woken and run while their data is
     * in the processor's cache.
     *
     * <p>All fibers that are ready now run before the selector is asked again: what it finds would be queued behind
     * them anyway, and a channel whose reader has not run yet would be found ready a second time. Short rounds are
     * combined.
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
            // the fiber could be unmounted after all: this thread has nothing to do until the relief has ended
            begun.join();
            runner = thread;
            relief = null;
        }
    }

    /** Whether the relief has done its work: the fiber continues on the loop's own thread. */
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
                // too late for the loop's own tasks, such as a cancellation: it continues no thread
                rescue.run(job);
            } else {
                rescue.runStray((Runnable) item);
            }
        }
    }

    /** Not a lambda: the first close may be near the end of a stack, or short of memory. */
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

    /** What a {@link Relief} runs. Not a lambda: it is made where the stack is large. */
    private record Running(CarrierLoop loop) implements Runnable {
        @Override
        public void run() {
            loop.runUntilFinished();
        }
    }
}
