package io.anyio.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.ServeStatistics;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.time.Duration;

/** The examples of docs/servers.md. */
class ServerExamples {
    private static void echo(SocketStream stream) throws IOException {
        for (byte[] chunk : stream) {
            stream.send(chunk);
        }
    }

    @AnyioTest
    void aServerWithLimits(TaskGroup<?> group) throws Exception {
        try (SocketListener listener = AnyIO.service(Listeners.class).tcp(0)) {
            group.spawn("client", () -> {
                try (SocketStream stream = connect(listener)) {
                    stream.send("hello".getBytes(UTF_8));
                    assertEquals("hello", new String(stream.receive(), UTF_8));
                }
                listener.drain();
            });
            serve(listener);
        }
    }

    private static void serve(SocketListener listener) throws IOException {
        ServeStatistics statistics = new ServeStatistics();
        listener.serve(ServerExamples::echo,
                o -> o.isolated(true).maxConnections(1000).idleTimeout(Duration.ofMinutes(5)).statistics(statistics));
        assertEquals(1, statistics.accepted());
    }

    private static void answerOne(SocketStream stream) throws IOException {
        stream.send(stream.receive());
    }

    private static void answerUntilAsked(SocketStream stream) throws IOException {
        CancelScope scope = AnyIO.openCancelScope();
        scope.run(() -> {
            while (!scope.finishRequested()) {
                answerOne(stream);
            }
        });
    }

    @AnyioTest
    void aHandlerThatFinishes(TaskGroup<?> group) throws Exception {
        try (SocketListener listener = AnyIO.service(Listeners.class).tcp(0)) {
            TaskHandle<?> serving = group.spawn("server", () -> listener.serve(ServerExamples::answerUntilAsked,
                    o -> o.isolated(true).grace(Duration.ofMinutes(1))));
            try (SocketStream stream = connect(listener)) {
                stream.send("one".getBytes(UTF_8));
                assertEquals("one", new String(stream.receive(), UTF_8));
                listener.drain();
                stream.send("two".getBytes(UTF_8));
                assertEquals("two", new String(stream.receive(), UTF_8));
                assertThrows(EndOfStreamException.class, stream::receive);
            }
            serving.await();
        }
    }

    private static SocketStream connect(SocketListener listener) throws IOException {
        return AnyIO.service(Network.class).connectTcp("127.0.0.1", listener.localPort());
    }
}
