package io.anyio.impl.sync;

import io.anyio.api.spi.TaskContext;
import io.anyio.api.sync.BrokenLockException;
import io.anyio.api.sync.Held;
import io.anyio.api.sync.Lock;
import io.anyio.api.sync.LockStatistics;
import io.anyio.api.sync.WouldBlockException;
import io.anyio.api.task.TaskInfo;
import io.anyio.impl.link.Link;
import io.anyio.impl.park.Parkable;
import io.anyio.impl.park.Possession;
import io.anyio.impl.park.WaitQueue;
import io.anyio.impl.park.Waiter;
import io.anyio.impl.spin.StackReserve;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A lock whose release makes the first waiter its owner: while a task waits, the lock has an owner.
 *
 * <p>{@code owner}, {@code broken} and {@code dependents} change under the lock of {@code waiters}. A task may read
 * without it whether it is the owner itself: no other task makes that true or false while it runs. A new owner notes
 * that it holds the lock when it runs again, on its own thread, so that its list of possessions needs no lock.
 * {@code SynchronizationStressTest} has tasks of several loops lock, wait, signal and be cancelled at random.
 */
final class FairLock extends Possession implements Lock {
    private final WaitQueue<Waiter> waiters = new WaitQueue<>();
    private @Nullable Parkable owner;
    private boolean broken;
    private @Nullable Dependent dependents;

    // ---- acquiring

    @Override
    public void acquire() {
        acquireAs("Lock.acquire");
    }

    void acquireAs(String what) {
        Parkable task = Parkable.current(what);
        task.checkpoint();
        if (!tryAcquire(task, what)) {
            queueUp(new Waiter(task, "lock"));
        }
        task.hold(this);
    }

    @Override
    public void acquireNowait() {
        acquireNowaitAs("Lock.acquireNowait");
    }

    void acquireNowaitAs(String what) {
        Parkable task = Parkable.current(what);
        if (!tryAcquire(task, what)) {
            throw new WouldBlockException(what);
        }
        task.hold(this);
    }

    private boolean tryAcquire(Parkable task, String what) {
        waiters.lock();
        Parkable current = owner;
        if (current == null) {
            owner = task;
        }
        boolean dead = broken;
        waiters.unlock();
        if (dead) {
            throw brokenLock();
        }
        if (current == task) {
            throw new IllegalStateException(
                    what + ": the task '" + name(task)
                            + "' owns the lock already, and it is not reentrant: release it first");
        }
        return current == null;
    }

    /** Waits for the lock, unless it has been released in the meantime. */
    private void queueUp(Waiter waiter) {
        waiters.lockToWait();
        boolean free = owner == null;
        if (free) {
            owner = waiter.task;
        } else if (!broken) {
            waiters.add(waiter);
        }
        boolean dead = broken;
        waiters.unlock();
        if (dead || (!free && !waiter.await())) {
            throw brokenLock();
        }
    }

    // ---- releasing

    @Override
    public void release() {
        releaseAs("Lock.release");
    }

    void releaseAs(String what) {
        Parkable task = Parkable.current(what);
        checkOwner(task, what);
        release(task);
    }

    /** Releases the lock; by its owner. The next owner is set before the grant, because that task may run at once. */
    void release(Parkable task) {
        StackReserve.forOperation();
        task.letGo(this);
        waiters.lock();
        Waiter next = waiters.first();
        owner = next == null ? null : next.task;
        waiters.unlockAndWake(waiters.grantFirst());
    }

    void checkOwner(Parkable task, String what) {
        if (owner != task) {
            LockStatistics now = statistics();
            if (now.broken()) {
                throw brokenLock();
            }
            Optional<TaskInfo> other = now.owner();
            throw new IllegalStateException(what + ": the task '" + name(task) + "' does not own the lock, "
                    + (other.isPresent() ? "but the task '" + other.get().name() + "' does" : "nobody does")
                    + ": acquire it first");
        }
    }

    @Override
    public Held hold() {
        ReleaseOnce hold = new ReleaseOnce(this::release);
        acquireAs("Lock.hold");
        return hold;
    }

    // ---- for conditions

    /** An object with tasks that wait for a signal of the lock's owner. If the lock breaks, no signal will come. */
    abstract static class Dependent extends Link<Dependent> {
        /** How many tasks are inside, from their release of the lock until they own it again. Under the lock's bit. */
        private int inside;

        /** The lock is broken. */
        abstract void close();
    }

    /** Counts a task that begins to wait for a signal. */
    void enter(Dependent condition) {
        waiters.lock();
        if (condition.inside++ == 0) {
            dependents = condition.joinBefore(dependents);
        }
        waiters.unlock();
    }

    /** A task that was inside owns the lock again, or cannot have it. */
    void leave(Dependent condition) {
        waiters.lock();
        if (--condition.inside == 0 && !broken) {
            dependents = condition.leave(dependents);
        }
        waiters.unlock();
    }

    /** Lets a task that was signalled wait for the lock; by the owner, which has reserved stack for this. */
    void enqueue(Waiter signalled) {
        waiters.lockReserved();
        waiters.add(signalled);
        waiters.unlock();
    }

    /** Waits for the lock after {@link #enqueue}. */
    void awaitOwnership(Waiter signalled) {
        if (!signalled.await()) {
            throw brokenLock();
        }
        signalled.task.hold(this);
    }

    /**
     * Takes the lock again after a wait that ended without a signal. It fails if the lock is broken, or for lack of
     * stack.
     */
    void reacquire(Waiter patient) {
        queueUp(patient);
        patient.task.hold(this);
    }

    // ---- breaking

    @Override
    protected void abandoned() {
        waiters.lock();
        broken = true;
        Dependent dependent = dependents;
        dependents = null;
        waiters.unlockAndWake(waiters.closeAll());
        for (; dependent != null; dependent = dependent.next()) {
            dependent.close();
        }
    }

    BrokenLockException brokenLock() {
        Optional<TaskInfo> last = statistics().owner();
        return new BrokenLockException(last.isPresent() ? last.get().name() : "");
    }

    // ---- reading

    private static String name(Parkable task) {
        return ((TaskContext) task).info().name();
    }

    @Override
    public boolean locked() {
        waiters.lock();
        boolean locked = owner != null;
        waiters.unlock();
        return locked;
    }

    @Override
    public LockStatistics statistics() {
        waiters.lock();
        Parkable current = owner;
        boolean dead = broken;
        int waiting = waiters.size();
        waiters.unlock();
        Optional<TaskInfo> info = current == null ? Optional.empty() : Optional.of(((TaskContext) current).info());
        return new LockStatistics(current != null, info, waiting, dead);
    }

    @Override
    public String toString() {
        LockStatistics now = statistics();
        String state = now.broken() ? "broken by '" : "held by '";
        return "Lock[" + now.owner().map(task -> state + task.name() + "'").orElse("free") + ", " + now.tasksWaiting()
                + " waiting]";
    }
}
