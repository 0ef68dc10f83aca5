package io.anyio.bench.file;

import io.anyio.bench.option.BenchOptions;
import io.anyio.bench.process.Child;
import io.anyio.bench.process.Jvm;
import io.anyio.bench.report.Numbers;
import io.anyio.bench.report.Table;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Scanner;

/** Copies a large file in the directory for temporary files; each backend in a process of its own. */
public final class FileBenchmark {
    private static final int MEBIBYTES = 1024;

    private final BenchOptions options;

    /** A run with these options. */
    public FileBenchmark(BenchOptions options) {
        this.options = options;
    }

    /**
     * One copier on one backend.
     *
     * @param seconds how long each of its copies took
     * @param ratio its throughput divided by the peer's, of the medians
     * @param best the same, of the fastest copies: a virtual machine may have to ask its host for the memory of a copy,
     *     which can take longer than the copy
     */
    public record Result(String backend, String copier, List<Double> seconds, double ratio, double best) {}

    /** All numbers. */
    public record Report(int mebibytes, List<Result> results) {
        /** The table: one row for each backend and copier. */
        public String describe() {
            Table table = new Table("", "MiB/s", "x channel", "fastest MiB/s", "x channel");
            for (Result result : results) {
                table.add(result.backend + ", " + result.copier,
                        Table.number(mebibytes / median(result.seconds), 0),
                        Table.number(result.ratio, 2),
                        Table.number(mebibytes / Collections.min(result.seconds), 0),
                        Table.number(result.best, 2));
            }
            return table.toString();
        }
    }

    /** Runs everything. */
    public Report run() throws IOException, InterruptedException {
        List<Result> results = new ArrayList<>();
        for (String backend : List.of("carrier", "pool")) {
            Map<Copier, List<Double>> copies = copies(backend);
            List<Double> peer = copies.getOrDefault(Copier.CHANNEL, List.of());
            copies.forEach((copier, seconds) -> results.add(new Result(backend,
                    copier.name().toLowerCase(Locale.ROOT).replace('_', ' '), seconds,
                    median(peer) / median(seconds), Collections.min(peer) / Collections.min(seconds))));
        }
        return new Report(MEBIBYTES, results);
    }

    private static double median(List<Double> values) {
        return Numbers.median(values, value -> value);
    }

    /** The seconds of each copy. */
    private Map<Copier, List<Double>> copies(String backend) throws IOException, InterruptedException {
        Duration patience = Duration.ofSeconds((long) (60 + options.warmup() + 60 * options.rounds()));
        try (Child child = Child.start("copies on " + backend, Jvm.command(FileMain.class, backend,
                System.getProperty("java.io.tmpdir"), String.valueOf(MEBIBYTES), String.valueOf(options.rounds()),
                String.valueOf(options.warmup())))) {
            Map<Copier, List<Double>> copies = new EnumMap<>(Copier.class);
            Scanner words = new Scanner(child.await("copied ", patience)).useLocale(Locale.ROOT);
            while (words.hasNext()) {
                copies.computeIfAbsent(Copier.valueOf(words.next()), _ -> new ArrayList<>()).add(words.nextDouble());
            }
            return copies;
        }
    }
}
