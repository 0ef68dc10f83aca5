package io.anyio.itest.house;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/operations.md, as they stand there, run against the demo with an echo under way. */
@Timeout(120)
class OperationsIT {
    private static final Path PAGE = Path.of("../docs/operations.md");
    private static final Path DEMO = Path.of("../io.anyio.app/target/demo.jar").toAbsolutePath().normalize();
    private static final Path TOOLS = Path.of(System.getProperty("java.home"), "bin");
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");
    private static final int TIMEOUT_MILLIS = 60_000;

    @TempDir
    private Path directory;

    private final StringBuffer console = new StringBuffer();
    private Process demo;
    private int port;

    @BeforeEach
    void boot() throws Exception {
        assertTrue(Files.exists(DEMO), DEMO + " is not there: build the whole tree, mvn verify");
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        demo = new ProcessBuilder(TOOLS.resolve("java").toString(), "--sun-misc-unsafe-memory-access=allow",
                "-Ddemo.port=" + port, "-jar", DEMO.toString()).directory(directory.toFile()).redirectErrorStream(true)
                .start();
        Thread.ofPlatform().daemon().start(this::read);
        awaitConsole("The echo server listens on port " + port);
    }

    @AfterEach
    void stop() throws InterruptedException {
        demo.destroy();
        if (!demo.waitFor(20, TimeUnit.SECONDS)) {
            demo.destroyForcibly().waitFor();
        }
    }

    private void read() {
        try (BufferedReader output = demo.inputReader(UTF_8)) {
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

    private void awaitConsole(String text) throws InterruptedException {
        long end = System.currentTimeMillis() + TIMEOUT_MILLIS;
        synchronized (console) {
            while (console.indexOf(text) < 0) {
                long left = end - System.currentTimeMillis();
                if (left <= 0 || !demo.isAlive()) {
                    throw new AssertionError("The demo did not say '" + text + "' but: " + console);
                }
                console.wait(Math.min(left, 1000));
            }
        }
    }

    /** The lines of the page's blocks of shell commands. */
    private List<List<String>> commands() throws IOException {
        List<List<String>> all = new ArrayList<>();
        Matcher blocks = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
        while (blocks.find()) {
            blocks.group(1).lines().map(this::words).forEach(all::add);
        }
        return all;
    }

    private List<String> words(String line) {
        return WORD.matcher(line.replace("<pid>", String.valueOf(demo.pid()))).results()
                .map(word -> word.group(1) != null ? word.group(1) : word.group(2)).toList();
    }

    private String run(List<String> command) throws Exception {
        List<String> all = new ArrayList<>(command);
        all.set(0, TOOLS.resolve(all.getFirst()).toString());
        Process process = new ProcessBuilder(all).directory(directory.toFile()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, process.waitFor(), command + ": " + output);
        return output;
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return socket;
    }

    private static void echo(Socket socket) throws IOException {
        socket.getOutputStream().write("hello".getBytes(UTF_8));
        InputStream input = socket.getInputStream();
        assertEquals("hello", new String(input.readNBytes(5), UTF_8));
    }

    private void type(String command, String answer) throws Exception {
        demo.outputWriter(UTF_8).append(command).append('\n').flush();
        awaitConsole(answer);
    }

    @Test
    void eachCommandDoesWhatThePageSaysAndHarmsNothing() throws Exception {
        List<List<String>> commands = commands();
        assertEquals(5, commands.size(), commands.toString());
        try (Socket kept = connect()) {
            echo(kept);
            assertTrue(Files.readString(PAGE).contains("`anyio:tasks`"));
            type("anyio:tasks", "waits for readable channel");
            Matcher task = Pattern.compile("Echo[^\n]*#(\\d+), ").matcher(console);
            assertTrue(task.find(), console.toString());
            String page = Files.readString(PAGE);
            assertTrue(page.contains("`anyio:listeners`") && page.contains("`anyio:cancel 35`"));
            type("anyio:listeners -b io.anyio.demo", ":" + port + " of io.anyio.demo: io.anyio.demo.Echo, service ");
            type("anyio:tasks -b io.anyio.demo -n 1 -s", "more task");
            assertTrue(console.indexOf("      at ") > 0, console.toString());
            for (String name : List.of("tasks", "listeners", "cancel")) {
                type("anyio:" + name + " -h", "usage: anyio:" + name);
            }
            for (List<String> command : commands) {
                String output = run(command);
                switch (command.size() > 2 ? command.get(2) : command.getFirst()) {
                    case "JFR.start" -> {
                        try (Socket recorded = connect()) {
                            echo(recorded);
                        }
                        echo(kept);
                    }
                    case "JFR.dump", "JFR.stop" -> echo(kept);
                    case "Thread.dump_to_file" ->
                        assertTrue(
                                Files.readString(directory.resolve("threads.txt")).contains("#" + task.group(1) + " "),
                                "the task's stack");
                    default -> {
                        assertTrue(output.contains("io.anyio.TaskStart") && output.contains("io.anyio.TaskEnd"),
                                output);
                        assertTrue(output.contains("outcome = \"FINISHED\""), output);
                    }
                }
                echo(kept);
            }
            type("anyio:cancel " + task.group(1), "Cancelled: the task '");
        }
        assertEquals(-1, console.indexOf("Error"), console.toString());
    }
}
