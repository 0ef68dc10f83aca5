package io.anyio.impl.thread;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A wait of an ordinary thread for the end of something. */
@FunctionalInterface
public interface TimedWait {
    /**
     * Waits for at most the given time.
     *
     * @param nanos the time in nanoseconds
     * @return whether the end has come
     * @throws InterruptedException if the thread is interrupted
     */
    boolean await(long nanos) throws InterruptedException;

    /**
     * {@link #patiently(long, TimedWait)} for a latch.
     *
     * @param nanos the time in nanoseconds, {@link Long#MAX_VALUE} for no limit
     * @param latch what is waited for
     * @return whether it has come
     */
    static boolean patiently(long nanos, CountDownLatch latch) {
        return patiently(nanos, left -> latch.await(left, TimeUnit.NANOSECONDS));
    }

    /**
     * Waits for the whole time even if the thread is interrupted; the interrupt flag is set again at the end.
     *
     * @param nanos the time in nanoseconds, {@link Long#MAX_VALUE} for no limit
     * @param wait the wait, which is begun again after an interrupt
     * @return whether the end has come
     */
    static boolean patiently(long nanos, TimedWait wait) {
        long end = System.nanoTime() + nanos;
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return wait.await(Math.max(0, nanos == Long.MAX_VALUE ? nanos : end - System.nanoTime()));
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
