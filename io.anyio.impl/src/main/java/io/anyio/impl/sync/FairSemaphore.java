package io.anyio.impl.sync;

import io.anyio.api.sync.Held;
import io.anyio.api.sync.Semaphore;
import io.anyio.api.sync.SemaphoreStatistics;
import io.anyio.api.sync.WouldBlockException;
import io.anyio.impl.park.Parkable;
import io.anyio.impl.park.WaitQueue;
import io.anyio.impl.park.Waiter;
import java.util.OptionalInt;

/** A semaphore whose release hands the slot to the first waiter: while a task waits, the value is 0. */
final class FairSemaphore implements Semaphore {
    private final WaitQueue<Waiter> waiters = new WaitQueue<>();
    private final OptionalInt maxValue;
    private final int limit;
    private int value;

    FairSemaphore(int initialValue, OptionalInt maxValue) {
        if (initialValue < 0) {
            throw new IllegalArgumentException(
                    "The initial value of a semaphore is negative: " + initialValue + ", give 0 or more");
        }
        this.value = initialValue;
        this.maxValue = maxValue;
        this.limit = maxValue.orElse(Integer.MAX_VALUE);
        if (limit < initialValue) {
            throw new IllegalArgumentException(
                    "The maximum of a semaphore is below its initial value: " + limit + " < " + initialValue
                            + ", give no less");
        }
    }

    @Override
    public void acquire() {
        acquireAs("Semaphore.acquire");
    }

    private void acquireAs(String what) {
        Parkable task = Parkable.current(what);
        task.checkpoint();
        if (tryAcquire()) {
            return;
        }
        Waiter waiter = new Waiter(task, "semaphore");
        waiters.lockToWait();
        boolean free = takeSlot();
        if (!free) {
            waiters.add(waiter);
        }
        waiters.unlock();
        if (!free) {
            waiter.await();
        }
    }

    @Override
    public void acquireNowait() {
        if (!tryAcquire()) {
            throw new WouldBlockException("Semaphore.acquireNowait");
        }
    }

    private boolean tryAcquire() {
        waiters.lock();
        boolean free = takeSlot();
        waiters.unlock();
        return free;
    }

    /** Takes a slot if there is one; under the lock. */
    private boolean takeSlot() {
        if (value == 0) {
            return false;
        }
        value--;
        return true;
    }

    @Override
    public void release() {
        waiters.lock();
        boolean full = value == limit;
        Waiter next = full ? null : waiters.grantFirst();
        if (!full && next == null) {
            value++;
        }
        waiters.unlockAndWake(next);
        if (full) {
            throw new IllegalStateException(
                    "Semaphore.release: the value is at its maximum " + limit + ": release only what was acquired");
        }
    }

    @Override
    public Held hold() {
        ReleaseOnce hold = new ReleaseOnce(this::release);
        acquireAs("Semaphore.hold");
        return hold;
    }

    @Override
    public int value() {
        return statistics().value();
    }

    @Override
    public OptionalInt maxValue() {
        return maxValue;
    }

    @Override
    public SemaphoreStatistics statistics() {
        waiters.lock();
        int free = value;
        int waiting = waiters.size();
        waiters.unlock();
        return new SemaphoreStatistics(free, waiting);
    }

    @Override
    public String toString() {
        SemaphoreStatistics now = statistics();
        return "Semaphore[" + now.value() + " free, " + now.tasksWaiting() + " waiting]";
    }
}
