package io.anyio.net.tcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.ServeOptions;
import io.anyio.api.stream.ServeStatistics;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.loop.Loop;
import io.anyio.impl.task.Task;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.logging.Level;

/** Options of a serve in a given task group. */
class ServeInAGroupTest {
    private static SocketStream connect(SocketListener listener) throws IOException {
        return AnyIO.service(Network.class).connectTcp("127.0.0.1", listener.localPort());
    }

    private static String ask(SocketStream stream) throws IOException {
        stream.send("?".getBytes(UTF_8));
        return new String(stream.receive(), UTF_8);
    }

    private static void answer(SocketStream stream) throws IOException {
        for (byte[] chunk : stream) {
            if (chunk[0] == '!') {
                throw new IllegalStateException("made by a test");
            }
            stream.send("answer".getBytes(UTF_8));
        }
    }

    @AnyioTest @Proves("SV-43")
    void connectionsAreThoseOfTheGroup(TaskGroup<?> group) throws Exception {
        ServeStatistics statistics = new ServeStatistics();
        SocketListener listener = AnyIO.service(Listeners.class).tcp(0, o -> o.host("127.0.0.1"));
        Set<Loop> loops = new HashSet<>();
        TaskHandle<?> serving = group.spawn("serve", () -> listener.serve(stream -> {
            loops.add(Task.current("test").loop);
            answer(stream);
        }, group, o -> o.isolated(true).maxConnections(1).statistics(statistics).grace(Duration.ZERO).loops(2)));
        try (SocketStream first = connect(listener); SocketStream second = connect(listener)) {
            assertEquals("answer", ask(first));
            second.send("!".getBytes(UTF_8));
            assertEquals(1, statistics.accepted());
            first.sendEof();
            assertThrows(EndOfStreamException.class, second::receive);
            assertEquals(1, statistics.handlerFailures());
            try (SocketStream third = connect(listener)) {
                assertEquals("answer", ask(third));
                listener.drain();
                serving.await();
                assertEquals("answer", ask(third));
            }
        }
        assertEquals(Set.of(Task.current("test").loop), loops);
    }

    @AnyioTest @Proves("SV-44")
    void theOptionsAreAskedForBeforeEachConnection(TaskGroup<?> group) throws Exception {
        ServeOptions[] now = {ServeOptions.DEFAULT.isolated(true)};
        try (SocketListener listener = AnyIO.service(Listeners.class).tcp(0, o -> o.host("127.0.0.1"))) {
            group.spawn("serve", () -> listener.serve(ServeInAGroupTest::answer, group, _ -> now[0]));
            try (SocketStream before = connect(listener)) {
                assertEquals("answer", ask(before));
                now[0] = now[0].idleTimeout(Duration.ofMillis(50));
                try (SocketStream after = connect(listener)) {
                    assertThrows(EndOfStreamException.class, after::receive);
                }
                assertEquals("answer", ask(before));
            }
            listener.drain();
        }
    }

    @AnyioTest @Proves("SV-44")
    void theLogHasTheIdleTimeoutThatApplied(TaskGroup<?> group) throws Exception {
        ServeOptions[] now = {ServeOptions.DEFAULT.isolated(true).idleTimeout(Duration.ofMillis(50))};
        try (LogWatch log = new LogWatch(Level.ALL);
                SocketListener listener = AnyIO.service(Listeners.class).tcp(0, o -> o.host("127.0.0.1"))) {
            group.spawn("serve", () -> listener.serve(_ -> {
                now[0] = ServeOptions.DEFAULT.isolated(true);
                AnyIO.sleepForever();
            }, group, _ -> now[0]));
            try (SocketStream client = connect(listener)) {
                assertThrows(EndOfStreamException.class, client::receive);
            }
            listener.drain();
            assertTrue(log.text().contains("was idle for PT0.05S"), log::text);
        }
    }

    @AnyioTest
    void aWrongOptionIsRefusedBeforeAnythingIsAccepted(TaskGroup<?> group) throws Exception {
        try (SocketListener listener = AnyIO.service(Listeners.class).tcp(0)) {
            assertThrows(IllegalArgumentException.class,
                    () -> listener.serve(ServeInAGroupTest::answer, group, o -> o.maxConnections(-1)));
        }
    }
}
