package io.anyio.bench.sleep;

import io.anyio.bench.option.BenchOptions;
import io.anyio.bench.process.Child;
import io.anyio.bench.process.Jvm;
import io.anyio.bench.process.Python;
import io.anyio.bench.process.Tools;
import io.anyio.bench.report.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lets very many tasks sleep at once, each peer in a process of its own, one after the other. */
public final class SleepBenchmark {
    private static final List<String> ONE_CARRIER = List.of("-Djdk.virtualThreadScheduler.parallelism=1",
            "-Djdk.virtualThreadScheduler.maxPoolSize=1");

    /**
     * The heap is large enough for interpreted frames too, and in memory from the start: else a run measures how fast
     * the system finds memory for it.
     */
    private static final int HEAP_KIB_PER_SLEEPER = 4;
    private static final int HEAP_MIB = 256;

    /** A million tasks of Python would take longer to start than they sleep. */
    private static final int MOST_PYTHON_SLEEPERS = 100_000;

    private final BenchOptions options;
    private final List<SleepResult> results = new ArrayList<>();
    private final Map<String, String> missing = new LinkedHashMap<>();

    /** A run with these options. */
    public SleepBenchmark(BenchOptions options) {
        this.options = options;
    }

    /** All numbers, and who is missing for which reason. */
    public record Report(List<SleepResult> results, Map<String, String> missing) {
        /** The table: one row for each peer and pattern. */
        public String describe() {
            Table table = new Table(
                    "", "sleepers", "wall / ideal", "cpu s", "other", "gc s", "all asleep after s", "late ms, p50",
                    "p99", "max");
            for (SleepResult result : results) {
                table.add(
                        result.peer() + ", " + result.pattern(),
                        Table.number(result.sleepers(), 0),
                        Table.number(result.ratio(), 3),
                        Table.number(result.cpu(), 2),
                        Table.number(result.otherShare(), 2),
                        Table.number(result.collecting(), 2),
                        Table.number(result.allAsleep(), 2),
                        Table.number(result.lateMedian() * 1e3, 2),
                        Table.number(result.late99() * 1e3, 2),
                        Table.number(result.lateMost() * 1e3, 2));
            }
            StringBuilder text = new StringBuilder(table.toString());
            missing.forEach((peer, reason) -> text.append("not measured: ").append(peer).append(": ").append(reason)
                    .append('\n'));
            return text.toString();
        }
    }

    /** Runs everything. */
    public Report run() throws IOException, InterruptedException {
        for (SleepPattern pattern : SleepPattern.values()) {
            jvm("ours-carrier", pattern, List.of());
            jvm("ours-pool", pattern, List.of());
            jvm("virtual-threads", pattern, List.of());
            jvm("virtual-threads-one-carrier", pattern, ONE_CARRIER);
            python(pattern);
        }
        return new Report(results, missing);
    }

    private void jvm(String peer, SleepPattern pattern, List<String> flags) throws IOException, InterruptedException {
        int sleepers = options.sleepers();
        String heap = HEAP_MIB + (long) sleepers * HEAP_KIB_PER_SLEEPER / 1024 + "m";
        List<String> all = new ArrayList<>(List.of("-Xms" + heap, "-Xmx" + heap, "-XX:+AlwaysPreTouch"));
        all.addAll(flags);
        measure(peer, pattern, sleepers, Jvm.command(
                all,
                SleepMain.class,
                peer,
                pattern.name(),
                String.valueOf(sleepers),
                String.valueOf(options.sleepSeconds()),
                String.valueOf(options.warmup())));
    }

    private void python(SleepPattern pattern) throws IOException, InterruptedException {
        String peer = "anyio-asyncio";
        Python python = new Python(options.python());
        Optional<String> interpreter = python.with(List.of("anyio"));
        if (interpreter.isEmpty()) {
            missing.put(peer, python.advice());
            return;
        }
        int sleepers = Math.min(MOST_PYTHON_SLEEPERS, options.sleepers());
        Path script = Tools.unpack("anyio_sleep.py");
        measure(peer, pattern, sleepers, List.of(
                interpreter.get(), script.toString(), pattern.name(), String.valueOf(sleepers),
                String.valueOf(options.sleepSeconds())));
    }

    private void measure(String peer, SleepPattern pattern, int sleepers, List<String> command)
            throws IOException, InterruptedException {
        Duration patience = Duration.ofSeconds((long) (60 + options.warmup() + 5 * options.sleepSeconds()));
        try (Child child = Child.start(peer, command)) {
            results.add(SleepResult.parse(peer, pattern, sleepers, options.sleepSeconds(),
                    child.await("slept ", patience)));
        } catch (IOException e) {
            missing.put(peer + ", " + pattern, String.valueOf(e.getMessage()));
        }
    }
}
