package io.anyio.impl.park;

import io.anyio.api.spi.error.Sneaky;
import io.anyio.impl.spin.StackReserve;
import org.jspecify.annotations.Nullable;

/**
 * Waits in the order in which they began, and the short lock under which a primitive changes its state.
 *
 * <p>The lock is a spin bit, so that {@code set}, {@code release} and {@code close} are no checkpoints and work from
 * any thread. A wait is taken out with its decision, under the same lock: all that are in the queue are undecided.
 *
 * @param <W> the type of the waits
 */
public class WaitQueue<W extends Wait> extends Wait.Queue {
    private @Nullable Wait head;
    private @Nullable Wait tail;
    private int size;

    /** Makes an empty queue. */
    public WaitQueue() {}

    /**
     * Takes the lock, for who may have to wait: what {@link Waiter#await} needs is reserved before a wait is added.
     *
     * @throws StackOverflowError if there is too little stack, and the lock is not taken
     */
    public final void lockToWait() {
        StackReserve.forOperation();
        lockReserved();
    }

    @SuppressWarnings("unchecked") // only such are added
    private @Nullable W own(@Nullable Wait wait) {
        return (W) wait;
    }

    /**
     * How many wait; under the lock.
     *
     * @return the number of waits
     */
    public final int size() {
        return size;
    }

    /**
     * Whether nobody waits; under the lock.
     *
     * @return true if so
     */
    public final boolean isEmpty() {
        return head == null;
    }

    /**
     * The wait that began first; under the lock.
     *
     * @return the wait, which stays in the queue, or null
     */
    public final @Nullable W first() {
        return own(head);
    }

    /**
     * The wait that began after another one; under the lock.
     *
     * @param wait one of this queue
     * @return the next wait, or null
     */
    public final @Nullable W after(W wait) {
        return own(wait.next());
    }

    /**
     * Puts a wait at the end; under the lock.
     *
     * @param wait one that is in no queue
     */
    public final void add(W wait) {
        wait.queue = this;
        tail = wait.joinBehind(tail);
        if (head == null) {
            head = wait;
        }
        size++;
    }

    /**
     * Grants the first wait and takes it out; under the lock.
     *
     * @return the wait, which is to be woken after the lock was given back, or null if nobody waits
     */
    public final @Nullable W grantFirst() {
        Wait first = head;
        if (first != null) {
            first.tryGrant();
            unlink(first);
        }
        return own(first);
    }

    /**
     * Grants the first waits and takes them out; under the lock.
     *
     * @param count how many; if fewer wait, all of them
     * @return the first of a chain for {@link #wakeAll}, or null if nobody is granted
     */
    public final @Nullable W grantFirst(int count) {
        Wait first = head;
        Wait last = null;
        Wait wait = first;
        for (int i = 0; i < count && wait != null; i++) {
            wait.tryGrant();
            size--;
            last = wait;
            wait = wait.next();
        }
        if (last == null) {
            return null;
        }
        head = last.cut();
        if (head == null) {
            tail = null;
        }
        return own(first);
    }

    /**
     * Grants every wait and takes it out; under the lock.
     *
     * @return the first of a chain for {@link #wakeAll}, or null if nobody waits
     */
    public final @Nullable W grantAll() {
        return grantFirst(size);
    }

    /**
     * Closes every wait and takes it out; under the lock.
     *
     * @return the first of a chain for {@link #wakeAll}, or null if nobody waits
     */
    public final @Nullable W closeAll() {
        Wait first = head;
        for (Wait wait = first; wait != null; wait = wait.next()) {
            wait.tryClose();
        }
        head = null;
        tail = null;
        size = 0;
        return own(first);
    }

    /**
     * Takes out a wait, which the caller decides; under the lock.
     *
     * @param wait one of this queue
     */
    public final void unlink(Wait wait) {
        if (wait == tail) {
            tail = wait.previous();
        }
        head = wait.leave(head);
        size--;
    }

    @Override @SuppressWarnings("unchecked") // it was added
    final void withdraw(Wait cancelled) {
        unlink(cancelled);
        withdrawn((W) cancelled);
    }

    /**
     * A wait was cancelled and has been taken out; under the lock.
     *
     * @param wait the wait
     */
    protected void withdrawn(W wait) {}

    /**
     * Gives the lock back, and then wakes a chain of waits in their order.
     *
     * @param first what {@link #grantFirst}, {@link #grantAll} or {@link #closeAll} returned
     */
    public final void unlockAndWake(@Nullable W first) {
        unlock();
        wakeAll(first);
    }

    /**
     * Wakes a chain of waits in their order; under no lock. What one wake-up throws keeps no other from its own.
     *
     * @param first what {@link #grantFirst(int)}, {@link #grantAll} or {@link #closeAll} returned
     */
    public static void wakeAll(@Nullable Wait first) {
        Throwable failure = null;
        Wait wait = first;
        while (wait != null) {
            Wait next = wait.next();
            try {
                wait.wake();
            } catch (Throwable e) {
                failure = e;
            }
            wait = next;
        }
        if (failure != null) {
            throw Sneaky.<RuntimeException>asThrown(failure);
        }
    }
}
