package io.anyio.bench.echo;

import io.anyio.bench.load.LoadResult;
import io.anyio.bench.option.BenchOptions;
import io.anyio.bench.option.EchoCase;
import io.anyio.bench.process.Child;
import io.anyio.bench.process.Tools;
import io.anyio.bench.report.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts the system calls of each server for one response: strace is attached to the warm server while all connections
 * are open and silent, and detached after the last echo, so that start, compilation and accept are not in the count.
 */
public final class SyscallCount {
    private static final Duration ATTACH_PATIENCE = Duration.ofSeconds(20);
    private static final Set<String> READS = Set.of("read", "readv", "recvfrom", "recvmsg", "recvmmsg");
    private static final Set<String> WRITES = Set.of("write", "writev", "sendto", "sendmsg", "sendmmsg");
    private static final Set<String> WAITS = Set.of("epoll_wait", "epoll_pwait", "epoll_pwait2", "poll", "ppoll",
            "select", "pselect6");

    private final BenchOptions options;
    private final Harness harness;

    /** A count with these options. */
    public SyscallCount(BenchOptions options, Harness harness) {
        this.options = options;
        this.harness = harness;
    }

    /** Why system calls cannot be counted here; empty if they can. */
    public static Optional<String> obstacle() {
        return Tools.find("strace").isPresent()
                ? Optional.empty()
                : Optional.of(
                        "System calls are not counted: no strace on the search path (on Debian: apt-get install "
                                + "strace)");
    }

    /** Calls for one response, by server and by the kernel's name of the call; and the table that says so. */
    public record Counts(EchoCase load, Map<String, Map<String, Double>> perResponse, Map<String, String> missing) {
        /** The table. */
        public String describe() {
            Table table = new Table("server", "reads", "writes", "waits", "futex", "epoll_ctl", "other");
            perResponse.forEach((server, calls) -> {
                double reads = sum(calls, READS);
                double writes = sum(calls, WRITES);
                double waits = sum(calls, WAITS);
                double futex = sum(calls, Set.of("futex"));
                double control = sum(calls, Set.of("epoll_ctl"));
                double all = sum(calls, calls.keySet());
                table.add(server, text(reads), text(writes), text(waits), text(futex), text(control),
                        text(all - reads - writes - waits - futex - control));
            });
            StringBuilder text = new StringBuilder("system calls per response\n").append(table);
            missing.forEach((server, reason) -> text.append("not measured: ").append(server).append(": ").append(reason)
                    .append('\n'));
            return text.toString();
        }

        private static String text(double value) {
            return Table.number(value, 3);
        }

        private static double sum(Map<String, Double> calls, Set<String> names) {
            return calls.entrySet().stream().filter(call -> names.contains(call.getKey()))
                    .mapToDouble(Map.Entry::getValue).sum();
        }
    }

    /** Counts one case. */
    public Counts run(EchoCase echoCase) throws IOException, InterruptedException {
        Map<String, Map<String, Double>> counts = new LinkedHashMap<>();
        Map<String, String> missing = new LinkedHashMap<>();
        for (Server server : harness.start(options.servers(), echoCase, missing)) {
            try (server) {
                counts.put(server.kind().toString(), count(server, echoCase));
            } catch (IOException e) {
                missing.put(server.kind().toString(), String.valueOf(e.getMessage()));
            }
        }
        return new Counts(echoCase, counts, missing);
    }

    private Map<String, Double> count(Server server, EchoCase echoCase) throws IOException, InterruptedException {
        try (Tracer tracer = new Tracer(server.pid(), Tools.folder().resolve("strace.txt"))) {
            LoadResult result = harness.load().run(server, echoCase, options.warmup(), options.seconds(),
                    options.check(), tracer);
            return perResponse(Files.readAllLines(tracer.summary), result.requests());
        }
    }

    /** Counts the calls of a process between two pauses of the load. */
    private static final class Tracer implements Load.Pause, AutoCloseable {
        private final long pid;
        private final Path summary;
        private @Nullable Child strace;

        Tracer(long pid, Path summary) {
            this.pid = pid;
            this.summary = summary;
        }

        @Override
        public void before() throws IOException, InterruptedException {
            strace = Child.start(
                    "strace",
                    List.of("strace", "-f", "-c", "-U", "calls,name", "-o", summary.toString(), "-p",
                            String.valueOf(pid)));
            strace.awaitComplaint("attached", ATTACH_PATIENCE);
        }

        @Override
        public void after() throws IOException, InterruptedException {
            if (strace != null) {
                strace.terminate();
            }
        }

        @Override
        public void close() throws IOException {
            if (strace != null) {
                strace.close();
            }
        }
    }

    /** Reads strace's summary: lines of a number and a name, between headings and a total. */
    private static Map<String, Double> perResponse(List<String> summary, long responses) {
        Map<String, Double> calls = new LinkedHashMap<>();
        for (String line : summary) {
            String[] words = line.strip().split(" +");
            if (words.length == 2 && Character.isDigit(words[0].charAt(0)) && !words[1].equals("total")) {
                calls.put(words[1], Double.parseDouble(words[0]) / responses);
            }
        }
        return calls;
    }
}
