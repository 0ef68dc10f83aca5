package io.anyio.bench.child;

import io.anyio.bench.process.Jvm;
import java.io.IOException;
import java.util.Locale;

/** One backend and its peer in turn: prints the seconds of each, for each round after one that does not count. */
public final class ChildMain {
    private ChildMain() {}

    /**
     * Runs all rounds.
     *
     * @param arguments the backend, how many bytes go through {@code cat}, how often {@code true} runs, and the rounds
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Locale.setDefault(Locale.ROOT);
        Jvm.endWithInput();
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
}
