package io.anyio.impl.loop;

import io.anyio.api.spi.error.Report;
import io.anyio.impl.time.Timer;

/** Runs what a loop was given: what fails there is logged, and takes neither the loop nor anything else along. */
final class Guard {
    private static final Report LOG = new Report(Guard.class.getName());

    private Guard() {}

    static void run(Runnable job) {
        try {
            job.run();
        } catch (Throwable e) {
            LOG.log(System.Logger.Level.ERROR, e, "A job of an event loop failed");
        }
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
        try {
            due.expire();
            due.fire();
        } catch (Throwable e) {
            LOG.log(System.Logger.Level.ERROR, e, "A timer of an event loop failed");
        }
    }
}
