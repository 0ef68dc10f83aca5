package io.anyio.impl.sync;

import io.anyio.api.sync.Condition;
import io.anyio.api.sync.ConditionStatistics;
import io.anyio.api.sync.Held;
import io.anyio.impl.park.Parkable;
import io.anyio.impl.park.WaitQueue;
import io.anyio.impl.park.Waiter;
import io.anyio.impl.spin.StackReserve;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A condition. A signal does not wake a task. It grants the task's wait, which no cancellation can undo from then on,
 * and puts a second wait into the lock's queue. So the task wakes once, as the owner of the lock.
 *
 * <p>While tasks are inside, between their release of the lock and their return, the lock knows this condition and
 * closes it if the lock breaks. {@code ConditionCancelTest} cancels at each step.
 */
final class LockCondition extends FairLock.Dependent implements Condition {
    /** A wait for a signal, with the wait for the lock that follows it, which cannot be cancelled. */
    private static final class SignalWait extends Waiter {
        final Waiter lock;

        SignalWait(Parkable task) {
            super(task, "condition");
            lock = new Waiter(task, "lock of a condition", false);
        }
    }

    private final FairLock lock;
    private final WaitQueue<SignalWait> waiters = new WaitQueue<>();

    LockCondition(FairLock lock) {
        this.lock = lock;
    }

    @Override
    public void acquire() {
        lock.acquireAs("Condition.acquire");
    }

    @Override
    public void acquireNowait() {
        lock.acquireNowaitAs("Condition.acquireNowait");
    }

    @Override
    public void release() {
        lock.releaseAs("Condition.release");
    }

    @Override
    public Held hold() {
        ReleaseOnce hold = new ReleaseOnce(this::release);
        lock.acquireAs("Condition.hold");
        return hold;
    }

    @Override
    public boolean locked() {
        return lock.locked();
    }

    // ---- waiting

    @Override
    public void await() {
        Parkable task = Parkable.current("Condition.await");
        task.checkpoint();
        lock.checkOwner(task, "Condition.await");
        SignalWait signal = new SignalWait(task);
        StackReserve.forScope();
        waiters.lock();
        waiters.add(signal);
        waiters.unlock();
        lock.enter(this);
        lock.release(task);
        boolean signalled;
        try {
            signalled = signal.await();
        } catch (Throwable e) {
            comeBackFrom(signal, e);
            throw e;
        }
        if (!signalled) {
            throw lock.brokenLock();
        }
        try {
            lock.awaitOwnership(signal.lock);
        } finally {
            lock.leave(this);
        }
    }

    /** Takes the lock again, unless it is broken or the task cannot be suspended. */
    private void comeBackFrom(SignalWait signal, Throwable primary) {
        try {
            lock.reacquire(signal.lock);
        } catch (Throwable second) {
            if (second != primary) {
                primary.addSuppressed(second);
            }
        } finally {
            lock.leave(this);
        }
    }

    @Override
    public void awaitFor(BooleanSupplier predicate) {
        Objects.requireNonNull(predicate, "Condition.awaitFor: the predicate is null");
        Parkable task = Parkable.current("Condition.awaitFor");
        task.checkpoint();
        lock.checkOwner(task, "Condition.awaitFor");
        while (!predicate.getAsBoolean()) {
            await();
        }
    }

    @Override
    public <T> T awaitValue(Supplier<Optional<T>> predicate) {
        Objects.requireNonNull(predicate, "Condition.awaitValue: the predicate is null");
        Parkable task = Parkable.current("Condition.awaitValue");
        task.checkpoint();
        lock.checkOwner(task, "Condition.awaitValue");
        Optional<T> found = predicate.get();
        while (found.isEmpty()) {
            await();
            found = predicate.get();
        }
        return found.get();
    }

    // ---- signalling

    @Override
    public void signal() {
        signalAtMost(1, "Condition.signal");
    }

    @Override
    public void signal(int count) {
        if (count < 0) {
            throw new IllegalArgumentException(
                    "Condition.signal: the count is negative: " + count + ", give 0 or more");
        }
        signalAtMost(count, "Condition.signal");
    }

    @Override
    public void signalAll() {
        signalAtMost(Integer.MAX_VALUE, "Condition.signalAll");
    }

    private void signalAtMost(int count, String what) {
        lock.checkOwner(Parkable.current(what), what);
        // for both locks: otherwise a wait could be granted and then not enqueued
        StackReserve.forOperation();
        for (int i = 0; i < count; i++) {
            waiters.lockReserved();
            SignalWait signal = waiters.grantFirst();
            waiters.unlock();
            if (signal == null) {
                return;
            }
            lock.enqueue(signal.lock);
        }
    }

    @Override
    void close() {
        waiters.lock();
        waiters.unlockAndWake(waiters.closeAll());
    }

    @Override
    public ConditionStatistics statistics() {
        waiters.lock();
        int waiting = waiters.size();
        waiters.unlock();
        return new ConditionStatistics(waiting, lock.statistics());
    }

    @Override
    public String toString() {
        return "Condition[" + statistics().tasksWaiting() + " waiting, " + lock + "]";
    }
}
