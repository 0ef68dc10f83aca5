package io.anyio.bench.sleep;

import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;

/**
 * For how long each sleeper of one run sleeps, when it began and when it woke. Each sleeper tells of itself, from any
 * thread; read after all have ended.
 */
final class Night {
    private static final long SEED = 2026;

    private final long start;
    private final long[] lengths;
    private final long[] begun;
    private final long[] late;
    private final SleepPattern pattern;

    /** A run that starts now, and ends ideally after this time. */
    Night(SleepPattern pattern, int sleepers, Duration ideal) {
        this.pattern = pattern;
        lengths = switch (pattern) {
            case SPREAD -> new SplittableRandom(SEED).longs(sleepers, 0, ideal.toNanos()).toArray();
            case TOGETHER -> new long[sleepers];
        };
        if (pattern == SleepPattern.TOGETHER) {
            Arrays.fill(lengths, ideal.toNanos());
        }
        begun = new long[sleepers];
        late = new long[sleepers];
        start = System.nanoTime();
    }

    int sleepers() {
        return lengths.length;
    }

    /** A sleeper begins: how long it is to sleep from now; zero if its moment has gone by. */
    Duration begin(int sleeper) {
        long now = System.nanoTime() - start;
        begun[sleeper] = now;
        if (pattern == SleepPattern.SPREAD) {
            lengths[sleeper] = Math.max(0, lengths[sleeper] - now);
        }
        return Duration.ofNanos(lengths[sleeper]);
    }

    /** A sleeper has woken. */
    void woke(int sleeper) {
        late[sleeper] = System.nanoTime() - start - begun[sleeper] - lengths[sleeper];
    }

    /** When the last of them began to sleep, in nanoseconds since the start. */
    long allAsleep() {
        return Arrays.stream(begun).max().orElse(0);
    }

    /** By how much they woke too late; one whose moment had gone by before it began counts from its beginning. */
    Histogram late() {
        Histogram histogram = new Histogram(2);
        for (long nanos : late) {
            histogram.recordValue(Math.max(0, nanos));
        }
        return histogram;
    }
}
