package io.anyio.bench.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process of the benchmark that talks in lines: the harness writes to its input, reads its output, and keeps its
 * error output for messages.
 *
 * <p>No child outlives the harness: closing kills it, a hook of the JVM kills all (Ctrl-C), and every child ends by
 * itself with its input, should the harness be killed outright.
 */
public final class Child implements AutoCloseable {
    private static final Set<Process> ALIVE = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().unstarted(() -> ALIVE.forEach(Process::destroyForcibly)));
    }

    private final String name;
    private final Process process;
    private final Path errors;
    private final Writer input;
    private final BufferedReader output;

    private Child(String name, Process process, Path errors) {
        this.name = name;
        this.process = process;
        this.errors = errors;
        this.input = process.outputWriter(StandardCharsets.UTF_8);
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts a process; {@code name} is for messages. */
    public static Child start(String name, List<String> command) throws IOException {
        Path errors = Tools.folder().resolve(name + ".err");
        Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        ALIVE.add(process);
        return new Child(name, process, errors);
    }

    /** The process id; the same for the program behind {@code taskset}, which replaces itself. */
    public long pid() {
        return process.pid();
    }

    /** Sends a line. */
    public void tell(String line) throws IOException {
        input.write(line + "\n");
        input.flush();
    }

    /**
     * Waits for the next line of output.
     *
     * @throws IOException if the process ended instead, or said nothing for so long; the message has the end of its
     * error output
     */
    public String await(Duration patience) throws IOException, InterruptedException {
        CompletableFuture<String> line = CompletableFuture.supplyAsync(this::readLine, Thread::startVirtualThread);
        try {
            return line.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            boolean ended = process.waitFor(5, TimeUnit.SECONDS);
            throw new IOException(
                    "%s ended%s: %s".formatted(name, ended ? " with code " + process.exitValue() : "", complaint()), e);
        } catch (TimeoutException e) {
            throw new IOException("%s said nothing for %d s: %s".formatted(name, patience.toSeconds(), complaint()), e);
        }
    }

    /** Waits for a line {@code prefix...} and returns what follows the prefix. */
    public String await(String prefix, Duration patience) throws IOException, InterruptedException {
        String line = await(patience);
        if (!line.startsWith(prefix)) {
            throw new IOException("%s said '%s' instead of '%s...': %s".formatted(name, line, prefix, complaint()));
        }
        return line.substring(prefix.length());
    }

    /** Waits for a line of the error output that contains {@code text}, for programs that report there. */
    public void awaitComplaint(String text, Duration patience) throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!Files.readString(errors).contains(text)) {
            // A file has no event to wait for; waiting for the end of the process is the next best pause.
            if (process.waitFor(20, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
                throw new IOException("%s did not say '%s': %s".formatted(name, text, complaint()));
            }
        }
    }

    /** The last lines of the error output, on one line. */
    public String complaint() throws IOException {
        List<String> lines = Files.readString(errors).lines().filter(line -> !line.isBlank()).toList();
        return lines.isEmpty()
                ? "no error output"
                : String.join(" | ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
    }

    /** Asks the process with SIGTERM to end, and waits for it. */
    public void terminate() throws IOException, InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            throw new IOException(name + " did not end within 20 s after SIGTERM");
        }
    }

    /** Waits until it has ended by itself. */
    public void awaitEnd(Duration patience) throws IOException, InterruptedException {
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IOException("%s did not end within %d s".formatted(name, patience.toSeconds()));
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        process.onExit().join();
        ALIVE.remove(process);
    }

    private String readLine() {
        try {
            String line = output.readLine();
            if (line == null) {
                throw new IOException("End of output");
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
