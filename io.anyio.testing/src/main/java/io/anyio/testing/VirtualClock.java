package io.anyio.testing;

import io.anyio.api.task.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A clock that stands still while anything can happen, and then jumps to the next deadline.
 *
 * <p>It jumps when no task can run, none is in foreign blocking code, no worker thread, portal call or process is under way, and nobody {@linkplain #hold() holds} the clock. While channels
 * are open on the loop it first waits for a short quiet time, because bytes may be on their way. All methods may be called from any thread.
 */
public final class VirtualClock implements Clock {
    /** Odd, so that code which takes zero for a time is found out. */
    private static final long START = 1_000_000_000_000_007L;

    private static final Duration QUIET = Duration.ofMillis(10);

    private final List<Runnable> wakeups = new CopyOnWriteArrayList<>();
    private final AtomicInteger holds = new AtomicInteger();
    private volatile long now = START;
    private volatile boolean autojump = true;
    private volatile long quiet = QUIET.toNanos();

    /** Makes a clock that jumps by itself. */
    public VirtualClock() {}

    /** What keeps the clock from jumping by itself, until it is closed. */
    public interface Hold extends AutoCloseable {
        /** Lets the clock go; a second call changes nothing. From any thread. */
        @Override
        void close();
    }

    /**
     * Keeps the clock from jumping by itself: for a thread of which the loop knows nothing, and which will come back to it.
     *
     * @return the hold, to be closed
     */
    public Hold hold() {
        holds.incrementAndGet();
        AtomicBoolean open = new AtomicBoolean(true);
        return () -> {
            if (open.compareAndSet(true, false)) {
                holds.decrementAndGet();
                wake();
            }
        };
    }

    /**
     * Turns jumping by itself off or on; without it only {@link #jump} moves the clock.
     *
     * @param on whether the clock jumps by itself, as it does at the beginning
     */
    public void autojump(boolean on) {
        autojump = on;
        wake();
    }

    /**
     * Sets for how long, in real time, a loop with open channels must have nothing to do before the clock jumps.
     *
     * @param time the quiet time, 10 ms at the beginning
     */
    public void quietTime(Duration time) {
        quiet = time.toNanos();
        wake();
    }

    /**
     * Moves the clock on.
     *
     * @param time by how much
     * @throws IllegalArgumentException if it is negative
     */
    public void jump(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("A clock does not go back: " + time);
        }
        synchronized (this) {
            now += time.toNanos();
        }
        wake();
    }

    private void wake() {
        wakeups.forEach(Runnable::run);
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public boolean idle(long deadline, long quietNanos) {
        if (!autojump || holds.get() > 0 || deadline == Long.MAX_VALUE || quietNanos < quiet) {
            return false;
        }
        synchronized (this) {
            if (deadline > now) {
                now = deadline;
            }
        }
        return true;
    }

    @Override
    public long waitNanos(long deadline) {
        return deadline <= now ? 0 : quiet;
    }

    @Override
    public void attach(Runnable wakeup) {
        wakeups.add(wakeup);
    }
}
