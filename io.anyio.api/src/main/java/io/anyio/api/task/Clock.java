package io.anyio.api.task;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Where an event loop takes its time from. The system's clock is the default; a test gives a virtual one.
 *
 * <p>A clock may be shared by several loops. Each attaches itself, and tells its {@link Ticker} each time that it has
 * nothing to run: the chance of a virtual clock to move on by itself.
 */
@ConsumerType
public interface Clock {
    /**
     * The time now, on a clock that never goes backwards. From any thread.
     *
     * @return nanoseconds; zero has no meaning
     */
    long nanoTime();

    /**
     * A loop begins to run on this clock.
     *
     * @param wakeup makes the loop look at the time again, and tell again if it has nothing to run; from any thread
     * @return what the clock is to this loop
     */
    Ticker attach(Runnable wakeup);

    /** A clock as one of its loops sees it. */
    @ConsumerType
    interface Ticker {
        /**
         * How long the loop may wait, in real time, for a deadline if nothing else happens.
         *
         * @param deadline the loop's next deadline in the clock's nanoseconds, {@link Long#MAX_VALUE} for none
         * @return nanoseconds of real time; zero or less for a deadline that has been reached, {@link Long#MAX_VALUE}
         * until the loop is woken
         */
        long waitNanos(long deadline);

        /**
         * The loop begins to look whether it can run something. What it tells by {@link #quiet} is true from here on,
         * unless another loop has told of something else meanwhile.
         */
        default void looks() {}

        /**
         * The loop can run nothing: every task waits in the library, and nothing outside is under way that will come
         * back to it.
         *
         * @param deadline the loop's next deadline in the clock's nanoseconds, {@link Long#MAX_VALUE} for none
         * @param quietNanos for how many nanoseconds of real time this has been so; {@link Long#MAX_VALUE} if there are
         * no channels on which something could arrive
         * @param ran whether the loop has run something since it last told; then other loops may have got something to
         * run
         * @return nanoseconds of real time until the loop is to tell again; zero if the time has moved,
         * {@link Long#MAX_VALUE} until the loop is woken
         */
        long quiet(long deadline, long quietNanos, boolean ran);

        /** The loop has ended. */
        void detach();
    }
}
