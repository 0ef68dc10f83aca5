package io.anyio.bench.micro;

import io.anyio.bench.process.Jvm;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the JMH benchmarks one by one, so that one that fails or never ends costs no more than its own number. */
final class Jmh {
    private static final TimeValue ITERATION = TimeValue.milliseconds(500);
    private static final int ITERATIONS = 3;
    private static final int PATIENCE_SECONDS = 60;
    private static final String BACKEND = "backend";

    private final List<MicroResult> results = new ArrayList<>();
    private final Map<String, String> missing;

    /** Runs that put the reason for each missing number into {@code missing}. */
    Jmh(Map<String, String> missing) {
        this.missing = missing;
    }

    /** Runs the benchmarks whose names match. */
    List<MicroResult> run(String include) throws InterruptedException {
        var quiet = OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT);
        for (BenchmarkListEntry entry : BenchmarkList.defaultList().find(quiet, List.of(include), List.of())) {
            String[] name = entry.getUsername().split("\\.");
            String peer = name[name.length - 2];
            String work = name[name.length - 1];
            String[] backends = entry.getParams().orElse(Map.of()).getOrDefault(BACKEND, new String[0]);
            for (String backend : backends) {
                run(work, peer + "-" + backend, options(entry).param(BACKEND, backend));
            }
            if (backends.length == 0) {
                run(work, peer, options(entry));
            }
        }
        return results;
    }

    private static ChainedOptionsBuilder options(BenchmarkListEntry entry) {
        return new OptionsBuilder()
                .include("^" + Pattern.quote(entry.getUsername()) + "$")
                .forks(1)
                .jvmArgs(Jvm.FLAGS.toArray(String[]::new))
                .warmupIterations(ITERATIONS)
                .warmupTime(ITERATION)
                .measurementIterations(ITERATIONS)
                .measurementTime(ITERATION)
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true);
    }

    private void run(String work, String peer, ChainedOptionsBuilder options) throws InterruptedException {
        CompletableFuture<Collection<RunResult>> run = CompletableFuture.supplyAsync(() -> runAll(options),
                Thread::startVirtualThread);
        try {
            for (RunResult result : run.get(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                results.add(new MicroResult(
                        work, peer, result.getPrimaryResult().getScore(), result.getPrimaryResult().getScoreError()));
            }
        } catch (ExecutionException e) {
            missing.put(work + " of " + peer, String.valueOf(e.getCause()));
        } catch (TimeoutException e) {
            missing.put(work + " of " + peer, "did not end within " + PATIENCE_SECONDS + " s: it hangs");
            // The fork is the only child now; its death ends the run.
            ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);
            run.handle((result, failure) -> result).join();
        }
    }

    private static Collection<RunResult> runAll(ChainedOptionsBuilder options) {
        try {
            return new Runner(options.build()).run();
        } catch (RunnerException e) {
            throw new CompletionException(e);
        }
    }
}
