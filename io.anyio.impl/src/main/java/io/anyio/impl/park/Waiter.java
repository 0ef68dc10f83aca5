package io.anyio.impl.park;

import io.anyio.impl.spin.StackReserve;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One wait of one task.
 *
 * <pre>
 *             tryGrant (value written before)
 *   WAITING ---------------------------------> GRANTED     await() returns true
 *      |  \-----------------------------------> CANCELLED   await() throws CancelledError
 *      |                cancel
 *      \--------------------------------------> CLOSED      await() returns false
 *                       tryClose
 * </pre>
 *
 * One CAS leaves WAITING; who wins it calls {@link #wake} once, outside of any lock. A grant stands: the wait returns
 * normally even if a cancellation arrives before the task runs, and that one is thrown at the next checkpoint.
 */
public class Waiter {
    private static final int WAITING = 0;
    private static final int GRANTED = 1;
    private static final int CANCELLED = 2;
    private static final int CLOSED = 3;
    private static final AtomicIntegerFieldUpdater<Waiter> STATE = AtomicIntegerFieldUpdater.newUpdater(Waiter.class,
            "state");

    /** The task that waits. */
    public final Parkable task;

    final String operation;
    final boolean cancellable;

    /**
     * What is handed over by the grant; or, before it, what the waiter offers. Guarded by the queue, published by the
     * CAS.
     */
    public @Nullable Object value;

    /** The queue in which the waiter stands, and its neighbours; guarded by the queue. */
    @Nullable
    WaitQueue queue;

    @Nullable
    Waiter previous;
    @Nullable
    Waiter next;

    private volatile int state;

    /**
     * Makes a wait for the current task.
     *
     * @param task the current task
     * @param operation what it waits for, for people
     */
    public Waiter(Parkable task, String operation) {
        this(task, operation, true);
    }

    /**
     * Makes a wait for the current task.
     *
     * @param task the current task
     * @param operation what it waits for, for people
     * @param cancellable whether a cancellation ends it
     */
    public Waiter(Parkable task, String operation, boolean cancellable) {
        this.task = task;
        this.operation = operation;
        this.cancellable = cancellable;
    }

    /**
     * Waits, on the task's own thread, for the outcome. A cancellation that arrived after the last checkpoint, such as
     * between the grant of an operation's first wait and the turn in which it begins its second one, is seen here.
     *
     * @return true if granted, false if closed
     * @throws io.anyio.api.task.CancelledError if cancelled, or closed and cancelled meanwhile: a task that is stopped
     * with its resources sees the cancellation
     * @throws RuntimeException if the task cannot be suspended where it is, see
     * {@link io.anyio.impl.loop.Loop#suspend}; so do errors. The wait is withdrawn then, unless it is decided already,
     * which stands
     */
    public final boolean await() {
        StackReserve.forOperation();
        if (task.cancellationPending()) {
            cancelledBefore();
        }
        task.waiting = this;
        try {
            while (state == WAITING) {
                task.loop.suspend(task, !cancellable);
            }
        } catch (Throwable unfit) {
            if (tryCancel()) {
                throw unfit;
            }
        } finally {
            task.waiting = null;
        }
        task.refillBudget();
        if (state == CANCELLED || (state == CLOSED && cancellable && task.cancellationPending())) {
            throw task.cancelled();
        }
        return isGranted();
    }

    /** Nobody woke the task for a cancellation that came while it did not wait. What is decided already stands. */
    private void cancelledBefore() {
        if (!cancellable) {
            heldBack();
        } else if (tryCancel()) {
            throw task.cancelled();
        }
    }

    /** Whether the outcome is a grant; then {@link #value} is what was handed over. */
    final boolean isGranted() {
        return state == GRANTED;
    }

    /**
     * Grants the wait, with what is in {@link #value}. Under the lock of the queue if there is one, which must unlink
     * the waiter.
     *
     * @return whether this call decided it; then {@link #wake} is due
     */
    public final boolean tryGrant() {
        return STATE.compareAndSet(this, WAITING, GRANTED);
    }

    /**
     * Ends the wait because its object was closed. Under the lock of the queue if there is one, which must unlink the
     * waiter.
     *
     * @return whether this call decided it; then {@link #wake} is due
     */
    public final boolean tryClose() {
        return STATE.compareAndSet(this, WAITING, CLOSED);
    }

    /** Lets the task go on; by who decided the wait, once, and under no lock. From any thread. */
    public final void wake() {
        task.loop.resume(task);
    }

    /** Grants and wakes a waiter that stands in no queue. From any thread. */
    public final void grant() {
        StackReserve.forLock();
        if (tryGrant()) {
            wake();
        }
    }

    /** Cancels the wait unless it is decided. In the task's loop. */
    final void cancel() {
        if (tryCancel()) {
            wake();
        }
    }

    /**
     * A cancellation has arrived, before or while the task waits, that does not end this wait, since it is not
     * cancellable. In the task's loop.
     */
    protected void heldBack() {}

    /** Cancels the wait and takes the waiter out of its queue, under the lock of which the caller is not. */
    final boolean tryCancel() {
        WaitQueue from = queue;
        if (from == null) {
            return STATE.compareAndSet(this, WAITING, CANCELLED);
        }
        from.lockReserved();
        try {
            if (!STATE.compareAndSet(this, WAITING, CANCELLED)) {
                return false;
            }
            from.unlink(this);
            from.withdrawn(this);
            return true;
        } finally {
            from.unlock();
        }
    }
}
