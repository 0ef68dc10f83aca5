package io.anyio.itest.house;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

    @TempDir
    private Path directory;

    private Demo demo;
    private int port;

    @BeforeEach
    void boot() throws Exception {
        demo = new Demo(directory);
        port = demo.port("Echo");
    }

    @AfterEach
    void stop() {
        demo.close();
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
        all.set(0, Demo.TOOLS.resolve(all.getFirst()).toString());
        Process process = new ProcessBuilder(all).directory(directory.toFile()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, process.waitFor(), command + ": " + output);
        return output;
    }

    private static void echo(Socket socket) throws IOException {
        socket.getOutputStream().write("hello".getBytes(UTF_8));
        InputStream input = socket.getInputStream();
        assertEquals("hello", new String(input.readNBytes(5), UTF_8));
    }

    private void type(String command, String answer) throws Exception {
        demo.type(command);
        demo.awaitConsole(Pattern.compile(Pattern.quote(answer)));
    }

    @Test
    void eachCommandDoesWhatThePageSaysAndHarmsNothing() throws Exception {
        List<List<String>> commands = commands();
        assertEquals(5, commands.size(), commands.toString());
        try (Socket kept = Demo.connect(port)) {
            echo(kept);
            assertTrue(Files.readString(PAGE).contains("`anyio:tasks`"));
            type("anyio:tasks", "waits for readable channel");
            Matcher task = Pattern.compile("Echo[^\n]*#(\\d+), ").matcher(demo.console());
            assertTrue(task.find(), demo.console());
            String page = Files.readString(PAGE);
            assertTrue(page.contains("`anyio:listeners`") && page.contains("`anyio:cancel 35`"));
            type("anyio:listeners -b io.anyio.demo", ":" + port + " of io.anyio.demo: io.anyio.demo.Echo, service ");
            type("anyio:tasks -b io.anyio.demo -n 1 -s", "more task");
            assertTrue(demo.console().indexOf("      at ") > 0, demo.console());
            for (String name : List.of("tasks", "listeners", "cancel")) {
                type("anyio:" + name + " -h", "usage: anyio:" + name);
            }
            for (List<String> command : commands) {
                String output = run(command);
                switch (command.size() > 2 ? command.get(2) : command.getFirst()) {
                    case "JFR.start" -> {
                        try (Socket recorded = Demo.connect(port)) {
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
        assertEquals(-1, demo.console().indexOf("Error"), demo.console());
    }
}
