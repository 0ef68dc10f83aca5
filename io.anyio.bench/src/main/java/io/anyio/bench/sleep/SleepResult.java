package io.anyio.bench.sleep;

import java.util.Arrays;

/**
 * One run of one peer; times in seconds.
 *
 * @param peer who slept
 * @param pattern how long
 * @param sleepers how many at once
 * @param ideal how long the run would take if nothing cost time
 * @param wall how long it took
 * @param cpu CPU time of the process
 * @param other CPU time of the rest of the machine, with what the hypervisor took; NaN if unknown
 * @param collecting time in which the garbage collector stopped all others; NaN if unknown
 * @param allAsleep when the last of the sleepers began to sleep
 * @param lateMedian how much too late half of them had woken
 * @param late99 the same of 99 %
 * @param lateMost the same of all
 */
public record SleepResult(
        String peer,
        SleepPattern pattern,
        int sleepers,
        double ideal,
        double wall,
        double cpu,
        double other,
        double collecting,
        double allAsleep,
        double lateMedian,
        double late99,
        double lateMost) {

    /** Reads what a process of sleepers says after {@code slept }. */
    static SleepResult parse(String peer, SleepPattern pattern, int sleepers, double ideal, String line) {
        double[] n = Arrays.stream(line.split(" ")).mapToDouble(Double::parseDouble).toArray();
        return new SleepResult(peer, pattern, sleepers, ideal, n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]);
    }

    /** How many times the ideal time it took. */
    public double ratio() {
        return wall / ideal;
    }

    /** How much the rest of the machine used, in shares of one core. */
    public double otherShare() {
        return other / wall;
    }
}
