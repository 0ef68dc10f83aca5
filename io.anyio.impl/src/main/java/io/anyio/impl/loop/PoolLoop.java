package io.anyio.impl.loop;

import io.anyio.api.spi.Holder;
import io.anyio.api.task.Clock;
import io.anyio.impl.poll.SelectorPoller;
import io.anyio.impl.spin.StackReserve;
import io.anyio.impl.time.Timer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Fibers run on the JDK's shared pool for virtual threads and pass a baton from one to the next. The thread that has
 * the baton is in the loop. Needs no JVM flags.
 *
 * <p>A thread that finds the baton free takes it and gives it to the first ready fiber, or runs the posted jobs. The
 * loop's thread selects and watches the timers without the baton, so that a deadline passes even while a fiber holds
 * the baton in foreign code. A timer that is due is posted. After the thread has found channels ready, it waits for a
 * marker in the queue. By then each fiber that was woken has read its channel, which would otherwise be found ready
 * again and again.
 */
final class PoolLoop extends Loop {
    static final String BACKEND = "pool";

    /** How often a fiber that cannot be parked looks whether it has the baton. */
    private static final long LOOK_MILLIS = 1;

    private final ThreadFactory threads = CarrierThreads.sharedFactory();
    private final ConcurrentLinkedQueue<Object> ready = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Runnable> flushes = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean baton = new AtomicBoolean();
    private final Marker marker = new Marker();
    private volatile @Nullable Thread owner;
    private volatile boolean selecting;
    private volatile boolean changed;
    private volatile boolean marked;
    private volatile boolean watching;
    private volatile boolean closed;

    PoolLoop(Holder holder, String name, Clock clock, Watchdog watchdog) {
        super(holder, name, clock, watchdog, new SelectorPoller());
        watching = quiet.isWatched();
    }

    @Override
    public String backend() {
        return BACKEND;
    }

    @Override
    public boolean inLoop() {
        return owner == Thread.currentThread();
    }

    @Override
    boolean nothingHandedIn() {
        return ready.isEmpty();
    }

    @Override @Nullable
    Thread busyThread() {
        return owner;
    }

    @Override
    public boolean suspendsByPark() {
        return true;
    }

    @Override
    Thread newThread(Fiber fiber) {
        return threads.newThread(fiber);
    }

    @Override
    void begin(Fiber fiber) {
        submit(fiber);
    }

    private void submit(Object item) {
        SafeCalls.add(ready, item);
        if (!baton.get() && baton.compareAndSet(false, true)) {
            owner = Thread.currentThread();
            handOver();
        }
    }

    /** Gives the caller's baton to the first ready fiber; puts the baton down if there is none. */
    private void handOver() {
        boolean ran = false;
        while (true) {
            Object next = ready.poll();
            if (next instanceof Fiber fiber) {
                if (fiber.ended) {
                    // it was resumed after it had ended: the baton would be lost with it
                    continue;
                }
                if (give(fiber)) {
                    return;
                }
                continue;
            }
            if (next != null) {
                turns++;
                SafeCalls.run((Runnable) next);
                ran = true;
                continue;
            }
            Thread caller = Thread.currentThread();
            boolean mayBeNews = ran || caller != thread;
            boolean last = live == 0;
            current = null;
            owner = null;
            baton.set(false);
            if (ready.isEmpty() || !baton.compareAndSet(false, true)) {
                // finish() also wakes the loop's thread, which may have found the baton taken: so look after putting it
                // down
                if (mayBeNews && (watching || (last && finishing))) {
                    wakeup();
                }
                return;
            }
            owner = caller;
        }
    }

    /** Gives the baton to a fiber; false if its thread cannot be started, and the caller still has the baton. */
    private boolean give(Fiber fiber) {
        Thread virtual = fiber.thread();
        turns++;
        current = fiber;
        owner = virtual;
        fiber.hasBaton = true;
        if (virtual.getState() != Thread.State.NEW) {
            LockSupport.unpark(virtual);
            return true;
        }
        try {
            virtual.start();
            return true;
        } catch (Throwable e) {
            current = null;
            owner = Thread.currentThread();
            fiber.ended = true;
            live--;
            SafeCalls.notStarted(fiber, e);
            return false;
        }
    }

    @Override
    public void fiberEnded(Fiber fiber) {
        super.fiberEnded(fiber);
        fiber.ended = true;
        handOver();
    }

    @Override
    void park(Fiber fiber, boolean insists) {
        // with the interrupt flag set, each park would return at once
        boolean interrupted = Thread.interrupted();
        fiber.hasBaton = false;
        handOver();
        try {
            while (!fiber.hasBaton) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
        } catch (Throwable unfit) {
            if (!insists) {
                submit(fiber);
            }
            interrupted |= awaitBaton(fiber);
            if (!insists) {
                throw unfit;
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Waits until a fiber that could not be parked has the baton again. {@link Object#wait} blocks the thread if it
     * cannot unmount it.
     *
     * @return whether it was interrupted
     */
    private static boolean awaitBaton(Fiber fiber) {
        boolean interrupted = false;
        synchronized (fiber) {
            while (!fiber.hasBaton) {
                try {
                    fiber.wait(LOOK_MILLIS);
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        }
        return interrupted;
    }

    @Override
    public void yieldNow(Fiber fiber) {
        StackReserve.forOperation();
        ready.add(fiber);
        park(fiber, false);
    }

    @Override
    public void resume(Fiber fiber) {
        submit(fiber);
    }

    @Override
    public void post(Job job) {
        submit(job);
    }

    @Override
    public void schedule(Timer timer, long deadline) {
        StackReserve.forLock();
        boolean first;
        synchronized (timers) {
            timers.add(timer, deadline);
            first = timers.next() == deadline;
        }
        if (first) {
            wakeup();
        }
    }

    @Override
    public void unschedule(Timer timer) {
        synchronized (timers) {
            timers.remove(timer);
        }
    }

    @Override
    long nextDeadline() {
        synchronized (timers) {
            return timers.next();
        }
    }

    @Override
    public void interestChanged() {
        wakeup();
    }

    @Override
    public void flushClosed(Runnable done) {
        flushes.add(done);
        wakeup();
        if (closed) {
            flush();
        }
    }

    @Override
    void blockedObserverAdded() {
        watching = true;
        wakeup();
    }

    @Override
    void wakeup() {
        changed = true;
        if (selecting) {
            wakePoller();
        } else {
            LockSupport.unpark(thread);
        }
    }

    @Override
    void runUntilFinished() {
        selecting = false;
        do {
            changed = false;
            fireTimers();
            if ((watching || finishing) && baton.compareAndSet(false, true)) {
                owner = thread;
                if (lookForEnd()) {
                    break;
                }
            }
            await(quiet.waitNanos());
        } while (true);
    }

    /** Looks whether the loop has ended, with the baton, which is passed on afterwards. */
    private boolean lookForEnd() {
        try {
            return isAtEnd();
        } finally {
            handOver();
        }
    }

    @Override
    void closeQueues() {
        closed = true;
        flush();
    }

    /** In the loop, with the baton: true if this is the end of the loop. */
    private boolean isAtEnd() {
        if (ready.isEmpty()) {
            if (quiet.isWatched()) {
                if (poller.selectNow() > 0) {
                    poller.dispatchAll();
                    // perhaps for no task: then nothing else would make the loop look again
                    quiet.disturbed();
                    changed = true;
                } else if (ready.isEmpty() && quiet.look()) {
                    changed = true;
                }
            }
            watching = quiet.isWatched();
        }
        return finishing && live == 0 && ready.isEmpty() && end.tryEnd();
    }

    private void fireTimers() {
        long now = readClock();
        while (true) {
            Timer due;
            synchronized (timers) {
                due = timers.due(now);
            }
            if (due == null) {
                return;
            }
            SafeCalls.expire(due);
            submit(due);
        }
    }

    private void await(long nanos) {
        if (marked) {
            if (!changed && nanos > 0 && flushes.isEmpty()) {
                Thread.interrupted();
                LockSupport.parkNanos(this, nanos);
            }
            if (flushes.isEmpty()) {
                return;
            }
        }
        selecting = true;
        // the flag may have been cleared after a flush was requested, so look at the queue, too
        int found = changed || nanos <= 0 || marked || !flushes.isEmpty() ? poller.selectNow() : poller.select(nanos);
        selecting = false;
        poller.dispatchAll();
        found += flush();
        if (found > 0) {
            quiet.disturbed();
            marked = true;
            submit(marker);
        }
    }

    /**
     * Frees the descriptors of the channels that were closed before this call; returns how many channels were found
     * ready meanwhile.
     */
    private int flush() {
        if (flushes.isEmpty()) {
            return 0;
        }
        int due = flushes.size(); // not in a list, for which there may be no memory
        try {
            int found = poller.selectNow();
            poller.dispatchAll();
            return found;
        } finally {
            for (; due > 0; due--) {
                Runnable done = flushes.poll();
                if (done != null) {
                    SafeCalls.run(done);
                }
            }
        }
    }

    /** Is queued behind the fibers that the poller has woken. */
    private final class Marker implements Job {
        @Override
        public void run() {
            marked = false;
            LockSupport.unpark(thread);
        }

        @Override
        public boolean isDecided() {
            return true;
        }
    }
}
