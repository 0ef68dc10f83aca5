package io.anyio.testing;

import io.anyio.api.task.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A clock that stands still while anything can happen, and then jumps to the next deadline.
 *
 * <p>It jumps when on all loops that share it no task can run, none is in foreign blocking code, no worker thread,
 * process or call into a loop with another clock is under way (a worker that calls into a loop on this clock waits like
 * its tasks), and nobody {@linkplain #hold() holds} the clock. While channels are open on the loop it first waits for a
 * short quiet time, because bytes may be on their way. All methods may be called from any thread.
 */
public final class VirtualClock implements Clock {
    /** Odd, so that code which takes zero for a time is found out. */
    private static final long START = 1_000_000_000_000_007L;

    private static final Duration QUIET = Duration.ofMillis(10);

    private final List<LoopTicker> tickers = new CopyOnWriteArrayList<>();
    private volatile long now = START;

    // guarded by this
    private int holds;
    private boolean autojump = true;
    private long quiet = QUIET.toNanos();
    private long round;

    /** Makes a clock that jumps by itself. */
    public VirtualClock() {}

    /** What keeps the clock from jumping by itself, until it is closed. */
    public interface Hold extends AutoCloseable {
        /** Lets the clock go; a second call changes nothing. From any thread. */
        @Override
        void close();
    }

    /**
     * Keeps the clock from jumping by itself: for a thread of which the loop knows nothing, and which will come back to
     * it.
     *
     * @return the hold, to be closed
     */
    public Hold hold() {
        count(1);
        AtomicBoolean open = new AtomicBoolean(true);
        return () -> {
            if (open.compareAndSet(true, false)) {
                count(-1);
                wake();
            }
        };
    }

    private synchronized void count(int more) {
        holds += more;
    }

    /**
     * Turns jumping by itself off or on; without it only {@link #jump} moves the clock.
     *
     * @param on whether the clock jumps by itself, as it does at the beginning
     */
    public void autojump(boolean on) {
        synchronized (this) {
            autojump = on;
        }
        wake();
    }

    /**
     * Sets for how long, in real time, a loop with open channels must have nothing to do before the clock jumps.
     *
     * @param time the quiet time, 10 ms at the beginning
     * @throws IllegalArgumentException if it is negative
     */
    public void quietTime(Duration time) {
        Objects.requireNonNull(time, "VirtualClock.quietTime: the time is null");
        if (time.isNegative()) {
            throw new IllegalArgumentException("time < 0: " + time);
        }
        synchronized (this) {
            quiet = time.toNanos();
        }
        wake();
    }

    /**
     * Moves the clock on.
     *
     * @param time by how much
     * @throws IllegalArgumentException if it is negative
     */
    public void jump(Duration time) {
        Objects.requireNonNull(time, "VirtualClock.jump: the time is null");
        if (time.isNegative()) {
            throw new IllegalArgumentException("A clock does not go back: " + time);
        }
        synchronized (this) {
            now += time.toNanos();
            round++;
        }
        wake();
    }

    private void wake() {
        tickers.forEach(ticker -> ticker.wakeup.run());
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public Ticker attach(Runnable wakeup) {
        Objects.requireNonNull(wakeup, "VirtualClock.attach: what wakes the loop is null");
        LoopTicker ticker = new LoopTicker(wakeup);
        synchronized (this) {
            tickers.add(ticker);
            round++;
        }
        return ticker;
    }

    /**
     * Several loops on one clock are quiet together only if none has run anything since the others told that they are
     * quiet: it may have given them something to run. So a loop that has run begins a new round, and time moves when
     * all have told in the same one. A loop that looked in an earlier round looks again, for what it saw may have
     * changed before the other one told.
     */
    private long quiet(LoopTicker ticker, long deadline, long quietNanos, boolean ran) {
        synchronized (this) {
            boolean late = ticker.lookedIn != round;
            if (ran) {
                round++;
            }
            if (late) {
                return 0;
            }
            if (!autojump || holds > 0) {
                return Long.MAX_VALUE;
            }
            if (quietNanos < quiet) {
                return quiet - quietNanos;
            }
            ticker.toldIn = round;
            ticker.deadline = deadline;
            long earliest = Long.MAX_VALUE;
            for (LoopTicker each : tickers) {
                if (each.toldIn != round) {
                    each.wakeup.run();
                    earliest = Long.MIN_VALUE;
                }
                earliest = Math.min(earliest, each.deadline);
            }
            if (earliest <= now || earliest == Long.MAX_VALUE) {
                return Long.MAX_VALUE;
            }
            now = earliest;
            round++;
        }
        wake();
        return deadline <= now ? 0 : Long.MAX_VALUE;
    }

    /** The clock of one loop. */
    private final class LoopTicker implements Ticker {
        final Runnable wakeup;
        long lookedIn = -1;
        long toldIn = -1;
        long deadline = Long.MAX_VALUE;

        LoopTicker(Runnable wakeup) {
            this.wakeup = wakeup;
        }

        @Override
        public long waitNanos(long next) {
            return next <= now ? 0 : Long.MAX_VALUE;
        }

        @Override
        public void looks() {
            synchronized (VirtualClock.this) {
                lookedIn = round;
            }
        }

        @Override
        public long quiet(long next, long quietNanos, boolean ran) {
            return VirtualClock.this.quiet(this, next, quietNanos, ran);
        }

        @Override
        public void detach() {
            synchronized (VirtualClock.this) {
                tickers.remove(this);
                round++;
            }
            wake();
        }
    }
}
