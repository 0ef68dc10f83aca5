package io.anyio.itest.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A container in a JVM of its own, on the JDK of this test; gone when this is closed, or when the JVM of the test ends
 * by a signal, whatever happened.
 */
final class ContainerProcess implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 300;
    private static final Path JDK = Path.of(System.getProperty("java.home"));

    private final Process process;
    private final Thread hook = new Thread(this::kill, "kill the container");

    /**
     * Starts it.
     *
     * @param folder its working directory
     * @param output gets what it prints
     * @param command the program and its arguments
     */
    ContainerProcess(Path folder, Path output, List<String> command) throws IOException {
        process = builder(command).directory(folder.toFile()).redirectOutput(output.toFile()).start();
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** A program of the JDK. */
    static String tool(String name) {
        return JDK.resolve("bin").resolve(name).toString();
    }

    /** Runs a program until it ends; returns what it prints. */
    static String run(List<String> command) {
        try {
            Process process = builder(command).start();
            return new String(process.getInputStream().readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("AS_JAVA", JDK.toString());
        return builder;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The stacks of its threads, and of those of the processes that it started. */
    String threads() {
        return process.descendants().map(child -> run(List.of(tool("jcmd"), "" + child.pid(), "Thread.print")))
                .collect(Collectors.joining());
    }

    /** Sends SIGTERM, and waits until it has ended. */
    void stop() throws InterruptedException {
        process.destroy();
        awaitEnd();
    }

    /** Waits until it has ended by itself. */
    void awaitEnd() throws InterruptedException {
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "It does not end");
    }

    @Override
    public void close() {
        kill();
        process.onExit().join();
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    private void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
