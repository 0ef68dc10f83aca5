package io.anyio.api.task;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * The source of an event loop's time. The default is the system's monotonic clock; a test may give a virtual one.
 *
 * <p>Several loops may share a clock. Each loop attaches itself, and reports to its {@link Ticker} whenever it has
 * nothing to run; a virtual clock uses this to move on.
 */
@ConsumerType
public interface Clock {
    /**
     * Returns the current time, which never goes backwards. From any thread.
     *
     * @return nanoseconds since an arbitrary point
     */
    long nanoTime();

    /**
     * Called when a loop begins to run on this clock.
     *
     * @param wakeup makes the loop read the time again, and report again if it has nothing to run; may be called from
     * any thread
     * @return this loop's view of the clock
     */
    Ticker attach(Runnable wakeup);

    /** The clock as one of its loops sees it. */
    @ConsumerType
    interface Ticker {
        /**
         * Computes how long the loop may wait for a deadline, in real time, if nothing else happens.
         *
         * @param deadline the loop's next deadline in the clock's nanoseconds; {@link Long#MAX_VALUE} if it has none
         * @return nanoseconds of real time; zero or less if the deadline has been reached, {@link Long#MAX_VALUE} to
         * wait until the loop is woken
         */
        long waitNanos(long deadline);

        /**
         * Called when the loop begins to look for something to run. What it then reports by {@link #quiet} holds from
         * this moment on, unless another loop has run something since.
         */
        default void looks() {}

        /**
         * Called when the loop has nothing to run: every task waits in an operation of the library, and nothing outside
         * the loop is in progress that will resume one.
         *
         * @param deadline the loop's next deadline in the clock's nanoseconds; {@link Long#MAX_VALUE} if it has none
         * @param quietNanos for how long this has been so, in nanoseconds of real time; {@link Long#MAX_VALUE} if no
         * channel is open on which something could arrive
         * @param ran whether the loop has run something since its last report; if so, other loops may have something to
         * run
         * @return nanoseconds of real time after which the loop should report again; zero if the time has moved,
         * {@link Long#MAX_VALUE} to wait until the loop is woken
         */
        long quiet(long deadline, long quietNanos, boolean ran);

        /** Called when the loop has ended. */
        void detach();
    }
}
