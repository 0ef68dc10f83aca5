package io.anyio.api.task;

import java.time.Duration;
import java.util.Objects;

/**
 * A point on the monotonic clock of an event loop.
 *
 * <p>Points of different clocks must not be compared; all loops without a virtual clock share one clock.
 *
 * @param nanos nanoseconds on that clock; its zero has no meaning
 */
public record Deadline(long nanos) implements Comparable<Deadline> {
    /** Later than every other point: a scope with this deadline never times out. */
    public static final Deadline NEVER = new Deadline(Long.MAX_VALUE);

    /** Earlier than every other point: what {@code currentEffectiveDeadline()} tells in a cancelled scope. */
    public static final Deadline PAST = new Deadline(Long.MIN_VALUE);

    /**
     * The point that lies a duration after this one; {@link #NEVER} and {@link #PAST} stay what they are, and what does
     * not fit becomes one of them.
     *
     * @param duration how much later, may be negative
     * @return the later point
     */
    public Deadline plus(Duration duration) {
        Objects.requireNonNull(duration, "Deadline.plus: the duration is null");
        if (equals(NEVER) || equals(PAST)) {
            return this;
        }
        long delta = nanosOf(duration);
        long sum = nanos + delta;
        if (((nanos ^ sum) & (delta ^ sum)) < 0) {
            return delta > 0 ? NEVER : PAST;
        }
        return new Deadline(sum);
    }

    /**
     * The time from this point to another one: negative if the other one is earlier, cut to the range of a {@code long}
     * of nanoseconds.
     *
     * @param other the other point
     * @return the time between them
     */
    public Duration until(Deadline other) {
        Objects.requireNonNull(other, "Deadline.until: the other deadline is null");
        if (other.equals(NEVER) || equals(PAST)) {
            return Duration.ofNanos(Long.MAX_VALUE);
        }
        if (other.equals(PAST) || equals(NEVER)) {
            return Duration.ofNanos(Long.MIN_VALUE);
        }
        long difference = other.nanos - nanos;
        if (((other.nanos ^ nanos) & (other.nanos ^ difference)) < 0) {
            return Duration.ofNanos(nanos < other.nanos ? Long.MAX_VALUE : Long.MIN_VALUE);
        }
        return Duration.ofNanos(difference);
    }

    /**
     * Whether this point is earlier than another one.
     *
     * @param other the other point
     * @return true if earlier
     */
    public boolean isBefore(Deadline other) {
        Objects.requireNonNull(other, "Deadline.isBefore: the other deadline is null");
        return nanos < other.nanos;
    }

    @Override
    public int compareTo(Deadline other) {
        Objects.requireNonNull(other, "Deadline.compareTo: the other deadline is null");
        return Long.compare(nanos, other.nanos);
    }

    /**
     * A duration in nanoseconds, cut to the range of a {@code long}.
     *
     * @param duration the duration
     * @return its nanoseconds
     */
    public static long nanosOf(Duration duration) {
        Objects.requireNonNull(duration, "Deadline.nanosOf: the duration is null");
        long seconds = duration.getSeconds();
        if (seconds >= Long.MAX_VALUE / 1_000_000_000L) {
            return Long.MAX_VALUE;
        }
        if (seconds <= Long.MIN_VALUE / 1_000_000_000L) {
            return Long.MIN_VALUE;
        }
        return seconds * 1_000_000_000L + duration.getNano();
    }

    @Override
    public String toString() {
        return equals(NEVER) ? "Deadline[never]" : equals(PAST) ? "Deadline[past]" : "Deadline[" + nanos + " ns]";
    }
}
