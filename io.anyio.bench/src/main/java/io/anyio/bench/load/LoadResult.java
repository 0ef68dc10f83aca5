package io.anyio.bench.load;

import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What the load generator measured between the first message sent and the last echo read. Times are in nanoseconds.
 *
 * @param requests whole echoes read
 * @param errors connections that ended early, answered wrongly or did not answer
 * @param lost datagrams without an echo, which were sent again
 * @param wall elapsed time
 * @param serverCpu CPU time of the server's process, user and system; -1 where the system does not tell
 * @param clientCpu CPU time of the load generator; -1 where the system does not tell
 * @param otherCpu CPU time of everything else on the machine, interrupts and steal included; -1 where the system does
 * not tell
 * @param p50 half of the echoes took at most this
 * @param p99 99 % of the echoes took at most this
 * @param p999 99.9 % of the echoes took at most this
 * @param largest the slowest echo
 */
public record LoadResult(
        long requests,
        long errors,
        long lost,
        long wall,
        long serverCpu,
        long clientCpu,
        long otherCpu,
        long p50,
        long p99,
        long p999,
        long largest) {

    static LoadResult of(Histogram latencies, long errors, long lost, Usage used) {
        return new LoadResult(
                latencies.getTotalCount(),
                errors,
                lost,
                used.wall(),
                used.server(),
                used.client(),
                used.other(),
                latencies.getValueAtPercentile(50),
                latencies.getValueAtPercentile(99),
                latencies.getValueAtPercentile(99.9),
                latencies.getMaxValue());
    }

    /** Whole echoes in a second. */
    public double requestsPerSecond() {
        return requests * 1e9 / wall;
    }

    /** CPU microseconds of the server for one echo; NaN where unknown. */
    public double serverMicrosPerRequest() {
        return serverCpu < 0 || requests == 0 ? Double.NaN : serverCpu / 1e3 / requests;
    }

    /** Share of one core that the server used; NaN where unknown. */
    public double serverBusy() {
        return serverCpu < 0 ? Double.NaN : (double) serverCpu / wall;
    }

    /** Share of one core that the load generator used; NaN where unknown. */
    public double clientBusy() {
        return clientCpu < 0 ? Double.NaN : (double) clientCpu / wall;
    }

    /** Share of one core that everything else used; NaN where unknown. */
    public double otherBusy() {
        return otherCpu < 0 ? Double.NaN : (double) otherCpu / wall;
    }

    /** The line that {@link #parse} reads. */
    public String format() {
        return ("requests=%d errors=%d lost=%d wall=%d serverCpu=%d clientCpu=%d otherCpu=%d"
                + " p50=%d p99=%d p999=%d largest=%d")
                .formatted(requests, errors, lost, wall, serverCpu, clientCpu, otherCpu, p50, p99, p999, largest);
    }

    /** Reads a line made by {@link #format}. */
    public static LoadResult parse(String line) {
        Map<String, String> values = LoadRequest.pairs(line);
        return new LoadResult(
                number(values, "requests"),
                number(values, "errors"),
                number(values, "lost"),
                number(values, "wall"),
                number(values, "serverCpu"),
                number(values, "clientCpu"),
                number(values, "otherCpu"),
                number(values, "p50"),
                number(values, "p99"),
                number(values, "p999"),
                number(values, "largest"));
    }

    private static long number(Map<String, String> values, String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("The load generator's answer lacks '" + name + "': " + values);
        }
        return Long.parseLong(value);
    }
}
