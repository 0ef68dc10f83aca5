package io.anyio.impl.loop;

import io.anyio.api.spi.Holder;
import io.anyio.api.spi.error.Report;
import io.anyio.api.task.Clock;
import io.anyio.api.task.Deadline;
import io.anyio.impl.poll.Poller;
import io.anyio.impl.poll.Registration;
import io.anyio.impl.time.Timer;
import io.anyio.impl.time.TimerQueue;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs fibers one at a time. Code is <em>in the loop</em> if it has the loop to itself: the fiber that runs, or a
 * posted job. The <em>turn</em> of a fiber begins when the loop lets it run, and ends when the fiber waits, lets others
 * run or ends. A job has a turn, too.
 *
 * <p>A loop has its own platform thread from {@link #open} until {@link #finish} was called and its last fiber has
 * ended. The backends are {@link CarrierLoop} and {@link PoolLoop}. The parts of a loop beside its queues are classes:
 * {@link LoopEnd}, {@link Quiet}, {@link SharedBuffer} and {@link Breakage}.
 */
public abstract class Loop extends LoopView {
    static final Report LOG = new Report(Loop.class.getName());

    /**
     * On {@code carrier}, tasks run on the stack of the loop's thread, which also needs space to copy their stacks. The
     * usual megabyte is full after some thousand calls. The size is reserved, not used.
     */
    static final long STACK_SIZE = 16L << 20;

    /** The parts of {@link #shutDown}. */
    private static final int PARTS = 5;

    private static final String FAILED_END = "A part of the end of an event loop failed";

    /** The loop's time source. */
    public final Clock clock;

    /** Replaced by the loop's thread if the loop breaks. Code that still sees the old poller finds it closed. */
    Poller poller;

    /** The end of the loop. */
    public final LoopEnd end = new LoopEnd();

    /** What broke the loop, if anything did. */
    public final Breakage breakage = new Breakage(this);

    /** Whether anything can still happen on the loop. */
    public final Quiet quiet;

    /** The buffer of the task that runs. */
    public final SharedBuffer buffer = new SharedBuffer();

    final TimerQueue timers = new TimerQueue();
    final Thread thread;
    private final Watchdog watchdog;
    private long stallNanos;

    /** The fiber that runs, if that is known. Set in the loop; a read from outside may be a little late. */
    @Nullable
    Fiber current;

    /** When the timers were looked at last; exact enough for ages. */
    private volatile long coarseTime;

    /** The clock of the loop's thread; another one once the loop has broken. */
    private Clock time;

    /** Both are made when the loop opens: it may break or end because memory is short. */
    private @Nullable Job mending;

    private @Nullable Runnable detaching;

    /** Made early: a lack of memory for it would fail the caller that hands something in. */
    private final String notWoken;

    Loop(Holder holder, String name, Clock clock, Watchdog watchdog, Poller poller) {
        super(holder, name);
        this.notWoken = "Loop " + name + " could not be woken up";
        this.poller = poller;
        this.watchdog = watchdog;
        this.clock = clock;
        this.time = clock;
        this.quiet = new Quiet(this, clock);
        this.thread = Thread.ofPlatform().daemon().stackSize(STACK_SIZE).inheritInheritableThreadLocals(false)
                .name(name).unstarted(this::main);
        thread.setContextClassLoader(Loop.class.getClassLoader());
    }

    /**
     * Starts the loop's thread.
     *
     * @param stallAfter how long a task may keep the loop to itself before that is logged; zero for no limit
     */
    public final void open(Duration stallAfter) {
        stallNanos = Deadline.nanosOf(stallAfter);
        boolean open = false;
        try {
            mending = new Mending(this);
            detaching = quiet::detach;
            coarseTime = clock.nanoTime();
            quiet.attach(clock);
            thread.start();
            open = true;
        } finally {
            if (!open) {
                shutDown();
            }
        }
    }

    private void main() {
        try {
            goOnUntilEnd();
        } finally {
            // also if there is no memory to go on
            shutDown();
        }
    }

    private void goOnUntilEnd() {
        while (true) {
            try {
                if (breakage.cause() == null) {
                    prepareThread();
                }
                runUntilFinished();
                return;
            } catch (Throwable e) {
                if (!goesOnAfter(e)) {
                    return;
                }
            }
        }
    }

    /** The first act of the loop's thread. */
    void prepareThread() {
        SafeCalls.run(() -> watchdog.watch(this, stallNanos));
    }

    /** Does each part even if others fail, and makes no object: there may be no memory. */
    private void shutDown() {
        for (int part = 0; part < PARTS; part++) {
            try {
                switch (part) {
                    case 0 -> watchdog.forget(this);
                    case 1 -> poller.close(breakage.cause());
                    case 2 -> closeQueues();
                    case 3 -> end.complete();
                    // last: the clock stands still until the tasks that waited for the end count again
                    default -> SafeCalls.run(Objects.requireNonNull(detaching));
                }
            } catch (Throwable e) {
                LOG.log(System.Logger.Level.ERROR, e, FAILED_END);
            }
        }
    }

    /** Goes on after a failure, so that the tasks can end; false if that makes no sense any more. */
    private boolean goesOnAfter(Throwable e) {
        breakage.add(e);
        finishing = true;
        SafeCalls.run(Objects.requireNonNull(mending));
        return breakage.allowsRetry();
    }

    /**
     * Replaces what may have broken the loop, its poller and its clock, once, so that its tasks can end: they are
     * cancelled, and the channels are closed. It is tried again while memory is short, so all that it needs is made
     * before anything is replaced.
     */
    private static final class Mending implements Job {
        private final Loop loop;
        private boolean done;

        Mending(Loop loop) {
            this.loop = loop;
        }

        @Override
        public void run() {
            if (done) {
                return;
            }
            Poller none = new NoChannels();
            SystemTime system = SystemTime.from(loop.coarseTime);
            Job told = new Told(loop.breakage);
            Job closed = new Closed(loop.poller, loop.breakage);
            done = true;
            loop.poller = none;
            loop.time = system;
            detach(loop.quiet.replace(system));
            // in this order: a task that waits for a channel sees its cancellation
            loop.post(told);
            loop.post(closed);
        }

        private static void detach(Clock.Ticker left) {
            try {
                left.detach();
            } catch (Throwable e) {
                LOG.log(System.Logger.Level.ERROR, e, FAILED_END);
            }
        }

        @Override
        public boolean isDecided() {
            return true;
        }
    }

    /** Cancels the tasks of a loop that broke. */
    private record Told(Breakage breakage) implements Job {
        @Override
        public void run() {
            breakage.tellObserver();
        }

        @Override
        public boolean isDecided() {
            return true;
        }
    }

    /** Closes the channels of a loop that broke. */
    private record Closed(Poller broken, Breakage breakage) implements Job {
        @Override
        public void run() {
            broken.close(breakage.cause());
        }
    }

    @Override
    public final @Nullable Busy busy() {
        Thread busy = busyThread();
        return busy == null ? null : Busy.of(busy, thread, current);
    }

    abstract @Nullable Thread busyThread();

    /**
     * The fiber that runs, if that is known. From any thread; outside of the loop it may be another fiber.
     *
     * @return a fiber of this loop, or null
     */
    public final @Nullable Fiber running() {
        return current;
    }

    /**
     * How many turns fibers have had. If the count stays the same, the loop stands still or something keeps it to
     * itself. From any thread; it may be a little late.
     *
     * @return a count that grows
     */
    public final long turns() {
        return turns;
    }

    /**
     * Whether the JDK cannot tell a task that waits in the library from one that waits in foreign code.
     *
     * @return true on {@code pool}
     */
    public abstract boolean suspendsByPark();

    /** Runs the loop; may be called again after it has thrown something. */
    abstract void runUntilFinished();

    /** Ends the queues: the loop runs nothing that is added from now on. The last call of the backend. */
    abstract void closeQueues();

    /**
     * Whether the caller has the loop to itself.
     *
     * @return true in a fiber of this loop and in a posted job
     */
    public abstract boolean inLoop();

    /**
     * Gives a fiber its thread. From any thread.
     *
     * @param fiber one that has none
     */
    public final void prepare(Fiber fiber) {
        Thread virtual = newThread(fiber);
        virtual.setName(fiber.name());
        if (holder.loader() != null) {
            virtual.setContextClassLoader(holder.loader());
        }
        fiber.thread = virtual;
    }

    /**
     * Starts a prepared fiber. In the loop.
     *
     * @param fiber one that has not started
     */
    public final void start(Fiber fiber) {
        live++;
        boolean begun = false;
        try {
            begin(fiber);
            begun = true;
        } finally {
            if (!begun) {
                live--;
            }
        }
    }

    abstract Thread newThread(Fiber fiber);

    abstract void begin(Fiber fiber);

    /**
     * Called by a fiber first, on its own thread.
     *
     * @param fiber the fiber that begins
     */
    public final void fiberBegan(Fiber fiber) {
        current = fiber;
    }

    /**
     * Called by a fiber last, on its own thread.
     *
     * @param fiber the fiber that ends
     */
    public void fiberEnded(Fiber fiber) {
        live--;
    }

    /**
     * Lets others run until the fiber is resumed, or earlier: the caller checks its condition and suspends again.
     *
     * @param fiber the current fiber
     * @param insists whether to block a thread and wait if the fiber cannot be unmounted, rather than to throw: a
     * thread of the pool, or the loop's own, which a relief thread then replaces
     * @throws IllegalStateException if the thread cannot be unmounted, because of a class initializer or a native
     * method on its stack
     * @throws StackOverflowError if the stack is full, or too large to be copied. After this and any other error the
     * fiber has the loop to itself, as if it had not been suspended
     */
    public final void suspend(Fiber fiber, boolean insists) {
        waiting++;
        try {
            park(fiber, insists);
        } finally {
            waiting--;
        }
    }

    abstract void park(Fiber fiber, boolean insists);

    /**
     * Lets others run once if that shows whether the fiber can wait where it is. For what must not be begun otherwise.
     * On the fiber's own thread.
     *
     * @param fiber the current fiber
     * @return what {@link #suspend} would throw, or null if the fiber can wait
     */
    public @Nullable IllegalStateException tryToWait(Fiber fiber) {
        return null;
    }

    /**
     * Lets all others that are ready run once. On the fiber's own thread.
     *
     * @param fiber the current fiber
     */
    public abstract void yieldNow(Fiber fiber);

    /**
     * Makes a suspended fiber ready. From any thread.
     *
     * @param fiber a fiber that has started
     */
    public abstract void resume(Fiber fiber);

    /**
     * Runs a job in the loop, soon. From any thread.
     *
     * @param job what is to be done
     */
    public abstract void post(Job job);

    /**
     * Runs a job in the loop, at once if the caller is in the loop. From any thread.
     *
     * @param job what is to be done
     */
    public final void runInLoop(Job job) {
        if (inLoop()) {
            job.run();
        } else {
            post(job);
        }
    }

    /**
     * Starts a timer. In the loop.
     *
     * @param timer an idle timer
     * @param deadline when it fires, in nanoseconds of the loop's clock
     */
    public abstract void schedule(Timer timer, long deadline);

    /**
     * Stops a timer; no effect on an idle one. In the loop.
     *
     * @param timer the timer
     */
    public abstract void unschedule(Timer timer);

    /**
     * Makes the registration of a channel with the loop's poller, without beginning it. From any thread.
     *
     * @param channel an open channel
     * @return the registration
     * @throws IOException if the channel is closed
     * @throws java.nio.channels.ClosedSelectorException if the loop has ended
     */
    public final Registration prepare(SelectableChannel channel) throws IOException {
        return poller.prepare(channel);
    }

    /** Applies the changes that were requested from the poller. From any thread. */
    public abstract void interestChanged();

    /**
     * Frees the descriptors of closed channels. From any thread.
     *
     * @param done called in the loop, or on its thread, once they are free
     */
    public abstract void flushClosed(Runnable done);

    /**
     * Wakes the loop's thread. A failure is only logged: the caller has handed something in, and the loop finds it when
     * it is woken next.
     */
    final boolean wakePoller() {
        try {
            poller.wakeup();
            return true;
        } catch (Throwable e) {
            LOG.log(System.Logger.Level.ERROR, e, notWoken);
            return false;
        }
    }

    /** Lets the loop end once its last fiber has ended. From any thread. */
    public final void finish() {
        finishing = true;
        wakeup();
    }

    /**
     * Keeps the loop from ending, so that a fiber can be started from outside. From any thread.
     *
     * @return false if the loop has ended or broken; otherwise the caller has to call {@link #leave}
     */
    public final boolean enter() {
        return breakage.cause() == null && end.enter();
    }

    /** Takes {@link #enter} back, once the fiber has started or will not start. From any thread. */
    public final void leave() {
        end.leave();
        if (finishing) {
            wakeup();
        }
    }

    /**
     * Whether the loop's thread has ended.
     *
     * @return true once it has
     */
    public final boolean hasEnded() {
        return thread.getState() == Thread.State.TERMINATED;
    }

    /**
     * Waits, on an ordinary thread, for the end of the loop.
     *
     * @param nanos how long to wait at most
     * @return whether it has ended
     * @throws InterruptedException if the caller is interrupted
     */
    public final boolean awaitEnd(long nanos) throws InterruptedException {
        return thread.join(Duration.ofNanos(nanos));
    }

    /**
     * Calls back once every fiber of the loop is suspended and nothing is ready. In the loop.
     *
     * @param observer called once, in the loop
     */
    public final void whenAllBlocked(Runnable observer) {
        quiet.observe(observer);
        blockedObserverAdded();
    }

    void blockedObserverAdded() {}

    /**
     * Lists what the loop still has to do, beside the task that asks. In the loop, for tests.
     *
     * @return one text for each kind
     */
    public final List<String> openBooks() {
        return OpenBooks.of(this, timers, quiet, end);
    }

    @Override
    final boolean hasChannels() {
        return poller.hasChannels();
    }

    /** Reads the clock, without keeping the time. */
    final long clockNow() {
        return time.nanoTime();
    }

    /** Reads the clock, and keeps the time for {@link #coarseTime}. */
    final long readClock() {
        long now = time.nanoTime();
        coarseTime = now;
        return now;
    }

    /**
     * A time not long ago, without reading the clock.
     *
     * @return nanoseconds of the loop's clock
     */
    public final long coarseTime() {
        return coarseTime;
    }
}
