package io.anyio.bench.load;

/**
 * Latencies in fixed log-linear buckets: 128 linear steps for each power of two, so a value is known to better than 1
 * %.
 *
 * <p>Recording is an index computation and one increment; nothing is allocated. Values are nanoseconds, negative ones
 * count as 0. Used by one thread at a time.
 */
public final class Histogram {
    private static final int STEP_BITS = 7;
    private static final int STEPS = 1 << STEP_BITS;

    private final long[] counts = new long[(64 - STEP_BITS) * STEPS];
    private long total;
    private long largest;

    /** Counts one value in nanoseconds. */
    public void record(long nanos) {
        long value = Math.max(0, nanos);
        counts[index(value)]++;
        total++;
        largest = Math.max(largest, value);
    }

    /** Adds everything that {@code other} counted. */
    public void add(Histogram other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
        total += other.total;
        largest = Math.max(largest, other.largest);
    }

    /** Forgets everything. */
    public void reset() {
        java.util.Arrays.fill(counts, 0);
        total = 0;
        largest = 0;
    }

    /** How many values were counted. */
    public long total() {
        return total;
    }

    /** The largest value counted, exactly; 0 if there is none. */
    public long largest() {
        return largest;
    }

    /**
     * The upper end of the bucket that holds the given share of all values, for example 0.99; 0 if nothing was counted.
     */
    public long percentile(double share) {
        long wanted = Math.max(1, (long) Math.ceil(share * total));
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= wanted) {
                return Math.min(largest, upperEnd(i));
            }
        }
        return largest;
    }

    static int index(long value) {
        if (value < STEPS) {
            return (int) value;
        }
        int shift = 63 - Long.numberOfLeadingZeros(value) - STEP_BITS;
        return (shift + 1) * STEPS + (int) (value >>> shift) - STEPS;
    }

    static long upperEnd(int index) {
        if (index < STEPS) {
            return index;
        }
        int shift = index / STEPS - 1;
        return ((long) (index % STEPS + STEPS + 1) << shift) - 1;
    }
}
