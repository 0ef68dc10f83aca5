package io.anyio.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketStream;
import io.anyio.api.task.TaskHandle;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The examples of README.md, beside {@link Echo} and {@link Poller}. */
class ReadmeExamples {
    private final List<String> a = List.of("one");
    private final List<String> b = List.of("two");
    private final List<String> c = List.of("one", "two", "three");
    private final ReadmeExamples client = this;

    private void pump(List<String> from, List<String> to) throws IOException {
        if (from.equals(to)) {
            throw new IOException("nothing to pump");
        }
    }

    private int count(List<String> all) {
        return all.size();
    }

    private void flush() {}

    private String ask(String question) {
        return question.toUpperCase(Locale.ROOT);
    }

    @AnyioTest
    void childrenEndBeforeTheBlock() throws IOException {
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            group.spawn("pump a", () -> pump(a, b));
            TaskHandle<Integer> count = group.spawn("count", () -> count(c));
            assertEquals(3, count.await());
        });
        boolean finished = AnyIO.moveOnAfter(Duration.ofSeconds(1), () -> flush());
        String reply = AnyIO.failAfter(Duration.ofSeconds(5), () -> client.ask("hello"));
        assertTrue(finished);
        assertEquals("HELLO", reply);
    }

    /** Needs the demo beside it, so it is only compiled. */
    static void plainJava() throws IOException {
        AnyIO.run(() -> {
            try (SocketStream stream = AnyIO.service(Network.class).connectTcp("localhost", 7007)) {
                stream.send("hello".getBytes(UTF_8));
            }
        });
    }
}
