package io.anyio.impl.time;

import io.anyio.api.task.Clock;

/** The system's monotonic clock. */
public enum SystemClock implements Clock, Clock.Ticker {
    /** The only one: it has no state. */
    INSTANCE;

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Ticker attach(Runnable wakeup) {
        return this;
    }

    @Override
    public long waitNanos(long deadline) {
        return deadline == Long.MAX_VALUE ? Long.MAX_VALUE : deadline - System.nanoTime();
    }

    @Override
    public long quiet(long deadline, long quietNanos, boolean ran) {
        return Long.MAX_VALUE;
    }

    @Override
    public void detach() {}
}
