package io.anyio.bench.echo;

import io.anyio.bench.option.BenchOptions;
import io.anyio.bench.option.EchoCase;
import io.anyio.bench.option.ServerKind;
import io.anyio.bench.process.Tools;
import io.anyio.bench.report.Table;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The heap that an idle connection holds: live bytes after a full collection with all connections open, each after one
 * echo, less those before. Memory outside the heap, direct buffers for instance, is not in it.
 */
public final class IdleHeap {
    private final BenchOptions options;
    private final Harness harness;

    /** A measurement with these options. */
    public IdleHeap(BenchOptions options, Harness harness) {
        this.options = options;
        this.harness = harness;
    }

    /** Heap bytes for one idle connection, by server. */
    public record Heap(int connections, Map<String, Double> bytesPerConnection, Map<String, String> missing) {
        /** The table. */
        public String describe() {
            Table table = new Table("server", "heap bytes per idle connection");
            bytesPerConnection.forEach((server, bytes) -> table.add(server, Table.number(bytes, 0)));
            StringBuilder text = new StringBuilder(connections + " idle connections\n").append(table);
            missing.forEach((server, reason) -> text.append("not measured: ").append(server).append(": ").append(reason)
                    .append('\n'));
            return text.toString();
        }
    }

    /** Measures the servers that run on the JVM. */
    public Heap run() throws IOException, InterruptedException {
        EchoCase idle = new EchoCase(options.idleConnections(), 64);
        Map<String, Double> bytes = new LinkedHashMap<>();
        Map<String, String> missing = new LinkedHashMap<>();
        List<ServerKind> kinds = options.servers().stream().filter(kind -> kind.platform() == ServerKind.Platform.JVM)
                .toList();
        for (Server server : harness.start(kinds, idle, missing)) {
            try (server) {
                bytes.put(server.kind().toString(), measure(server, idle));
            } catch (IOException e) {
                missing.put(server.kind().toString(), String.valueOf(e.getMessage()));
            }
        }
        return new Heap(idle.connections(), bytes, missing);
    }

    private double measure(Server server, EchoCase idle) throws IOException, InterruptedException {
        harness.load().run(server, new EchoCase(10, idle.size()), 0.5, 0, true);
        long before = liveBytes(server);
        long[] after = new long[1];
        harness.load().run(server, idle, 0, 0, true, () -> after[0] = liveBytes(server));
        return (double) (after[0] - before) / idle.connections();
    }

    /** The class histogram collects garbage first; its last line is {@code Total <instances> <bytes>}. */
    private static long liveBytes(Server server) throws IOException, InterruptedException {
        Tools.Outcome outcome = Tools
                .run(List.of(Tools.ofJdk("jcmd"), String.valueOf(server.pid()), "GC.class_histogram"));
        String[] words = outcome.lastLine().split(" +");
        if (!outcome.isSuccess() || words.length != 3 || !words[0].equals("Total")) {
            throw new IOException("jcmd GC.class_histogram failed: " + outcome.lastLine());
        }
        return Long.parseLong(words[2]);
    }
}
