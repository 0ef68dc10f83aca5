package io.anyio.impl.spin;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * A lock that is held for a few instructions, never over a call to a task, a loop, the system or user code.
 *
 * <p>A monitor or a parking lock would not work. A task that waits for one may become its next owner while its loop
 * runs other tasks. If the loop's own thread then needs the same lock, it waits for a task that only the loop can
 * continue.
 */
public class SpinBit {
    /** How many rounds a thread that is not a task spins, before it yields. */
    private static final int SPINS = 200;

    /** The round from which on it sleeps instead. */
    private static final int YIELDS = 400;
    private static final Duration PAUSE = Duration.ofNanos(50_000);
    /**
     * Not a VarHandle: the JVM links each use of one when it is first reached, which takes more stack than may be left.
     */
    private static final AtomicIntegerFieldUpdater<SpinBit> BIT = AtomicIntegerFieldUpdater.newUpdater(SpinBit.class,
            "bit");

    @SuppressWarnings("UnusedVariable") // through BIT
    private volatile int bit;

    /**
     * Takes the lock. Enough stack is left for the work under the lock and for the wake-ups that follow.
     *
     * @throws StackOverflowError if too little stack is left; the lock is not taken then
     */
    public final void lock() {
        StackReserve.forLock();
        lockReserved();
    }

    /** Takes the lock, within an operation that has reserved stack for that. */
    public final void lockReserved() {
        if (!BIT.compareAndSet(this, 0, 1)) {
            contend();
        }
    }

    private void contend() {
        int rounds = 0;
        boolean interrupted = false;
        do {
            do {
                if (++rounds < SPINS || Thread.currentThread().isVirtual()) {
                    Thread.onSpinWait();
                } else {
                    interrupted |= pause(rounds);
                }
            } while (bit != 0);
        } while (!BIT.compareAndSet(this, 0, 1));
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Leaves the processor to the thread that has the lock, and to tasks that want it. A task cannot do that: it would
     * let other tasks run in the middle of an operation.
     *
     * @return whether the thread was interrupted
     */
    private static boolean pause(int rounds) {
        if (rounds < YIELDS) {
            Thread.yield();
            return false;
        }
        try {
            Thread.sleep(PAUSE);
            return false;
        } catch (InterruptedException _) {
            return true;
        }
    }

    /**
     * Releases the lock. The assertion finds an operation that forgot to take the lock, even in a test with one loop.
     */
    public final void unlock() {
        assert bit != 0 : "The lock is released, but no thread holds it";
        BIT.lazySet(this, 0);
    }
}
