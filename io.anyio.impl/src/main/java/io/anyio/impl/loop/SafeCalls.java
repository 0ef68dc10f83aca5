package io.anyio.impl.loop;

import io.anyio.api.spi.error.Report;
import io.anyio.impl.time.Timer;
import java.util.Queue;

/**
 * Hands in the jobs of a loop and runs them. A failure is logged; it ends neither the loop nor any other job.
 *
 * <p>Some jobs carry out a decision that no other code would carry out: a fiber whose wait is decided, a timer, a
 * cancellation. If such a job fails because memory is short, it is tried again for a while, as the JDK does when it
 * continues a virtual thread.
 */
final class SafeCalls {
    private static final Report LOG = new Report(SafeCalls.class.getName());

    /** How often a job is tried again, with pauses: for at least three seconds. */
    private static final int MOST_TRIES = 3_000;

    private static final long PAUSE_NANOS = 1_000_000;

    private SafeCalls() {}

    /** Hands in a fiber or a job. */
    static void add(Queue<Object> queue, Object item) {
        for (int tries = 0;; tries++) {
            try {
                queue.add(item);
                return;
            } catch (OutOfMemoryError e) {
                if (!isTriedAgain(item, tries)) {
                    throw e;
                }
            }
        }
    }

    static void run(Runnable job) {
        for (int tries = 0;; tries++) {
            try {
                job.run();
                return;
            } catch (Throwable e) {
                if (!(e instanceof OutOfMemoryError && isTriedAgain(job, tries))) {
                    LOG.log(System.Logger.Level.ERROR, e, "A job of an event loop failed");
                    return;
                }
            }
        }
    }

    /** Pauses after a lack of memory; false if the item is not tried again. */
    private static boolean isTriedAgain(Object item, int tries) {
        boolean isDecided = item instanceof Fiber || item instanceof Timer
                || (item instanceof Job job && job.isDecided());
        if (!isDecided || tries == MOST_TRIES) {
            return false;
        }
        // parking a virtual thread needs memory
        for (long begin = System.nanoTime(); System.nanoTime() - begin < PAUSE_NANOS;) {
            Thread.onSpinWait();
        }
        return true;
    }

    /** Tells a fiber that it will never run. */
    static void notStarted(Fiber fiber, Throwable why) {
        try {
            fiber.notStarted(why);
        } catch (Throwable e) {
            LOG.log(System.Logger.Level.ERROR, e, "A task that could not be started could not be ended either");
        }
    }

    /** Fires a timer that is due. */
    static void fire(Timer due) {
        expire(due);
        run(due);
    }

    /** Tells a timer that it is due. */
    static void expire(Timer due) {
        try {
            due.expire();
        } catch (Throwable e) {
            LOG.log(System.Logger.Level.ERROR, e, "A timer of an event loop failed");
        }
    }
}
