package io.anyio.bench.echo;

import io.anyio.bench.load.LoadResult;
import io.anyio.bench.option.BenchOptions;
import io.anyio.bench.option.EchoCase;
import io.anyio.bench.option.ServerKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
            Map<ServerKind, List<LoadResult>> rounds = new LinkedHashMap<>();
            for (Server server : List.copyOf(servers)) {
                if (load(servers, server, echoCase, 0, options.warmup(), missing) != null) {
                    rounds.put(server.kind(), new ArrayList<>());
                }
            }
            for (int round = 0; round < options.rounds(); round++) {
                for (Server server : List.copyOf(servers)) {
                    LoadResult result = load(servers, server, echoCase, options.settle(), options.seconds(), missing);
                    if (result != null) {
                        rounds.getOrDefault(server.kind(), new ArrayList<>()).add(result);
                    }
                }
            }
            missing.keySet().forEach(name -> rounds.remove(ServerKind.parse(name)));
            return EchoResult.of(echoCase, rounds, missing, options.baseline());
        } finally {
            for (Server server : servers) {
                server.close();
            }
        }
    }

    /** One turn; a server that fails in it is stopped, and reported as missing with the reason. */
    private @Nullable LoadResult load(
            List<Server> servers, Server server, EchoCase echoCase, double settle, double seconds,
            Map<String, String> missing)
            throws IOException, InterruptedException {
        try {
            return harness.load().run(server, echoCase, settle, seconds, options.check());
        } catch (IOException e) {
            missing.put(server.kind().toString(), "failed under load: " + e.getMessage());
            servers.remove(server);
            server.close();
            return null;
        }
    }
}
