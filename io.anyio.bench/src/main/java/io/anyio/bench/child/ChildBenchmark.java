package io.anyio.bench.child;

import io.anyio.bench.option.BenchOptions;
import io.anyio.bench.process.Child;
import io.anyio.bench.process.Jvm;
import io.anyio.bench.report.Numbers;
import io.anyio.bench.report.Table;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Sends a gigabyte through {@code cat}, and runs {@code true} many times; each backend in a process of its own. */
public final class ChildBenchmark {
    private static final long BYTES = 1L << 30;
    private static final int TIMES = 500;

    /** The numbers of one round: for each runner, the seconds of both works. */
    private static final int NUMBERS = 2 * Runner.values().length;

    private final BenchOptions options;

    /** A run with these options. */
    public ChildBenchmark(BenchOptions options) {
        this.options = options;
    }

    /**
     * One runner on one backend.
     *
     * @param copies the seconds of each copy
     * @param copyRatio its throughput divided by that of the threads: the median of the rounds' ratios
     * @param runs the seconds of each {@value #TIMES} runs
     * @param runRatio the same for the runs
     */
    public record Result(String backend, String runner, List<Double> copies, double copyRatio, List<Double> runs,
            double runRatio) {}

    /** All numbers. */
    public record Report(List<Result> results) {
        /** The table: one row for each backend and runner. */
        public String describe() {
            Table table = new Table("", "cat MiB/s", "x threads", "true ms", "x threads");
            for (Result result : results) {
                table.add(result.backend + ", " + result.runner,
                        Table.number((BYTES >> 20) / Numbers.median(result.copies, seconds -> seconds), 0),
                        Table.number(result.copyRatio, 2),
                        Table.number(Numbers.median(result.runs, seconds -> seconds) * 1e3 / TIMES, 2),
                        Table.number(result.runRatio, 2));
            }
            return table.toString();
        }
    }

    /** Runs everything. */
    public Report run() throws IOException, InterruptedException {
        List<Result> results = new ArrayList<>();
        for (String backend : List.of("carrier", "pool")) {
            List<Double> all = measure(backend);
            int copy = 0;
            for (Runner runner : Runner.values()) {
                results.add(new Result(backend, runner.name().toLowerCase(Locale.ROOT), every(all, copy),
                        ratio(all, copy), every(all, copy + 1), ratio(all, copy + 1)));
                copy += 2;
            }
        }
        return new Report(results);
    }

    private static List<Double> every(List<Double> all, int offset) {
        List<Double> some = new ArrayList<>();
        for (int i = offset; i < all.size(); i += NUMBERS) {
            some.add(all.get(i));
        }
        return some;
    }

    /** The threads are the first runner. */
    private static double ratio(List<Double> all, int offset) {
        List<Double> threads = every(all, offset % 2);
        List<Double> own = every(all, offset);
        double[] ratios = new double[own.size()];
        Arrays.setAll(ratios, round -> threads.get(round) / own.get(round));
        return Numbers.median(ratios);
    }

    private List<Double> measure(String backend) throws IOException, InterruptedException {
        Duration patience = Duration.ofSeconds((long) (60 + options.warmup() + 30 * options.rounds()));
        try (Child child = Child.start("children on " + backend, Jvm.command(ChildMain.class, backend,
                String.valueOf(BYTES), String.valueOf(TIMES), String.valueOf(options.rounds()),
                String.valueOf(options.warmup())))) {
            return Arrays.stream(child.await("ran ", patience).split(" ")).map(Double::valueOf).toList();
        }
    }
}
