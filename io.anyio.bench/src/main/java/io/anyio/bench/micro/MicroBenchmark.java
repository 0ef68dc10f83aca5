package io.anyio.bench.micro;

import io.anyio.bench.option.BenchOptions;
import io.anyio.bench.process.Python;
import io.anyio.bench.process.Tools;
import io.anyio.bench.report.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs the JMH benchmarks of this package and their peers in Python, and sets them side by side. */
public final class MicroBenchmark {
    private static final List<String> WORKS = List.of("spawn", "taskSwitch", "handOff", "deadlineScope", "lock");

    private final BenchOptions options;

    /** A run with these options. */
    public MicroBenchmark(BenchOptions options) {
        this.options = options;
    }

    /** All numbers, and who is missing for which reason. */
    public record Report(List<MicroResult> results, Map<String, String> missing) {
        /** The table: one row for each peer, one column for each kind of work, in million operations a second. */
        public String describe() {
            Map<String, Map<String, Double>> peers = new LinkedHashMap<>();
            for (MicroResult result : results) {
                peers.computeIfAbsent(result.peer(), peer -> new LinkedHashMap<>()).put(result.work(),
                        result.perSecond());
            }
            List<String> headings = new ArrayList<>(WORKS);
            headings.addFirst("million/s");
            Table table = new Table(headings.toArray(String[]::new));
            peers.forEach((peer, numbers) -> {
                List<String> row = new ArrayList<>();
                row.add(peer);
                WORKS.forEach(work -> row.add(Table.number(numbers.getOrDefault(work, Double.NaN) / 1e6, 3)));
                table.add(row.toArray(String[]::new));
            });
            StringBuilder text = new StringBuilder(table.toString());
            missing.forEach((peer, reason) -> text.append("not measured: ").append(peer).append(": ").append(reason)
                    .append('\n'));
            return text.toString();
        }
    }

    /** Runs everything. */
    public Report run() throws IOException, InterruptedException {
        Map<String, String> missing = new LinkedHashMap<>();
        List<MicroResult> results = new Jmh(missing).run(options.jmhInclude());
        results.addAll(python(missing));
        return new Report(results, missing);
    }

    /** The script prints a line {@code <work> <operations in a second>} for each kind of work. */
    private List<MicroResult> python(Map<String, String> missing) throws IOException, InterruptedException {
        String peer = "AnyIO on asyncio";
        Python python = new Python(options.python());
        Optional<String> interpreter = python.with(List.of("anyio"));
        if (interpreter.isEmpty()) {
            missing.put(peer, python.advice());
            return List.of();
        }
        Path script = Tools.unpack("anyio_micro.py");
        Tools.Outcome outcome = Tools.run(List.of(interpreter.get(), script.toString()));
        if (!outcome.isSuccess()) {
            missing.put(peer, outcome.lastLine());
            return List.of();
        }
        return outcome.text()
                .lines()
                .map(line -> line.split(" "))
                .map(words -> new MicroResult(words[0], peer, Double.parseDouble(words[1]), Double.NaN))
                .toList();
    }
}
