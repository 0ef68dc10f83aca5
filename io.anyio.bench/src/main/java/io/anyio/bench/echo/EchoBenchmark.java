package io.anyio.bench.echo;

import io.anyio.bench.load.LoadResult;
import io.anyio.bench.option.BenchOptions;
import io.anyio.bench.option.EchoCase;
import io.anyio.bench.option.ServerKind;
import io.anyio.bench.report.Numbers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Loads all servers in turn, A B C A B C: what changes on the machine in the course of a run then changes for all of
 * them, and the ratio of two servers is taken within each round. All servers of a case run all the time; those that
 * have no turn wait without using a processor.
 */
public final class EchoBenchmark {
    private final BenchOptions options;
    private final Harness harness;

    /** A benchmark with these options. */
    public EchoBenchmark(BenchOptions options, Harness harness) {
        this.options = options;
        this.harness = harness;
    }

    /** Measures one case. */
    public EchoResult run(EchoCase echoCase) throws IOException, InterruptedException {
        Map<String, String> missing = new LinkedHashMap<>();
        List<Server> servers = harness.start(options.servers(), echoCase, missing);
        try {
            round(servers, echoCase.unpaced(), 0, options.warmup(), missing);
            EchoCase load = echoCase.rate() == EchoCase.HALF ? halfOfSlowest(servers, echoCase, missing) : echoCase;
            Map<ServerKind, List<LoadResult>> rounds = new LinkedHashMap<>();
            for (int round = 0; round < options.rounds(); round++) {
                round(servers, load, options.settle(), options.seconds(), missing)
                        .forEach((kind, result) -> rounds.computeIfAbsent(kind, _ -> new ArrayList<>()).add(result));
            }
            missing.keySet().forEach(name -> rounds.remove(ServerKind.parse(name)));
            return EchoResult.of(load, rounds, missing, options.baseline());
        } finally {
            for (Server server : servers) {
                server.close();
            }
        }
    }

    private EchoCase halfOfSlowest(List<Server> servers, EchoCase echoCase, Map<String, String> missing)
            throws IOException, InterruptedException {
        return echoCase.at(Numbers.min(
                round(servers, echoCase.unpaced(), options.settle(), options.seconds(), missing).values(),
                LoadResult::requestsPerSecond) / 2);
    }

    /** One turn for each server; one that fails in it is stopped, and reported as missing with the reason. */
    private Map<ServerKind, LoadResult> round(List<Server> servers, EchoCase load, double settle, double seconds,
            Map<String, String> missing) throws IOException, InterruptedException {
        Map<ServerKind, LoadResult> results = new LinkedHashMap<>();
        for (Server server : List.copyOf(servers)) {
            try {
                results.put(server.kind(), harness.load().run(server, load, settle, seconds, options.check()));
            } catch (IOException e) {
                missing.put(server.kind().toString(), "failed under load: " + e.getMessage());
                servers.remove(server);
                server.close();
            }
        }
        return results;
    }
}
