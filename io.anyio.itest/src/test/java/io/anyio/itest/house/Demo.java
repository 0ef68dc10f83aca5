package io.anyio.itest.house;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The demo's executable jar in a process of its own, each server on a free port, with its console. */
final class Demo implements AutoCloseable {
    static final Path TOOLS = Path.of(System.getProperty("java.home"), "bin");

    private static final Path JAR = Path.of("../io.anyio.app/target/demo.jar").toAbsolutePath().normalize();
    private static final int TIMEOUT_MILLIS = 60_000;

    private final StringBuffer console = new StringBuffer();
    private final Process process;

    Demo(Path directory, String... properties) throws IOException {
        assertTrue(Files.exists(JAR), JAR + " is not there: build the whole tree, mvn verify");
        List<String> command = new ArrayList<>(List.of(TOOLS.resolve("java").toString(),
                "--sun-misc-unsafe-memory-access=allow", "-Ddemo.port=0", "-Ddemo.chat.port=0"));
        command.addAll(Arrays.asList(properties));
        command.addAll(List.of("-jar", JAR.toString()));
        process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
        Thread.ofPlatform().daemon().start(this::read);
    }

    private void read() {
        try (BufferedReader output = process.inputReader(UTF_8)) {
            for (int c = output.read(); c >= 0; c = output.read()) {
                synchronized (console) {
                    console.append((char) c);
                    console.notifyAll();
                }
            }
        } catch (IOException e) {
            console.append(e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** What it has printed so far. */
    String console() {
        return console.toString();
    }

    /** Waits until it has printed a text that matches. */
    Matcher awaitConsole(Pattern text) throws InterruptedException {
        long end = System.currentTimeMillis() + TIMEOUT_MILLIS;
        synchronized (console) {
            Matcher found = text.matcher(console.toString());
            while (!found.find()) {
                long left = end - System.currentTimeMillis();
                if (left <= 0 || !process.isAlive()) {
                    throw new AssertionError("The demo did not say '" + text + "' but: " + console);
                }
                console.wait(Math.min(left, 1000));
                found = text.matcher(console.toString());
            }
            return found;
        }
    }

    /** Waits until a server listens, and gives its port. */
    int port(String server) throws InterruptedException {
        return Integer.parseInt(awaitConsole(Pattern.compile(server + " listens on port (\\d+)\\.")).group(1));
    }

    void type(String command) throws IOException {
        process.outputWriter(UTF_8).append(command).append('\n').flush();
    }

    static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return socket;
    }

    /** Stops it as Ctrl-C does; whether it has ended by itself. */
    boolean stop() throws InterruptedException {
        process.destroy();
        return process.waitFor(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        try {
            if (!stop()) {
                throw new AssertionError("The demo does not end: " + console);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }
}
