package io.anyio.net.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.BufferedByteReceiveStream;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.IncompleteReadException;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.net.Hostile;
import io.anyio.net.HostileLog;
import io.anyio.net.Pair;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import javax.net.ssl.SSLHandshakeException;

/** What an isolated server logs, and that no log ends it. */
class ServeReportTest {
    /** What a handler throws, and which fault that is. */
    private static Map<String, Throwable> hangups() {
        Map<String, Throwable> errors = new LinkedHashMap<>();
        List<IOException> plain = List.of(new EndOfStreamException(),
                new IncompleteReadException(new EndOfStreamException()), new BrokenResourceException("reset", null),
                new SSLHandshakeException("no"));
        for (IOException error : plain) {
            errors.put(error + " as it is", error);
            errors.put(error + " unchecked", new UncheckedIOException(error));
            errors.put(error + " wrapped", new IllegalStateException(new RuntimeException("parsing failed", error)));
            errors.put(error + " in an IOException", new IOException("the message is not complete", error));
            errors.put(error + " in an Error", new AssertionError(error));
            errors.put(error + " in a group", new ExceptionGroup(List.of(error, new IOException(error))));
        }
        errors.put("under as many causes as are examined", wrapped(new EndOfStreamException(), 19));
        return errors;
    }

    private static Map<String, Throwable> ownErrors() {
        Map<String, Throwable> errors = new LinkedHashMap<>();
        errors.put("unchecked", new IllegalStateException("oops"));
        errors.put("checked", new Exception("oops"));
        errors.put("its own I/O", new FileNotFoundException("oops"));
        errors.put("unchecked I/O", new UncheckedIOException(new FileNotFoundException("oops")));
        errors.put("an Error", new StackOverflowError());
        errors.put("a group",
                new ExceptionGroup(List.of(new EndOfStreamException(), new IllegalStateException("oops"))));
        errors.put("a cancellation that nobody asked for", strayCancellation());
        errors.put("a hang-up under more causes than are examined", wrapped(new EndOfStreamException(), 20));
        return errors;
    }

    private static Throwable wrapped(Throwable error, int times) {
        Throwable outermost = error;
        for (int i = 0; i < times; i++) {
            outermost = new IllegalStateException(outermost);
        }
        return outermost;
    }

    private static Throwable strayCancellation() {
        List<Throwable> caught = new ArrayList<>();
        var scope = AnyIO.openCancelScope();
        scope.run(() -> {
            scope.cancel();
            try {
                AnyIO.checkpoint();
            } catch (CancelledError e) {
                caught.add(e);
            }
        });
        return caught.getFirst();
    }

    @AnyioTest @Proves("SV-35")
    void aPeerThatGoesAwayIsOneLineForDebuggingWhateverWrapsIt(TaskGroup<?> group) throws Exception {
        for (Map.Entry<String, Throwable> error : hangups().entrySet()) {
            LogRecord entry = logOf(group, _ -> sneakily(error.getValue()));
            assertEquals(Level.FINE, entry.getLevel(), error.getKey());
            assertNull(entry.getThrown(), error.getKey());
            assertEquals(1, entry.getMessage().lines().count(), error.getKey());
        }
    }

    @AnyioTest @Proves("SV-36")
    void aHandlersOwnErrorIsLoggedWithItsStack(TaskGroup<?> group) throws Exception {
        for (Map.Entry<String, Throwable> error : ownErrors().entrySet()) {
            LogRecord entry = logOf(group, _ -> sneakily(error.getValue()));
            assertEquals(Level.SEVERE, entry.getLevel(), error.getKey());
            assertSame(error.getValue(), entry.getThrown(), error.getKey());
        }
    }

    /** Real clients: one hangs up within a message, another resets its connection. */
    @AnyioTest
    void realClientsThatGoAwayAreForDebugging(TaskGroup<?> group) throws Exception {
        BlockWith<SocketStream, Exception> handler = stream -> {
            BufferedByteReceiveStream input = new BufferedByteReceiveStream(stream);
            try {
                input.receiveExactly(1);
                input.receiveExactly(1000);
            } catch (IOException e) {
                throw new IllegalStateException("The message cannot be read", e);
            }
        };
        assertEquals(Level.FINE, logOf(group, handler, client -> {
            client.send(new byte[10]);
            client.close();
        }).getLevel());
        assertEquals(Level.FINE, logOf(group, handler, client -> {
            client.send(new byte[10]);
            Pair.reset(client);
        }).getLevel());
    }

    private static LogRecord logOf(TaskGroup<?> group, BlockWith<SocketStream, ?> handler) throws Exception {
        return logOf(group, handler, client -> assertThrows(IOException.class, client::receive));
    }

    /** What the server logs about one connection, after which it serves the next. */
    private static LogRecord logOf(TaskGroup<?> group, BlockWith<SocketStream, ?> handler,
            BlockWith<SocketStream, Exception> client) throws Exception {
        try (SocketListener listener = Pair.listen(); LogWatch log = new LogWatch(Level.FINE)) {
            boolean[] failed = {false};
            TaskHandle<?> serving = group.spawn("serve", () -> listener.serve(stream -> {
                if (failed[0]) {
                    stream.send(new byte[]{1});
                } else {
                    failed[0] = true;
                    handler.run(stream);
                }
            }, o -> o.isolated(true)));
            try (SocketStream first = Pair.connect(listener)) {
                client.run(first);
            }
            try (SocketStream next = Pair.connect(listener)) {
                assertArrayEquals(new byte[]{1}, next.receive());
            }
            AnyIO.failAfter(Duration.ofSeconds(60), () -> {
                while (ours(log).isEmpty()) {
                    AnyIO.sleep(Duration.ofMillis(1));
                }
            });
            serving.cancel();
            serving.awaitEnd();
            assertEquals(1, ours(log).size(), log::text);
            return ours(log).getFirst();
        }
    }

    private static List<LogRecord> ours(LogWatch log) {
        return log.records().stream().filter(entry -> "io.anyio".equals(entry.getLoggerName())).toList();
    }

    @AnyioTest
    void noLogAndNoErrorEndsAnIsolatedServer(TaskGroup<?> group) throws Exception {
        for (HostileLog.Kind kind : HostileLog.Kind.values()) {
            List<Supplier<RuntimeException>> errors = List.copyOf(Hostile.throwables().values());
            try (HostileLog log = new HostileLog(kind); SocketListener listener = Pair.listen()) {
                int[] next = {0};
                TaskHandle<?> serving = group.spawn("serve", () -> listener.serve(stream -> {
                    if (next[0] < errors.size()) {
                        throw errors.get(next[0]++).get();
                    }
                    stream.send(new byte[]{1});
                }, o -> o.isolated(true)));
                for (int i = 0; i < errors.size(); i++) {
                    try (SocketStream client = Pair.connect(listener)) {
                        assertThrows(EndOfStreamException.class, client::receive);
                    }
                }
                try (SocketStream client = Pair.connect(listener)) {
                    assertArrayEquals(new byte[]{1}, client.receive());
                }
                assertTrue(log.asked() > 0);
                serving.cancel();
                serving.awaitEnd();
            }
        }
    }

    /** The operating system fails to accept, as it does without file descriptors, and the log fails too. */
    @AnyioTest(virtualClock = true)
    void aServerThatCannotAcceptWaitsAndGoesOnWhateverTheLogDoes(TaskGroup<?> group) throws Exception {
        for (HostileLog.Kind kind : HostileLog.Kind.values()) {
            try (HostileLog log = new HostileLog(kind); FailingListener listener = FailingListener.open(3)) {
                TaskHandle<?> serving = group.spawn("serve",
                        () -> listener.serve(stream -> stream.send(new byte[]{1}), o -> o.isolated(true)));
                var start = AnyIO.currentTime();
                for (int i = 0; i < 3; i++) {
                    try (SocketStream client = listener.connect()) {
                        assertThrows(IOException.class, client::receive);
                    }
                }
                try (SocketStream client = listener.connect()) {
                    assertArrayEquals(new byte[]{1}, client.receive());
                }
                assertTrue(Duration.ofMillis(300).compareTo(start.until(AnyIO.currentTime())) <= 0,
                        "there was no pause");
                assertTrue(log.asked() > 0);
                serving.cancel();
                serving.awaitEnd();
            }
        }
    }

    private static <T> T sneakily(Throwable error) throws Exception {
        return ServeReportTest.<T, RuntimeException>thrown(error);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T, X extends Throwable> T thrown(Throwable error) throws X {
        throw (X) error;
    }
}
