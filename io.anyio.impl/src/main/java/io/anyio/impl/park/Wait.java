package io.anyio.impl.park;

import io.anyio.impl.link.Link;
import io.anyio.impl.spin.SpinBit;
import io.anyio.impl.spin.StackReserve;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One wait, and how it ends.
 *
 * <pre>
 *                  tryGrant
 *   WAITING ---------------------------------> GRANTED
 *      |  \-----------------------------------> CANCELLED
 *      |               tryCancel
 *      \--------------------------------------> CLOSED
 *                      tryClose
 * </pre>
 *
 * One CAS leaves WAITING, so a wait is decided once. The thread that wins that CAS calls {@link #wake} once, under no
 * lock. The decision is final. The data of a grant is written before the CAS, because the task may see the new state
 * before it is woken.
 *
 * <p>A wait that is in a queue is decided under the queue's lock and leaves the queue with its decision. So all waits
 * in a queue are undecided, as seen under its lock. {@code WaitQueueTest} shows this for one thread; the jcstress tests
 * {@code GrantOrCancel} and {@code GrantPublishesValue} show it for two, each with a broken twin.
 */
public abstract class Wait extends Link<Wait> {
    private static final int WAITING = 0;
    private static final int GRANTED = 1;
    private static final int CANCELLED = 2;
    private static final int CLOSED = 3;
    // no VarHandle: see SpinBit
    private static final AtomicIntegerFieldUpdater<Wait> STATE = AtomicIntegerFieldUpdater.newUpdater(Wait.class,
            "state");

    /** What the wait sees of its queue. */
    abstract static class Queue extends SpinBit {
        /** Removes a wait that was cancelled; under the lock. */
        abstract void withdraw(Wait cancelled);
    }

    /** What the task waits for, for display. */
    final String operation;

    /** The queue to which it was added, if any. Written before the wait begins. */
    @Nullable
    Queue queue;

    private volatile int state;

    Wait(String operation) {
        this.operation = operation;
    }

    final boolean isUndecided() {
        return state == WAITING;
    }

    final boolean isGranted() {
        return state == GRANTED;
    }

    final boolean isCancelled() {
        return state == CANCELLED;
    }

    /**
     * Grants the wait. If it is in a queue, that is for {@link WaitQueue} to do.
     *
     * @return whether this call decided it; then {@link #wake} is due
     */
    public final boolean tryGrant() {
        return STATE.compareAndSet(this, WAITING, GRANTED);
    }

    /**
     * Ends the wait because its object was closed. If it is in a queue, that is for {@link WaitQueue} to do.
     *
     * @return whether this call decided it; then {@link #wake} is due
     */
    public final boolean tryClose() {
        return STATE.compareAndSet(this, WAITING, CLOSED);
    }

    /** Cancels the wait and removes it from its queue, whose lock the caller does not have. */
    final boolean tryCancel() {
        Queue from = queue;
        if (from == null) {
            return STATE.compareAndSet(this, WAITING, CANCELLED);
        }
        from.lockReserved();
        try {
            if (!STATE.compareAndSet(this, WAITING, CANCELLED)) {
                return false;
            }
            from.withdraw(this);
            return true;
        } finally {
            from.unlock();
        }
    }

    /** Grants and wakes a wait that is in no queue, unless it is already decided. From any thread. */
    public final void grant() {
        StackReserve.forLock();
        if (tryGrant()) {
            wake();
        }
    }

    /** Lets the task continue. Called once, by the code that decided the wait, under no lock. From any thread. */
    public abstract void wake();

    /** The task was cancelled while it waits. In the task's loop. */
    abstract void cancellationArrived();
}
