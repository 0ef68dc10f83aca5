package io.anyio.impl.loop;

import io.anyio.api.spi.error.Report;
import io.anyio.impl.time.Timer;
import java.util.Queue;

/**
 * Hands in what a loop is to run, and runs it: what fails there is logged, and takes neither the loop nor anything else
 * along.
 *
 * <p>What was decided, and is done by nobody else, is tried again for a while if it fails for want of memory, as the
 * JDK does when it lets a virtual thread go on: a fiber whose wait is decided, a timer, a cancellation.
 */
final class Guard {
    private static final Report LOG = new Report(Guard.class.getName());

    /** How often it is tried again, with pauses: for three seconds and longer. */
    private static final int MOST_TRIES = 3_000;

    private static final long PAUSE_NANOS = 1_000_000;

    private Guard() {}

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

    /** After a lack of memory, pauses if it is worth another try. */
    private static boolean isTriedAgain(Object item, int tries) {
        boolean isDecided = item instanceof Fiber || item instanceof Timer
                || (item instanceof Job job && job.isDecided());
        if (!isDecided || tries == MOST_TRIES) {
            return false;
        }
        // to park a virtual thread takes memory
        for (long begin = System.nanoTime(); System.nanoTime() - begin < PAUSE_NANOS;) {
            Thread.onSpinWait();
        }
        return true;
    }

    /** Tells a fiber that it never runs. */
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
