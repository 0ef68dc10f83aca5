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
 * {@snippet :
 * Deadline start = AnyIO.currentTime();
 * try (var _ = clock.hold()) {
 *     AnyIO.checkpoint();
 * }
 * clock.autojump(false);
 * clock.jump(Duration.ofMinutes(5));
 * assertEquals(Duration.ofMinutes(5), start.until(AnyIO.currentTime()));
 * }
 *
 * <p>It jumps when all of this holds for every loop that shares it: no task can run, none is in blocking code of
 * another library, no worker thread, process or call into a loop with another clock is in progress, and no code
 * {@linkplain #hold() holds} the clock. A worker thread that calls into a loop on this clock counts as waiting, like
 * the tasks of that loop. While channels are open on a loop, the clock first waits for a short quiet time, because
 * bytes may be on their way. All methods may be called from any thread.
 *
 * <p>Guide: {@code docs/testing.md}. Trio has {@code trio.testing.MockClock} for this.
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

    /** Keeps the clock from jumping by itself until it is closed. */
    public interface Hold extends AutoCloseable {
        /** Ends the hold; a second call has no effect. From any thread. */
        @Override
        void close();
    }

    /**
     * Keeps the clock from jumping by itself, for example while a thread that is unknown to the loop is going to call
     * into it.
     *
     * @return the hold, which the caller must close
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
     * Sets whether the clock jumps by itself. If it does not, only {@link #jump} moves it.
     *
     * @param on true, as at the beginning, if the clock jumps by itself
     */
    public void autojump(boolean on) {
        synchronized (this) {
            autojump = on;
        }
        wake();
    }

    /**
     * Sets how long, in real time, a loop with open channels must have nothing to run before the clock jumps.
     *
     * @param time the quiet time, 10 ms at the beginning
     * @throws IllegalArgumentException if the time is negative
     */
    public void quietTime(Duration time) {
        Objects.requireNonNull(time, "VirtualClock.quietTime: the time is null");
        if (time.isNegative()) {
            throw new IllegalArgumentException(
                    "The quiet time is " + time + ", which is negative: give Duration.ZERO for none");
        }
        synchronized (this) {
            quiet = time.toNanos();
        }
        wake();
    }

    /**
     * Moves the clock forward.
     *
     * @param time the duration by which it moves
     * @throws IllegalArgumentException if the time is negative
     */
    public void jump(Duration time) {
        Objects.requireNonNull(time, "VirtualClock.jump: the time is null");
        if (time.isNegative()) {
            throw new IllegalArgumentException(
                    "The clock cannot jump by " + time + ", which is negative: give zero or more");
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
