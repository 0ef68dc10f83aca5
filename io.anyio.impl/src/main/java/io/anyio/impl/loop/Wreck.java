package io.anyio.impl.loop;

import io.anyio.api.task.Clock;
import io.anyio.impl.poll.Poller;
import io.anyio.impl.poll.Registration;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What a loop that broke goes on with until its tasks have ended: a poller that knows no channels, and the system's
 * time, counted from the loop's own.
 *
 * <p>It never waits for long, so nobody need wake it up: whoever still has the closed poller cannot.
 */
final class Wreck extends Poller {
    private static final long LONGEST_WAIT = TimeUnit.MILLISECONDS.toNanos(5);

    private final Time time;

    Wreck(long now) {
        time = new Time(now - System.nanoTime());
    }

    Time clock() {
        return time;
    }

    /** The time, from when the loop broke. */
    record Time(long offset) implements Clock, Clock.Ticker {
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

    @Override
    public Registration prepare(SelectableChannel channel) {
        throw new ClosedSelectorException();
    }

    @Override
    public boolean hasChannels() {
        return false;
    }

    @Override
    public int selectNow() {
        return 0;
    }

    @Override
    public int select(long nanos) {
        boolean _ = Thread.interrupted();
        LockSupport.parkNanos(this, Math.min(nanos, LONGEST_WAIT));
        return 0;
    }

    @Override
    public void flush() {}

    @Override
    public void wakeup() {}

    @Override
    public void close(@Nullable Throwable cause) {}
}
