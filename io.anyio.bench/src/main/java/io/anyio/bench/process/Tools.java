package io.anyio.bench.process;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Programs of this machine that the benchmarks use where they exist. */
public final class Tools {
    private static final long PATIENCE_SECONDS = 60;

    private Tools() {}

    /** The outcome of a program that ran to its end: its exit code, and its two outputs as one text. */
    public record Outcome(int exitCode, String text) {
        /** Whether it ended with 0. */
        public boolean isSuccess() {
            return exitCode == 0;
        }

        /** The last line that is not blank, for messages. */
        public String lastLine() {
            return text.lines().filter(line -> !line.isBlank()).reduce("no output", (first, second) -> second).strip();
        }
    }

    /**
     * The folder for what is made on the way: compiled programs, unpacked scripts, error outputs. It stays, for a look
     * after a failure.
     */
    public static Path folder() throws IOException {
        return Files.createDirectories(Path.of("bench-work").toAbsolutePath());
    }

    /** A path for a UNIX socket, where no file is; from the working directory, because such paths must be short. */
    public static String socket(String name) throws IOException {
        Path socket = folder().resolve(name + ".socket");
        Files.deleteIfExists(socket);
        return Path.of("").toAbsolutePath().relativize(socket).toString();
    }

    /** The path of a program on the search path. */
    public static Optional<String> find(String program) {
        return Arrays.stream(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    /** A program of the JDK that runs this code. */
    public static String ofJdk(String program) {
        return Path.of(System.getProperty("java.home"), "bin", program).toString();
    }

    /**
     * Runs a program to its end.
     *
     * @throws IOException if it cannot be started, or did not end within a minute and was killed
     */
    public static Outcome run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("bench", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .redirectInput(ProcessBuilder.Redirect.PIPE)
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("Not finished after " + PATIENCE_SECONDS + " s: " + String.join(" ", command));
            }
            return new Outcome(process.exitValue(), Files.readString(output));
        } finally {
            Files.delete(output);
        }
    }

    /** Whether a program runs and ends well; false also where it does not exist. */
    public static boolean works(String... command) throws InterruptedException {
        try {
            return run(List.of(command)).isSuccess();
        } catch (IOException e) {
            return false;
        }
    }

    /** Writes a committed source from the class path to the folder, for a compiler or an interpreter. */
    public static Path unpack(String resource) throws IOException {
        try (InputStream source = Tools.class.getResourceAsStream("/io/anyio/bench/" + resource)) {
            if (source == null) {
                throw new IOException("The class path lacks io/anyio/bench/" + resource);
            }
            Path target = folder().resolve(resource);
            Files.writeString(target, new String(source.readAllBytes(), StandardCharsets.UTF_8));
            return target;
        }
    }
}
