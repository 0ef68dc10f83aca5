package io.anyio.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.AnyIO;
import io.anyio.api.process.CalledProcessException;
import io.anyio.api.process.ChildProcess;
import io.anyio.api.process.CompletedProcess;
import io.anyio.api.process.Processes;
import io.anyio.api.stream.TextReceiveStream;
import io.anyio.api.stream.TextSendStream;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/processes.md. */
class ProcessesExamples {
    private final Processes processes = AnyIO.service(Processes.class);

    @TempDir
    private Path folder;

    @AnyioTest
    void run() throws IOException {
        CompletedProcess listing = processes.runProcess(List.of("ls", "-l", "/tmp"));
        String text = listing.output();
        assertFalse(text.isEmpty());
    }

    @AnyioTest
    void options() throws IOException {
        byte[] unsorted = "b\na\n".getBytes(StandardCharsets.UTF_8);
        CompletedProcess sorted = processes.runProcess(List.of("sort"), o -> o.input(unsorted));
        assertEquals("a\nb\n", sorted.output());

        CompletedProcess found = processes.runProcess(List.of("grep", "word", "/dev/null"), o -> o.check(false));
        assertEquals(1, found.returnCode());

        CompletedProcess both = processes.runProcess("echo output; echo error >&2", o -> o.mergeStderr(true));
        assertEquals("output\nerror\n", both.output());

        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("LANG", "C");
        processes.runProcess(List.of("sh", "-c", "pwd > here"), o -> o.directory(folder).environment(environment)
                .stderr(Redirect.INHERIT));
        assertEquals(folder.toRealPath() + "\n", Files.readString(folder.resolve("here")));
    }

    @AnyioTest
    void check() throws IOException {
        assertThrows(CalledProcessException.class, this::fails);
    }

    private void fails() throws IOException {
        try {
            processes.runProcess(List.of("ls", "/no/such/folder"));
        } catch (CalledProcessException e) {
            String errors = new String(e.process().stderr(), StandardCharsets.UTF_8);
            System.getLogger("example").log(System.Logger.Level.DEBUG, errors);
            throw e;
        }
    }

    @AnyioTest
    void cancel() throws IOException {
        boolean done = AnyIO.moveOnAfter(Duration.ofMillis(100), () -> {
            processes.runProcess(List.of("sleep", "60"), o -> o.grace(Duration.ofSeconds(1)).killDescendants(true));
        });
        assertFalse(done);
    }

    @AnyioTest
    void open() throws IOException {
        try (ChildProcess sed = processes.openProcess(List.of("sed", "-u", "s/^/- /"), o -> o.stderr(Redirect.INHERIT));
                TextReceiveStream answers = new TextReceiveStream(sed.stdout())) {
            try (TextSendStream questions = new TextSendStream(sed.stdin())) {
                questions.send("one\n");
                assertEquals("- one\n", answers.receive());
            }
            assertEquals(0, sed.waitFor());
        }
    }

    @AnyioTest
    void child() throws IOException {
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            ChildProcess server = group.start("server", started -> {
                try (ChildProcess child = processes.openProcess(List.of("cat"))) {
                    started.set(child);
                    int code = child.waitFor();
                    throw new IOException("the server has ended with the code " + code);
                }
            });
            server.stdin().send("question".getBytes(StandardCharsets.UTF_8));
            assertEquals("question", new String(server.stdout().receive(), StandardCharsets.UTF_8));
            group.cancel();
        });
    }
}
