package io.anyio.bench.child;

import io.anyio.bench.process.Jvm;
import java.io.IOException;
import java.util.Locale;

/** One backend and its peer in turn: prints the seconds of each, for each round after a warm-up. */
public final class ChildMain {
    private static final int WARM_UP_TIMES = 100;

    private ChildMain() {}

    /**
     * Runs all rounds.
     *
     * @param arguments the backend, how many bytes go through {@code cat}, how often {@code true} runs, the rounds, and
     * how many seconds at least {@code true} runs before the first one
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Locale.setDefault(Locale.ROOT);
        Jvm.endWithInput();
        warmUp(arguments[0], (long) (Double.parseDouble(arguments[4]) * 1e9));
        StringBuilder line = new StringBuilder("ran");
        for (int round = 0; round <= Integer.parseInt(arguments[3]); round++) {
            for (Runner runner : Runner.values()) {
                long begin = System.nanoTime();
                runner.copy(arguments[0], Long.parseLong(arguments[1]));
                long middle = System.nanoTime();
                runner.run(arguments[0], Integer.parseInt(arguments[2]));
                long end = System.nanoTime();
                if (round > 0) {
                    line.append(" %.6f %.6f".formatted((middle - begin) / 1e9, (end - middle) / 1e9));
                }
            }
        }
        System.out.println(line);
        System.exit(0);
    }

    /** In the few runs of a round, compiling the code takes a good part of the time. */
    private static void warmUp(String backend, long nanos) throws IOException, InterruptedException {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            for (Runner runner : Runner.values()) {
                runner.run(backend, WARM_UP_TIMES);
            }
        }
    }
}
