package io.anyio.impl.park;

import io.anyio.api.spi.error.Sneaky;
import io.anyio.impl.spin.StackReserve;
import org.jspecify.annotations.Nullable;

/**
 * Waits in the order in which they began, and the short lock under which a primitive changes its state.
 *
 * <p>The lock is a spin bit, so that {@code set}, {@code release} and {@code close} are not checkpoints and work from
 * any thread. A wait leaves the queue when it is decided, under the same lock: all waits in the queue are undecided.
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
     * Takes the lock for a caller that may have to wait. The stack for {@link Waiter#await} is reserved before the wait
     * is added.
     *
     * @throws StackOverflowError if there is too little stack; the lock is not taken then
     */
    public final void lockToWait() {
        StackReserve.forOperation();
        lockReserved();
    }

    @SuppressWarnings("unchecked") // only waits of this type are added
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
     * Whether no task waits; under the lock.
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
     * Adds a wait at the end; under the lock.
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
     * Grants and removes the first wait; under the lock.
     *
     * @return the wait, which the caller wakes after it has released the lock, or null if no task waits
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
     * Grants and removes the first waits; under the lock.
     *
     * @param count how many; if fewer wait, all of them
     * @return the first of a chain for {@link #wakeAll}, or null if none was granted
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
     * Grants and removes all waits; under the lock.
     *
     * @return the first of a chain for {@link #wakeAll}, or null if no task waits
     */
    public final @Nullable W grantAll() {
        return grantFirst(size);
    }

    /**
     * Closes and removes all waits; under the lock.
     *
     * @return the first of a chain for {@link #wakeAll}, or null if no task waits
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
     * Removes a wait, which the caller decides; under the lock.
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
     * Called when a wait was cancelled and removed; under the lock.
     *
     * @param wait the wait
     */
    protected void withdrawn(W wait) {}

    /**
     * Releases the lock, and then wakes a chain of waits in their order.
     *
     * @param first what {@link #grantFirst}, {@link #grantAll} or {@link #closeAll} returned
     */
    public final void unlockAndWake(@Nullable W first) {
        unlock();
        wakeAll(first);
    }

    /**
     * Wakes a chain of waits in their order; under no lock. If one wake-up throws, the others are still woken.
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
