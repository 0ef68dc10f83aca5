package io.anyio.bench.report;

import java.util.Arrays;
import java.util.Collection;
import java.util.function.ToDoubleFunction;

/** What is said about several rounds. */
public final class Numbers {
    private Numbers() {}

    /** The middle of the values, the mean of the two middle ones if their number is even; NaN if there are none. */
    public static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return n == 0 ? Double.NaN : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }

    /** The median of one property. */
    public static <T> double median(Collection<T> items, ToDoubleFunction<T> property) {
        return median(items.stream().mapToDouble(property).toArray());
    }

    /** The smallest value of one property. */
    public static <T> double min(Collection<T> items, ToDoubleFunction<T> property) {
        return items.stream().mapToDouble(property).min().orElse(Double.NaN);
    }

    /** The largest value of one property. */
    public static <T> double max(Collection<T> items, ToDoubleFunction<T> property) {
        return items.stream().mapToDouble(property).max().orElse(Double.NaN);
    }
}
