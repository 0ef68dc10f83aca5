package io.anyio.bench.echo;

import io.anyio.bench.load.LoadResult;
import io.anyio.bench.option.EchoCase;
import io.anyio.bench.option.ServerKind;
import io.anyio.bench.report.Numbers;
import io.anyio.bench.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The numbers of one case.
 *
 * @param load the case
 * @param baseline the server whose ratio is 1
 * @param servers those that were measured
 * @param missing those that were not, with the reason
 */
public record EchoResult(EchoCase load, String baseline, List<ServerResult> servers, Map<String, String> missing) {
    /** From this share of its core on, the load generator may be what limits. */
    private static final double SATURATED = 0.97;
    /** From this share of a core on, the rest of the machine disturbs. */
    private static final double DISTURBED = 0.1;

    /**
     * The numbers of one server: medians over the rounds.
     *
     * @param server its name
     * @param requestsPerSecond echoes in a second
     * @param slowest the slowest round's
     * @param fastest the fastest round's
     * @param ratio to the baseline's of the same round; NaN if that was not measured
     * @param cpuRatio the same for echoes in a CPU second of the server, which also holds where the load generator or
     * other work is the limit
     * @param serverMicros CPU microseconds of the server for one echo
     * @param p50 latency in microseconds
     * @param p99 latency in microseconds
     * @param p999 latency in microseconds
     * @param serverBusy share of one core that the server used
     * @param clientBusy share of one core that the load generator used
     * @param otherBusy share of one core that everything else on the machine used
     * @param errors failed connections in all rounds
     * @param lost datagrams that were sent again in all rounds
     * @param rounds what was measured in each round
     */
    public record ServerResult(
            String server,
            double requestsPerSecond,
            double slowest,
            double fastest,
            double ratio,
            double cpuRatio,
            double serverMicros,
            double p50,
            double p99,
            double p999,
            double serverBusy,
            double clientBusy,
            double otherBusy,
            long errors,
            long lost,
            List<LoadResult> rounds) {

        static ServerResult of(ServerKind kind, List<LoadResult> rounds, List<LoadResult> baseline) {
            return new ServerResult(
                    kind.toString(),
                    Numbers.median(rounds, LoadResult::requestsPerSecond),
                    Numbers.min(rounds, LoadResult::requestsPerSecond),
                    Numbers.max(rounds, LoadResult::requestsPerSecond),
                    ratio(rounds, baseline, LoadResult::requestsPerSecond),
                    ratio(rounds, baseline, result -> 1 / result.serverMicrosPerRequest()),
                    Numbers.median(rounds, LoadResult::serverMicrosPerRequest),
                    Numbers.median(rounds, result -> result.p50() / 1e3),
                    Numbers.median(rounds, result -> result.p99() / 1e3),
                    Numbers.median(rounds, result -> result.p999() / 1e3),
                    Numbers.median(rounds, LoadResult::serverBusy),
                    Numbers.median(rounds, LoadResult::clientBusy),
                    Numbers.median(rounds, LoadResult::otherBusy),
                    rounds.stream().mapToLong(LoadResult::errors).sum(),
                    rounds.stream().mapToLong(LoadResult::lost).sum(),
                    rounds);
        }

        /** The median of the ratios within each round. */
        private static double ratio(List<LoadResult> rounds, List<LoadResult> baseline,
                ToDoubleFunction<LoadResult> property) {
            return Numbers.median(IntStream.range(0, Math.min(rounds.size(), baseline.size()))
                    .mapToDouble(i -> property.applyAsDouble(rounds.get(i)) / property.applyAsDouble(baseline.get(i)))
                    .toArray());
        }
    }

    static EchoResult of(
            EchoCase load, Map<ServerKind, List<LoadResult>> rounds, Map<String, String> missing, ServerKind baseline) {
        List<ServerResult> servers = new ArrayList<>();
        rounds.forEach((kind, results) -> servers
                .add(ServerResult.of(kind, results, rounds.getOrDefault(baseline, List.of()))));
        return new EchoResult(load, baseline.toString(), servers, missing);
    }

    /** The table, and what a reader must know to judge it. */
    public String describe() {
        double unit = load.isBulk() ? load.size() / 1e9 : 1;
        int decimals = load.isBulk() ? 3 : 0;
        Table table = new Table(
                "server", load.isBulk() ? "GB/s" : "req/s", "min", "max", "x " + baseline, "per cpu", "cpu us/req",
                "p50 us", "p99 us", "p99.9 us", "server", "client", "other", "errors");
        for (ServerResult it : servers) {
            table.add(
                    it.server(),
                    Table.number(it.requestsPerSecond() * unit, decimals),
                    Table.number(it.slowest() * unit, decimals),
                    Table.number(it.fastest() * unit, decimals),
                    Table.number(it.ratio(), 2),
                    Table.number(it.cpuRatio(), 2),
                    Table.number(it.serverMicros(), 2),
                    Table.number(it.p50(), 0),
                    Table.number(it.p99(), 0),
                    Table.number(it.p999(), 0),
                    percent(it.serverBusy()),
                    percent(it.clientBusy()),
                    percent(it.otherBusy()),
                    String.valueOf(it.errors()));
        }
        StringBuilder text = new StringBuilder(table.toString());
        missing.forEach((server, reason) -> text.append("not measured: ").append(server).append(": ").append(reason)
                .append('\n'));
        List<String> bound = names(it -> it.clientBusy() >= SATURATED && it.serverBusy() < it.clientBusy());
        if (!bound.isEmpty()) {
            text.append("The load generator is the limit for %s: compare 'per cpu', not req/s.\n"
                    .formatted(String.join(", ", bound)));
        }
        List<String> disturbed = names(it -> it.otherBusy() >= DISTURBED);
        if (!disturbed.isEmpty()) {
            text.append("Other work of the machine disturbed %s: trust 'per cpu' more than req/s and latencies.\n"
                    .formatted(String.join(", ", disturbed)));
        }
        servers.stream().filter(it -> it.lost() > 0).forEach(it -> text.append("Datagrams lost and sent again: ")
                .append(it.server()).append(' ').append(it.lost()).append('\n'));
        return text.toString();
    }

    private List<String> names(Predicate<ServerResult> condition) {
        return servers.stream().filter(condition).map(ServerResult::server).toList();
    }

    private static String percent(double share) {
        return Double.isNaN(share) ? "-" : Table.number(share * 100, 0) + "%";
    }
}
