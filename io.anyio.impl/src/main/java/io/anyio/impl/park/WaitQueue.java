package io.anyio.impl.park;

import io.anyio.impl.spin.SpinBit;
import org.jspecify.annotations.Nullable;

/**
 * Waiters in the order in which they came, and the short lock under which a primitive changes its state.
 *
 * <p>The lock is a spin bit, so that {@code set}, {@code release} and {@code close} are no checkpoints and work from
 * any thread.
 */
public class WaitQueue extends SpinBit {
    private @Nullable Waiter head;
    private @Nullable Waiter tail;
    private int size;

    /**
     * How many wait; under the lock.
     *
     * @return the number of waiters
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
     * The waiter that came first; under the lock.
     *
     * @return the waiter, which stays in the queue, or null
     */
    public final @Nullable Waiter first() {
        return head;
    }

    /**
     * The waiter that came after another one; under the lock.
     *
     * @param waiter one of this queue
     * @return the next waiter, or null
     */
    public final @Nullable Waiter after(Waiter waiter) {
        return waiter.next;
    }

    /**
     * Puts a waiter at the end; under the lock.
     *
     * @param waiter one that stands in no queue
     */
    public final void add(Waiter waiter) {
        waiter.queue = this;
        waiter.previous = tail;
        if (tail == null) {
            head = waiter;
        } else {
            tail.next = waiter;
        }
        tail = waiter;
        size++;
    }

    /**
     * Grants the first waiter and takes it out; under the lock. To be woken afterwards.
     *
     * @return the waiter, or null if nobody waits
     */
    public final @Nullable Waiter grantFirst() {
        Waiter first = head;
        if (first != null && first.tryGrant()) {
            unlink(first);
            return first;
        }
        return null;
    }

    /**
     * Grants the first waiters and takes them out; under the lock.
     *
     * @param count how many, fewer if fewer wait
     * @return the first of a chain for {@link #wakeAll}, or null if nobody is granted
     */
    public final @Nullable Waiter grantFirst(int count) {
        Waiter first = head;
        Waiter last = null;
        Waiter waiter = first;
        for (int i = 0; i < count && waiter != null; i++) {
            waiter.tryGrant();
            size--;
            last = waiter;
            waiter = waiter.next;
        }
        if (last == null) {
            return null;
        }
        last.next = null;
        head = waiter;
        if (waiter == null) {
            tail = null;
        } else {
            waiter.previous = null;
        }
        return first;
    }

    /**
     * Closes every waiter and takes it out; under the lock.
     *
     * @return the first of a chain for {@link #wakeAll}, or null if nobody waits
     */
    public final @Nullable Waiter closeAll() {
        for (Waiter waiter = head; waiter != null; waiter = waiter.next) {
            waiter.tryClose();
        }
        return takeAll();
    }

    /**
     * Grants every waiter and takes it out; under the lock.
     *
     * @return the first of a chain for {@link #wakeAll}, or null if nobody waits
     */
    public final @Nullable Waiter grantAll() {
        for (Waiter waiter = head; waiter != null; waiter = waiter.next) {
            waiter.tryGrant();
        }
        return takeAll();
    }

    private @Nullable Waiter takeAll() {
        Waiter first = head;
        head = null;
        tail = null;
        size = 0;
        return first;
    }

    /**
     * Wakes a chain of waiters, in order; not under the lock.
     *
     * @param first what {@link #grantAll} or {@link #closeAll} gave
     */
    public static void wakeAll(@Nullable Waiter first) {
        Waiter waiter = first;
        while (waiter != null) {
            Waiter next = waiter.next;
            waiter.wake();
            waiter = next;
        }
    }

    /**
     * Takes a waiter out; under the lock.
     *
     * @param waiter one of this queue
     */
    public final void unlink(Waiter waiter) {
        Waiter before = waiter.previous;
        Waiter behind = waiter.next;
        if (before == null) {
            head = behind;
        } else {
            before.next = behind;
        }
        if (behind == null) {
            tail = before;
        } else {
            behind.previous = before;
        }
        waiter.previous = null;
        waiter.next = null;
        size--;
    }

    /**
     * A waiter was cancelled and has been taken out; under the lock.
     *
     * @param waiter the waiter
     */
    protected void withdrawn(Waiter waiter) {}
}
