package io.anyio.impl.time;

import io.anyio.api.task.Clock;

/** The system's monotonic clock. */
public enum SystemClock implements Clock {
    /** The only one: it has no state. */
    INSTANCE;

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public boolean idle(long deadline, long quietNanos) {
        return false;
    }

    @Override
    public long waitNanos(long deadline) {
        return deadline - System.nanoTime();
    }
}
