package io.anyio.api.task;

import java.time.Duration;
import java.util.Objects;

/**
 * A point in time on the monotonic clock of an event loop. AnyIO uses a number of seconds for this.
 *
 * <p>Only points on the same clock can be compared. All loops without a virtual clock share one clock.
 *
 * <p>Guide: {@code docs/cancellation.md}.
 *
 * @param nanos nanoseconds since an arbitrary point
 */
public record Deadline(long nanos) implements Comparable<Deadline> {
    /** The latest point: a scope with this deadline never times out. */
    public static final Deadline NEVER = new Deadline(Long.MAX_VALUE);

    /** The earliest point: the value of {@code AnyIO.currentEffectiveDeadline()} in a cancelled scope. */
    public static final Deadline PAST = new Deadline(Long.MIN_VALUE);

    /**
     * Returns the point that is a duration later than this one. {@link #NEVER} and {@link #PAST} do not change; a
     * result that is out of range becomes one of them.
     *
     * @param duration how much later; a negative one gives an earlier point
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
     * Returns the time from this point to another one, which is negative if the other one is earlier. A result outside
     * the range of a {@code long} of nanoseconds becomes the nearest value inside it.
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
     * Tests whether this point is earlier than another one.
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
     * Converts a duration to nanoseconds. A result outside the range of a {@code long} becomes the nearest value inside
     * it.
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

    // by hand, as what a record has of itself is linked when it is first used, perhaps near the end of a stack
    @Override
    public final boolean equals(Object other) {
        return other instanceof Deadline deadline && nanos == deadline.nanos;
    }

    @Override
    public final int hashCode() {
        return Long.hashCode(nanos);
    }

    @Override
    public String toString() {
        return equals(NEVER) ? "Deadline[never]" : equals(PAST) ? "Deadline[past]" : "Deadline[" + nanos + " ns]";
    }
}
