package io.anyio.bench;

import io.anyio.bench.child.ChildBenchmark;
import io.anyio.bench.echo.EchoBenchmark;
import io.anyio.bench.echo.EchoResult;
import io.anyio.bench.echo.Guard;
import io.anyio.bench.echo.Harness;
import io.anyio.bench.echo.IdleHeap;
import io.anyio.bench.echo.SyscallCount;
import io.anyio.bench.file.FileBenchmark;
import io.anyio.bench.micro.MicroBenchmark;
import io.anyio.bench.option.BenchOptions;
import io.anyio.bench.option.EchoCase;
import io.anyio.bench.process.Machine;
import io.anyio.bench.process.Pinning;
import io.anyio.bench.report.Json;
import io.anyio.bench.sleep.SleepBenchmark;
import io.anyio.bench.start.StartBenchmark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The benchmarks of this project in one command:
 *
 * <pre>{@code mvn -q -Pbench package}</pre>
 *
 * <p>{@code -Dbench=} chooses what runs; {@code -Dbench.<option>=<value>} how. All options, as {@code -Dbench=help}
 * prints them:
 *
 * <pre>
 * bench                what to run: all (default: echo, then jmh), echo, jmh, idle, sleep, file, processes,
 *                      start, guard, help, none
 * bench.servers        which servers, in this order; default all
 * bench.cases          [&lt;word&gt;:...]&lt;connections&gt;x&lt;bytes&gt; of a message, a list;
 *                      default 100x64,1000x64,100x16k. The words:
 *                        tls, unix, udp  how the bytes travel, if not over TCP
 *                        up, down        bulk in one direction: the server discards it, or sends it
 *                        burst=32        so many messages at once, each of which the server answers
 *                        rate=1000       so many requests in a second, answered or not; rate=half: half of what
 *                                        the slowest server reaches
 *                        idle=10000      so many further connections, which are silent
 *                        timeout=60      the server ends a connection that was idle for these seconds
 * bench.connections    connections of one case of your own; default 100
 * bench.size           bytes in a message of that case; default 64
 * bench.baseline       the server whose requests/s are 1.00; default netty-epoll
 * bench.warmup         seconds of load after a server's start, before the first round,
 *                      and of sleeps before bench=sleep; default 3
 * bench.settle         seconds of load at the start of each round that do not count; default 0.2
 * bench.seconds        measured seconds of a round; default 1
 * bench.rounds         rounds; in each, every server has its turn; default 5
 * bench.check          true: compare the content of each echo, not only its length; default false
 * bench.strace         true: count system calls for each response instead of measuring time; default false
 * bench.record         true: bench=guard writes io.anyio.bench/guard.tsv instead of comparing with it; default false
 * bench.idle           idle connections for bench=idle; default 1000
 * bench.sleepers       tasks that sleep at once for bench=sleep; 4 kB of heap for each; default 1000000
 * bench.sleep.seconds  how long they sleep; default 10
 * bench.client.threads threads of the load generator; default 1
 * bench.loops          loops of the servers of ours and Netty's, but for those whose name ends with -1; default 1
 * bench.steps          steps of computation for each message, some ten in a nanosecond; default 0
 * bench.server.cpus    processors of the servers, as taskset wants them; default 0
 * bench.client.cpus    processors of the load generator; default 1
 * bench.python         the interpreter that has anyio and uvloop
 * bench.jmh            regular expression of the JMH benchmarks to run; default all
 * bench.output         the JSON file, a path from io.anyio.bench/target; default bench.json
 * </pre>
 */
public final class Bench {
    private final BenchOptions options;
    private final Map<String, Object> report = new LinkedHashMap<>();

    private Bench(BenchOptions options) {
        this.options = options;
    }

    /** Runs what the system properties ask for; ends with 1 after an error of the user's, named on the error output. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Locale.setDefault(Locale.ROOT);
        ProcessHandle.current().parent().ifPresent(Bench::endWith);
        try {
            new Bench(BenchOptions.of(System.getProperties())).run();
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    /** Maven may be killed without its child hearing of it. */
    private static void endWith(ProcessHandle parent) {
        Thread.startVirtualThread(() -> {
            parent.onExit().join();
            System.exit(130);
        });
    }

    private void run() throws IOException, InterruptedException {
        switch (options.work()) {
            case "none" -> {}
            case "help" -> System.out.println(BenchOptions.HELP);
            case "echo" -> measure(this::echo);
            case "idle" -> measure(this::idle);
            case "sleep" -> measure(_ -> sleep());
            case "file" -> measure(_ -> file());
            case "jmh" -> measure(_ -> jmh());
            case "processes" -> measure(_ -> processes());
            case "start" -> measure(_ -> start());
            case "guard" -> measure(this::guard);
            case "all" -> measure(pinning -> {
                echo(pinning);
                jmh();
            });
            default -> throw new IllegalArgumentException(
                    "bench is '" + options.work() + "'; see -Dbench=help for what there is");
        }
    }

    @FunctionalInterface
    private interface Work {
        void run(Pinning pinning) throws IOException, InterruptedException;
    }

    private void measure(Work work) throws IOException, InterruptedException {
        Pinning pinning = Pinning.of(options.serverCpus(), options.clientCpus());
        Machine machine = Machine.of(pinning);
        report.put("command", options.command());
        report.put("machine", machine);
        System.out.println(options.command());
        System.out.println(machine.describe());
        System.out.println();
        work.run(pinning);
        Files.writeString(options.output(), Json.of(report));
        System.out.println("Written to " + options.output().toAbsolutePath());
    }

    private void echo(Pinning pinning) throws IOException, InterruptedException {
        try (Harness harness = Harness.open(options, pinning)) {
            if (options.strace()) {
                countSyscalls(harness);
            } else {
                loadServers(harness);
            }
        }
    }

    /** Ends with 1 if a ratio is lost. */
    private void guard(Pinning pinning) throws IOException, InterruptedException {
        Guard guard = new Guard(Path.of("../guard.tsv"));
        try (Harness harness = Harness.open(options, pinning)) {
            List<EchoResult> results = loadServers(harness);
            if (options.record()) {
                guard.record(results);
                return;
            }
            Guard.Report compared = guard.compare(results);
            System.out.println(compared.describe());
            if (!compared.lost().isEmpty()) {
                throw new IllegalArgumentException("Slower than the last release by more than a tenth: "
                        + String.join(", ", compared.lost()));
            }
        }
    }

    private List<EchoResult> loadServers(Harness harness) throws IOException, InterruptedException {
        List<EchoResult> results = new ArrayList<>();
        for (EchoCase echoCase : options.cases()) {
            System.out.println(
                    echoCase + ", median of " + options.rounds() + " rounds of " + options.seconds()
                            + " s; latencies, shares of a core");
            EchoResult result = new EchoBenchmark(options, harness).run(echoCase);
            System.out.println(result.describe());
            results.add(result);
        }
        report.put("echo", results);
        return results;
    }

    private void countSyscalls(Harness harness) throws IOException, InterruptedException {
        Optional<String> obstacle = SyscallCount.obstacle();
        if (obstacle.isPresent()) {
            throw new IllegalArgumentException(obstacle.get());
        }
        List<SyscallCount.Counts> results = new ArrayList<>();
        for (EchoCase echoCase : options.cases()) {
            SyscallCount.Counts counts = new SyscallCount(options, harness).run(echoCase);
            System.out.println(echoCase + ", " + counts.describe());
            results.add(counts);
        }
        report.put("syscalls", results);
    }

    private void idle(Pinning pinning) throws IOException, InterruptedException {
        try (Harness harness = Harness.open(options, pinning)) {
            IdleHeap.Heap heap = new IdleHeap(options, harness).run();
            System.out.println(heap.describe());
            report.put("idle", heap);
        }
    }

    private void sleep() throws IOException, InterruptedException {
        System.out.println(options.sleepers() + " sleepers, ideally for " + options.sleepSeconds() + " s, not pinned");
        SleepBenchmark.Report sleep = new SleepBenchmark(options).run();
        System.out.println(sleep.describe());
        report.put("sleep", sleep);
    }

    private void file() throws IOException, InterruptedException {
        System.out.println("Copies of a file of 1 GiB, median of " + options.rounds() + " rounds, not pinned");
        FileBenchmark.Report copies = new FileBenchmark(options).run();
        System.out.println(copies.describe());
        report.put("file", copies);
    }

    private void processes() throws IOException, InterruptedException {
        System.out.println("A gigabyte through cat, and true 500 times, median of " + options.rounds()
                + " rounds, not pinned");
        ChildBenchmark.Report children = new ChildBenchmark(options).run();
        System.out.println(children.describe());
        report.put("processes", children);
    }

    private void start() throws IOException, InterruptedException {
        System.out.println("The first work of a JVM, median of " + options.rounds() + " starts, not pinned");
        StartBenchmark.Report starts = new StartBenchmark(options).run();
        System.out.println(starts.describe());
        report.put("start", starts);
    }

    private void jmh() throws IOException, InterruptedException {
        System.out.println("Micro benchmarks, not pinned; this takes two minutes");
        MicroBenchmark.Report micro = new MicroBenchmark(options).run();
        System.out.println(micro.describe());
        report.put("micro", micro);
    }
}
