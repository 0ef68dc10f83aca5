package io.anyio.itest.load;

import io.anyio.itest.exam.Framework;
import io.anyio.itest.life.Books;
import io.anyio.itest.life.Ports;
import io.anyio.itest.table.Keys;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** Rounds in one process, one after the other; the first one, which is not counted, loads what a process loads once. */
final class LoadRun {
    private static final Duration SERVED_WITHIN = Duration.ofSeconds(1);

    private final Framework kind;
    private final Path directory;
    private final Map<String, URI> jars;
    private final Round.Lines lines;
    private final Loaders loaders = new Loaders();
    private final List<Duration> waits = new ArrayList<>();

    private LoadRun(Framework kind, Path directory) throws Exception {
        this.kind = kind;
        this.directory = directory;
        jars = LoadStage.build(directory);
        SSLContext trusting = Keys.make(directory);
        lines = new Round.Lines(Ports.free(), Ports.free(), directory.resolve(Keys.FILE), trusting, new Tally());
    }

    /**
     * Prints how long it took until both servers served, and ends with zero, or with the failure.
     *
     * @param arguments the framework, a directory, how many rounds, with how many connections, the first seed
     */
    public static void main(String[] arguments) throws Exception {
        int exit = 0;
        try {
            LoadRun run = new LoadRun(Framework.valueOf(arguments[0]), Path.of(arguments[1]));
            long seed = Long.parseLong(arguments[4]);
            run.run(1, 1, seed, new Books(List.of(), Long.MAX_VALUE, Long.MAX_VALUE));
            run.waits.clear();
            run.run(Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]), seed, Books.now());
            run.checkWaits();
        } catch (Throwable e) {
            exit = 1;
            e.printStackTrace(System.out);
        }
        // whatever is left ends with it
        System.exit(exit);
    }

    private void run(int rounds, int connections, long seed, Books before) throws Exception {
        LoadStage stage = null;
        try (Complaints complaints = new Complaints()) {
            for (int i = 0; i < rounds; i++) {
                if (stage == null) {
                    stage = new LoadStage(kind, Files.createTempDirectory(directory, "framework"), jars, lines.tally(),
                            complaints, loaders);
                    lines.tuning().rest(EnumSet.allOf(Tuning.Target.class), stage.configurations());
                }
                Round round = new Round(stage, lines, seed + i, connections, waits);
                try {
                    if (round.run(before)) {
                        stage.awaitEndOfFormerRevisions();
                    } else {
                        stage = null;
                        loaders.awaitEnd(List.of());
                    }
                    complaints.check();
                } catch (Throwable e) {
                    throw new AssertionError("Again: -Danyio.load.seed=" + (seed + i) + " (round " + i + "): " + round,
                            e);
                }
                System.out.println("Passed: " + round);
            }
        } finally {
            if (stage != null) {
                stage.close();
            }
        }
    }

    /** Not each, for others use this machine, too. */
    private void checkWaits() {
        waits.sort(null);
        System.out.println("Served after " + waits);
        Duration median = waits.get(waits.size() / 2);
        if (median.compareTo(SERVED_WITHIN) >= 0) {
            throw new AssertionError("Half of the times it takes more than " + median + " until both serve");
        }
    }
}
