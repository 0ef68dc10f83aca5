package io.anyio.impl.loop;

import io.anyio.api.task.Clock;

/**
 * The system's time, counted on from the time of another clock: the clock of a loop that broke.
 *
 * @param offset nanoseconds by which the other clock was ahead of the system's
 */
record SystemTime(long offset) implements Clock, Clock.Ticker {
    /** Goes on from the time of the other clock. */
    static SystemTime from(long now) {
        return new SystemTime(now - System.nanoTime());
    }

    @Override
    public long nanoTime() {
        return System.nanoTime() + offset;
    }

    @Override
    public Ticker attach(Runnable wakeup) {
        return this;
    }

    @Override
    public long waitNanos(long deadline) {
        return deadline == Long.MAX_VALUE ? Long.MAX_VALUE : deadline - nanoTime();
    }

    @Override
    public long quiet(long deadline, long quietNanos, boolean ran) {
        return Long.MAX_VALUE;
    }

    @Override
    public void detach() {}
}
