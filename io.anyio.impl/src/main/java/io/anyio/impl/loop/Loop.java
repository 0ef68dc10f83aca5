package io.anyio.impl.loop;

import io.anyio.api.spi.Holder;
import io.anyio.api.spi.error.Report;
import io.anyio.api.task.Clock;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.LoopClosedException;
import io.anyio.impl.poll.Poller;
import io.anyio.impl.poll.Registration;
import io.anyio.impl.time.Timer;
import io.anyio.impl.time.TimerQueue;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs fibers one at a time. <em>In the loop</em> is whoever has the loop to itself: a fiber while it runs, and a
 * posted job. A fiber's time from when the loop lets it run until it waits, lets others run or ends is its
 * <em>turn</em>; a job has a turn, too.
 *
 * <p>A loop has a platform thread of its own from {@link #open} until {@link #finish} was called and its last fiber has
 * ended. The backends are {@link CarrierLoop} and {@link PoolLoop}. What a loop has beside its queues stands in classes
 * of its own: {@link LoopEnd}, {@link Quiet}, {@link SharedBuffer}, and {@link Wreck}, with which a broken loop goes
 * on.
 */
public abstract class Loop extends LoopView {
    static final Report LOG = new Report(Loop.class.getName());

    /** How often a loop that broke may break again without a turn of a task in between. */
    private static final int MOST_FAILURES = 100;

    /**
     * On {@code carrier} tasks run on the stack of the loop's thread, which also needs room to copy theirs: the usual
     * megabyte is full after some thousand calls. Reserved, not used.
     */
    static final long STACK_SIZE = 16L << 20;

    /** The loop's time source. */
    public final Clock clock;

    /**
     * The loop's thread replaces it if the loop breaks; who sees the old one then meets a closed one, and does no harm.
     */
    Poller poller;

    /** The end of the loop. */
    public final LoopEnd end = new LoopEnd();

    /** Whether anything can still happen on the loop. */
    public final Quiet quiet;

    /** The buffer of the task that runs. */
    public final SharedBuffer buffer = new SharedBuffer();

    final TimerQueue timers = new TimerQueue();
    final Thread thread;
    private final Watchdog watchdog;
    private long stallNanos;

    /** The fiber that runs, if that is known. In the loop; whoever reads it from outside may be a little late. */
    @Nullable
    Fiber current;

    /** When the timers were looked at last; near enough for ages. */
    private volatile long coarseTime;

    /** The clock, to the loop's thread; another one once the loop has broken. */
    private Clock time;

    /** What broke the loop. */
    private volatile @Nullable Throwable brokenBy;

    /** What is to be done then, in the loop; set before the loop opens. */
    private Consumer<Throwable> breakObserver = _ -> {};

    private long turnsWhenBroken;
    private int failures;

    /** Made beforehand: without memory for it, the wake-up would fail whoever hands something in. */
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
     * @param stallAfter for how long a task may keep the loop for itself until the log tells; zero for ever
     */
    public final void open(Duration stallAfter) {
        stallNanos = Deadline.nanosOf(stallAfter);
        boolean open = false;
        try {
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
                if (brokenBy == null) {
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

    private void prepareThread() {
        try {
            // A blocking JDK socket that is first used inside a task would start the JDK's own pollers on this loop,
            // and hang with it.
            Class.forName("sun.nio.ch.Poller", true, null);
        } catch (ClassNotFoundException e) {
            LOG.log(System.Logger.Level.DEBUG, e, "This JDK has no poller to start early");
        }
        Guard.run(() -> watchdog.watch(this, stallNanos));
    }

    private void shutDown() {
        Guard.run(() -> watchdog.forget(this));
        Guard.run(() -> poller.close(brokenBy));
        Guard.run(this::closeQueues);
        end.come();
        // last: a clock stands still until those who waited for the end count again
        Guard.run(quiet::detach);
    }

    /**
     * A loop that breaks goes on without what may have broken it, its poller and its clock, so that its tasks can end:
     * all of them are cancelled, and its channels are closed. Should it break again, it is tried again as long as tasks
     * have turns, and some times more.
     */
    private boolean goesOnAfter(Throwable e) {
        boolean first = brokenBy == null;
        failures = turns == turnsWhenBroken ? failures + 1 : 0;
        turnsWhenBroken = turns;
        LOG.log(System.Logger.Level.ERROR, e, "Loop ", name, " broke",
                first ? ": its tasks are cancelled and its channels closed" : " again");
        if (first) {
            brokenBy = e;
            finishing = true;
            Poller broken = poller;
            Wreck wreck = new Wreck(coarseTime);
            poller = wreck;
            time = wreck.clock();
            Clock.Ticker left = quiet.replace(wreck.clock());
            Guard.run(left::detach);
            // in this order: a task that waits for a channel sees its cancellation
            post(() -> breakObserver.accept(e));
            post(() -> broken.close(e));
        }
        return failures < MOST_FAILURES;
    }

    /**
     * What broke the loop. From any thread.
     *
     * @return what was thrown, or null if the loop is in order
     */
    public final @Nullable Throwable brokenBy() {
        return brokenBy;
    }

    /**
     * Sets what is to be done if the loop breaks: to cancel its tasks. Before the loop opens.
     *
     * @param observer called in the loop, with what broke it
     */
    public final void whenBroken(Consumer<Throwable> observer) {
        breakObserver = observer;
    }

    /**
     * What is thrown by what comes too late.
     *
     * @param what cannot be done
     * @return a new exception, with what broke the loop as its cause
     */
    public final LoopClosedException closedException(String what) {
        Throwable cause = brokenBy;
        LoopClosedException closed = new LoopClosedException(what + ": the event loop " + name + " of " + holder.name()
                + (cause == null ? " has ended" : " broke, its log entry tells why. Start again"));
        if (cause != null) {
            closed.initCause(cause);
        }
        return closed;
    }

    /**
     * Refuses what is to be begun on a loop that broke.
     *
     * @param what what is begun
     * @throws LoopClosedException if it broke
     */
    public final void checkIntact(String what) {
        if (brokenBy != null) {
            throw closedException(what);
        }
    }

    @Override
    public final @Nullable Busy busy() {
        Thread busy = busyThread();
        if (busy == null) {
            return null;
        }
        Fiber fiber = current;
        if (fiber != null && fiber.thread == busy) {
            return new Busy("task '" + fiber.name() + "'", busy);
        }
        String what = busy == thread
                ? "loop itself, or a virtual thread,"
                : busy.isVirtual()
                        ? "virtual thread '" + busy.getName() + "', or a task back from foreign code,"
                        : "thread '" + busy.getName() + "'";
        return new Busy(what, busy);
    }

    abstract @Nullable Thread busyThread();

    /**
     * The fiber that runs, if that is known; who is not that fiber may be told of another one. From any thread.
     *
     * @return a fiber of this loop, or null
     */
    public final @Nullable Fiber running() {
        return current;
    }

    /**
     * How many turns fibers have had: if it stays the same, the loop stands still or something keeps it for itself.
     * From any thread; it may be a little late.
     *
     * @return a count that grows
     */
    public final long turns() {
        return turns;
    }

    /**
     * Whether a task that waits in the library looks, to the JDK, like one that waits in foreign code.
     *
     * @return true on {@code pool}
     */
    public abstract boolean suspendsByPark();

    /** May be called again after it has thrown something. */
    abstract void runUntilFinished();

    /** What comes to the queues from now on is not the loop's any more. The last of the backend. */
    abstract void closeQueues();

    /**
     * Whether the caller has the loop to himself.
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
     * The first call of a fiber, on its own thread.
     *
     * @param fiber the fiber that begins
     */
    public final void begun(Fiber fiber) {
        current = fiber;
    }

    /**
     * The last call of a fiber, on its own thread.
     *
     * @param fiber the fiber that ends
     */
    public void ended(Fiber fiber) {
        live--;
    }

    /**
     * Lets others run until the fiber is resumed, or earlier: the caller checks what it waits for and suspends again.
     *
     * @param fiber the current fiber
     * @param insists whether it is better to keep a thread from others, and to wait, than to throw: one of the pool, or
     * the loop's own, which another one relieves
     * @throws IllegalStateException if the thread cannot be unmounted, because of a class initializer or a native
     * method on its stack
     * @throws StackOverflowError if the stack is too large to be put aside, or full. After this and any other error the
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
     * Runs a job in the loop: at once if the caller is there already. From any thread.
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
     * Stops a timer; an idle one is left alone. In the loop.
     *
     * @param timer the timer
     */
    public abstract void unschedule(Timer timer);

    /**
     * Makes the registration of a channel with the loop's poller, to be begun. From any thread.
     *
     * @param channel an open channel
     * @return the registration
     * @throws IOException if the channel is closed
     * @throws java.nio.channels.ClosedSelectorException if the loop has ended
     */
    public final Registration prepare(SelectableChannel channel) throws IOException {
        return poller.prepare(channel);
    }

    /** Makes effective what the poller was asked for. From any thread. */
    public abstract void interestChanged();

    /**
     * Frees the descriptors of closed channels. From any thread.
     *
     * @param done called in the loop, or on its thread, once they are free
     */
    public abstract void flushClosed(Runnable done);

    /**
     * Wakes the loop's thread; what fails there does not fail whoever has handed something in, which the loop finds
     * when it is woken next.
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
     * @return false if the loop has ended; else {@link #leave} is due
     */
    public final boolean enter() {
        return brokenBy == null && end.enter();
    }

    /** Takes {@link #enter} back, once the fiber was started, or will not be. From any thread. */
    public final void leave() {
        end.leave();
        if (finishing) {
            wakeup();
        }
    }

    /**
     * Whether the loop's thread has done its work.
     *
     * @return true at the very end
     */
    public final boolean hasEnded() {
        return thread.getState() == Thread.State.TERMINATED;
    }

    /**
     * Waits, on an ordinary thread, for the end of the loop.
     *
     * @param nanos for how long at the most
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
     * What the loop keeps beside the task that asks. In the loop, for tests.
     *
     * @return one text for each kind of what is left
     */
    public final List<String> openBooks() {
        int queued;
        synchronized (timers) {
            queued = timers.size();
        }
        List<String> open = new ArrayList<>();
        note(open, queued, "queued timers");
        note(open, live - 1, "other tasks");
        note(open, waiting, "waits");
        note(open, quiet.outside(), "calls that are outside");
        note(open, end.guests(), "guests");
        return open;
    }

    private static void note(List<String> open, int count, String what) {
        if (count != 0) {
            open.add(count + " " + what);
        }
    }

    @Override
    final boolean hasChannels() {
        return poller.hasChannels();
    }

    /** Reads the clock, for this once. */
    final long clockNow() {
        return time.nanoTime();
    }

    /** Reads the clock. */
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
