package io.anyio.api.task;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Where an event loop takes its time from. The system's clock is the default; a test gives a virtual one.
 *
 * <p>A loop reads the clock from any of its threads and offers it, each time that it has nothing to run, the chance to move on by itself.
 */
@ConsumerType
public interface Clock {
    /**
     * The time now, on a clock that never goes backwards.
     *
     * @return nanoseconds; zero has no meaning
     */
    long nanoTime();

    /**
     * Called on the loop's thread when no task can run and nothing outside is outstanding: a virtual clock may jump to the deadline.
     *
     * @param deadline the next deadline of the loop in this clock's nanoseconds, {@link Long#MAX_VALUE} if there is none
     * @param quietNanos for how many nanoseconds of real time the loop has had nothing to run; always {@link Long#MAX_VALUE} if no I/O could arrive
     * @return true if the time has moved; false if the loop is to wait, in real time, for {@link #waitNanos} at the most
     */
    boolean idle(long deadline, long quietNanos);

    /**
     * How long the loop may wait in real time for the deadline, if nothing else happens.
     *
     * @param deadline the next deadline in this clock's nanoseconds, never {@link Long#MAX_VALUE}
     * @return nanoseconds of real time, zero or less for a deadline that has been reached
     */
    long waitNanos(long deadline);

    /**
     * Tells the clock that a loop runs on it, and how to wake that loop when a hold on the clock has ended.
     *
     * @param wakeup may be run from any thread
     */
    default void attach(Runnable wakeup) {}
}
