package io.anyio.impl.spin;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A lock that is held for a few instructions, never over a call to a task, a loop, the system or user code.
 *
 * <p>A monitor would not do, nor a lock that parks: a task that waits for one is given it while its loop runs others, and the loop's own thread, if it wants the same lock then, waits for a task that only
 * the loop can let go on.
 */
public class SpinBit {
    private static final VarHandle BIT;

    static {
        try {
            BIT = MethodHandles.lookup().findVarHandle(SpinBit.class, "bit", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("UnusedVariable") // through BIT
    private volatile int bit;

    /** Takes the lock. */
    public final void lock() {
        while (!BIT.compareAndSet(this, 0, 1)) {
            do {
                Thread.onSpinWait();
            } while (bit != 0);
        }
    }

    /** Gives the lock back. */
    public final void unlock() {
        BIT.setRelease(this, 0);
    }
}
