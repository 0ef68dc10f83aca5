package io.anyio.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.api.task.TaskFailedException;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The examples of docs/tasks.md. */
class TasksExamples {
    private final List<String> log = new ArrayList<>();

    private void work(String what) {
        AnyIO.sleep(Duration.ofSeconds(1));
        log.add(what);
    }

    private static int count() {
        AnyIO.checkpoint();
        return 42;
    }

    private static void fetch(String name) throws IOException {
        AnyIO.checkpoint();
        throw new IOException("There is no " + name);
    }

    private static int listen() {
        AnyIO.checkpoint();
        return 7007;
    }

    private static void acceptForEver(int port) {
        AnyIO.sleep(Duration.ofSeconds(port));
    }

    private static void fail(String why) {
        throw new IllegalStateException(why);
    }

    @AnyioTest(virtualClock = true)
    void aGroup() {
        AnyIO.createTaskGroup().run(group -> {
            group.spawn("a", () -> work("a"));
            group.spawn("b", () -> work("b"));
            log.add("both have been started");
        });
        log.add("both have ended");

        assertEquals("both have been started", log.getFirst());
        assertEquals("both have ended", log.getLast());
        assertEquals(4, log.size());
    }

    @AnyioTest
    void aValue() {
        int sum = AnyIO.createTaskGroup().call(group -> {
            TaskHandle<Integer> one = group.spawn("one", () -> count());
            TaskHandle<Integer> two = group.spawn("two", () -> count());
            return one.await() + two.await();
        });
        assertEquals(84, sum);
    }

    @AnyioTest
    void oneTaskIsCancelled() {
        AnyIO.createTaskGroup().run(group -> {
            TaskHandle<?> poller = group.spawn("poller", AnyIO::sleepForever);
            poller.cancel("nobody is interested any more");
            poller.awaitEnd();
            assertEquals(TaskHandle.Status.CANCELLED, poller.status());
        });
    }

    @AnyioTest
    void errors() {
        IOException missing = assertThrows(IOException.class,
                () -> AnyIO.createTaskGroup(IOException.class).run(group -> {
                    group.spawn("fetch", () -> fetch("file"));
                    AnyIO.sleepForever();
                }));
        assertEquals("There is no file", missing.getMessage());

        ExceptionGroup both = assertThrows(ExceptionGroup.class,
                () -> AnyIO.createTaskGroup(IOException.class).run(group -> {
                    group.spawn("fetch", () -> fetch("file"));
                    try (AutoCloseable _ = () -> fail("while it is being cancelled")) {
                        AnyIO.sleepForever();
                    }
                }));
        assertEquals(2, both.exceptions().size());
        assertTrue(both.find(IOException.class).isPresent());
        assertSame(both.exceptions().getFirst(), both.rootCause());
    }

    @AnyioTest
    void strict() {
        ExceptionGroup ofOne = assertThrows(ExceptionGroup.class,
                () -> AnyIO.createTaskGroup(IOException.class, options -> options.strict(true)).run(group -> {
                    group.spawn("fetch", () -> fetch("file"));
                }));
        assertEquals(1, ofOne.exceptions().size());
    }

    @AnyioTest
    void aHandleOfAFailedTask() {
        assertThrows(IOException.class, () -> AnyIO.createTaskGroup(IOException.class).run(group -> {
            TaskHandle<?> fetching = group.spawn("fetch", () -> fetch("file"));
            AnyIO.openCancelScope(options -> options.shield(true)).run(fetching::awaitEnd);
            TaskFailedException failed = assertThrows(TaskFailedException.class, fetching::result);
            assertEquals("There is no file", failed.getCause().getMessage());
        }));
    }

    @AnyioTest(virtualClock = true)
    void start() {
        AnyIO.createTaskGroup().run(group -> {
            int port = group.<Integer, RuntimeException>start("server", started -> {
                int bound = listen();
                started.set(bound);
                acceptForEver(bound);
            });
            log.add("the server listens on " + port);
            group.cancel();
        });
        assertEquals(List.of("the server listens on 7007"), log);
    }

    @AnyioTest
    void handedOver() {
        AnyIO.createTaskGroup().run(group -> {
            for (String name : List.of("a", "b")) {
                connect(group, name);
            }
        });
        assertEquals(2, log.size());
    }

    void connect(TaskGroup<?> connections, String name) {
        connections.spawn("connection " + name, () -> log.add(name));
    }
}
