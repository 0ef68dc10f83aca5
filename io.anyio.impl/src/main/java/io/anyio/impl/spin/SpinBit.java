package io.anyio.impl.spin;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * A lock that is held for a few instructions, never over a call to a task, a loop, the system or user code.
 *
 * <p>A monitor would not do, nor a lock that parks: a task that waits for one is given it while its loop runs others,
 * and the loop's own thread, if it wants the same lock then, waits for a task that only the loop can let go on.
 */
public class SpinBit {
    /** After so many rounds a thread that is no task does something else than to spin; after so many it sleeps. */
    private static final int SPINS = 200;

    private static final int YIELDS = 400;
    private static final Duration PAUSE = Duration.ofNanos(50_000);
    /**
     * No VarHandle: the JVM links each use of one when it is first reached, which takes more stack than there may be.
     */
    private static final AtomicIntegerFieldUpdater<SpinBit> BIT = AtomicIntegerFieldUpdater.newUpdater(SpinBit.class,
            "bit");

    @SuppressWarnings("UnusedVariable") // through BIT
    private volatile int bit;

    /**
     * Takes the lock. There is enough stack left afterwards, for what is done under the lock and for the wake-ups that
     * it makes due.
     *
     * @throws StackOverflowError if there is not, and the lock is not taken
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
     * Leaves the processor to whoever has the lock, or wants it and is a task. A task itself cannot do that: it would
     * hand its loop to others in the middle of something.
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

    /** Gives the lock back. The assertion makes an operation that forgets to take it fail in a test with one loop. */
    public final void unlock() {
        assert bit != 0 : "The lock is given back, and nobody has it";
        BIT.lazySet(this, 0);
    }
}
