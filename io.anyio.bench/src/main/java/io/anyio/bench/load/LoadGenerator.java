package io.anyio.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/**
 * The process that loads the servers, the same one for all of them, so that none profits from a generator that happened
 * to be compiled better.
 *
 * <p>It reads one {@link LoadRequest} a line from its standard input and answers each with {@code result } and a
 * {@link LoadResult}, or with {@code failed } and a reason. It ends with its input. Its one argument is the number of
 * threads that share the connections.
 */
public final class LoadGenerator implements AutoCloseable {
    private final int threads;
    private final ExecutorService executor;
    private final BufferedReader input;

    private LoadGenerator(int threads, BufferedReader input) {
        this.threads = threads;
        this.executor = Executors.newFixedThreadPool(threads);
        this.input = input;
    }

    /** Serves the harness until the input ends. */
    public static void main(String[] args) throws IOException {
        Locale.setDefault(Locale.ROOT);
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (var generator = new LoadGenerator(Integer.parseInt(args[0]), input)) {
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                System.out.println(generator.answer(line));
            }
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    private String answer(String line) {
        try {
            return "result " + measure(LoadRequest.parse(line)).format();
        } catch (IOException | RuntimeException e) {
            return "failed " + e;
        }
    }

    private LoadResult measure(LoadRequest request) throws IOException {
        List<LoadLoop> loops = connect(request);
        try {
            runAll(loops, request.warmup());
            if (request.hold()) {
                System.out.println("ready");
                input.readLine();
            }
            Usage start = Usage.now(request.pid());
            runAll(loops, request.seconds());
            Usage used = Usage.now(request.pid()).since(start);
            if (request.hold()) {
                System.out.println("measured");
                input.readLine();
            }
            Histogram latencies = new Histogram(2);
            loops.forEach(loop -> latencies.add(loop.latencies()));
            long errors = loops.stream().mapToLong(LoadLoop::errors).sum();
            if (errors > 0) {
                System.err.println(loops.stream().map(LoadLoop::firstError).filter(e -> !e.isEmpty())
                        .collect(Collectors.joining("; ")));
            }
            return LoadResult.of(latencies, errors, loops.stream().mapToLong(LoadLoop::lost).sum(), used);
        } finally {
            closeAll(loops);
        }
    }

    private List<LoadLoop> connect(LoadRequest request) throws IOException {
        List<LoadLoop> loops = new ArrayList<>();
        try {
            for (int i = 0; i < threads; i++) {
                loops.add(new LoadLoop(request, i, threads));
            }
            return loops;
        } catch (IOException e) {
            closeAll(loops);
            throw e;
        }
    }

    private void runAll(List<LoadLoop> loops, double seconds) throws IOException {
        List<Callable<Void>> work = new ArrayList<>();
        for (LoadLoop loop : loops) {
            work.add(() -> {
                loop.run((long) (seconds * 1e9));
                return null;
            });
        }
        try {
            for (Future<Void> done : executor.invokeAll(work)) {
                done.get();
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            throw new IOException("Interrupted under load", e);
        }
    }

    private static void closeAll(List<LoadLoop> loops) throws IOException {
        for (LoadLoop loop : loops) {
            loop.close();
        }
    }
}
