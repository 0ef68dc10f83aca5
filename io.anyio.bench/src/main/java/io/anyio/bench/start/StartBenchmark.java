package io.anyio.bench.start;

import io.anyio.bench.load.Usage;
import io.anyio.bench.option.BenchOptions;
import io.anyio.bench.option.ServerKind;
import io.anyio.bench.process.Child;
import io.anyio.bench.process.Jvm;
import io.anyio.bench.process.Tools;
import io.anyio.bench.report.Numbers;
import io.anyio.bench.report.Table;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * The CPU time and the time until a new JVM has done its first work, beside an empty {@code main}: an empty run, and
 * the first echo of each server; without and with an AOT cache of exactly this work.
 */
public final class StartBenchmark {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final BenchOptions options;

    /** A run with these options. */
    public StartBenchmark(BenchOptions options) {
        this.options = options;
    }

    /**
     * One start.
     *
     * @param cpu milliseconds of CPU of the whole process
     * @param wall milliseconds from its start
     */
    public record Start(double cpu, double wall) {}

    /** All numbers, by the name of the work. */
    public record Report(Map<String, List<Start>> starts) {
        /** The table: one row for each work. */
        public String describe() {
            Table table = new Table("", "CPU ms", "beyond empty", "ms");
            starts.forEach((name, all) -> table.add(name,
                    Table.number(Numbers.median(all, Start::cpu), 0),
                    Table.number(Numbers.median(all, Start::cpu)
                            - Numbers.median(starts.getOrDefault(StartMain.NOTHING, all), Start::cpu), 0),
                    Table.number(Numbers.median(all, Start::wall), 0)));
            return table.toString();
        }
    }

    /** Runs everything, each work once in a round. */
    public Report run() throws IOException, InterruptedException {
        String jars = jars();
        Map<String, List<String>> commands = new LinkedHashMap<>();
        for (String work : works()) {
            Path cache = Tools.folder().resolve(work + ".aot");
            once(command(work, jars, "-XX:AOTCacheOutput=" + cache));
            commands.put(work, command(work, jars, "-XX:+IgnoreUnrecognizedVMOptions"));
            commands.put(work + ", AOT cache", command(work, jars, "-XX:AOTCache=" + cache));
        }
        Map<String, List<Start>> starts = new LinkedHashMap<>();
        for (int round = 0; round < options.rounds(); round++) {
            for (Map.Entry<String, List<String>> one : commands.entrySet()) {
                starts.computeIfAbsent(one.getKey(), _ -> new ArrayList<>()).add(once(one.getValue()));
            }
        }
        return new Report(starts);
    }

    private List<String> works() {
        return Stream.concat(
                Stream.of(StartMain.NOTHING, StartMain.RUN + "carrier", StartMain.RUN + "pool"),
                options.servers().stream().filter(kind -> kind.platform() == ServerKind.Platform.JVM)
                        .map(ServerKind::toString))
                .toList();
    }

    private static List<String> command(String work, String jars, String flag) {
        List<String> command = new ArrayList<>(Jvm.command(List.of(flag), StartMain.class, work));
        command.set(command.indexOf("-cp") + 1, jars);
        return command;
    }

    private static Start once(List<String> command) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        try (Child child = Child.start("start", command)) {
            child.await("done", PATIENCE);
            long end = System.nanoTime();
            double cpu = Usage.now(child.pid()).server() / 1e6;
            child.tell("end");
            child.awaitEnd(PATIENCE);
            return new Start(cpu, (end - begin) / 1e6);
        }
    }

    /** The class path, with folders packed: an AOT cache knows no classes in folders. */
    private static String jars() throws IOException {
        List<String> jars = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (Files.isDirectory(Path.of(entry))) {
                String jar = Tools.folder().resolve("start-" + jars.size() + ".jar").toString();
                ToolProvider.findFirst("jar").orElseThrow()
                        .run(System.out, System.err, "--create", "--file", jar, "-C", entry, ".");
                jars.add(jar);
            } else {
                jars.add(entry);
            }
        }
        return String.join(File.pathSeparator, jars);
    }
}
