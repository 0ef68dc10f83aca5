package io.anyio.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.Listener;
import io.anyio.api.stream.ServeOptions;
import io.anyio.api.stream.ServeStatistics;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsStream;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What ends a connection because it takes too long. */
class ServeTimeoutTest extends EachListener {
    @AnyioTest(virtualClock = true, timeout = 60) @Proves({"SV-10", "SV-11", "SV-15"})
    void aConnectionIsIdleAfterItsLastByte(TaskGroup<?> group) throws Exception {
        each(SOCKETS, server -> {
            ServeStatistics statistics = new ServeStatistics();
            List<String> reasons = new ArrayList<>();
            List<Duration> times = new ArrayList<>();
            TaskHandle<?> serving = group.spawn("serve", () -> server.listener().serve(stream -> {
                Deadline begun = AnyIO.currentTime();
                try {
                    for (byte[] bytes : stream) {
                        stream.send(bytes);
                    }
                } catch (CancelledError e) {
                    reasons.add(e.reason());
                    times.add(begun.until(AnyIO.currentTime()));
                    throw e;
                }
            }, o -> o.isolated(true).idleTimeout(Duration.ofSeconds(10)).statistics(statistics)));
            try (ByteStream client = server.connect()) {
                for (int i = 0; i < 4; i++) {
                    client.send(new byte[]{1});
                    assertArrayEquals(new byte[]{1}, client.receive());
                    AnyIO.sleep(Duration.ofSeconds(6));
                }
                assertEquals(0, statistics.idle());
                assertThrows(IOException.class, client::receive);
            }
            eventually(() -> statistics.active() == 0, Duration.ofMillis(500));
            assertEquals(1, statistics.idle());
            assertEquals(0, statistics.handlerFailures() + statistics.peerFailures() + statistics.left());
            assertEquals(28, times.getFirst().toSeconds());
            assertTrue(reasons.getFirst().contains("no byte has come or gone for PT10S"), reasons::toString);
            assertEquals(TaskHandle.Status.PENDING, serving.status());
            serving.cancel();
        });
    }

    @AnyioTest(virtualClock = true, timeout = 60) @Proves("SV-12")
    void aConnectionWhosePeerTakesNothingIsIdle(TaskGroup<?> group) throws Exception {
        each(SOCKETS, server -> {
            ServeStatistics statistics = new ServeStatistics();
            TaskHandle<?> serving = group.spawn("serve",
                    () -> server.listener().serve(stream -> stream.send(new byte[24 << 20]),
                            o -> o.isolated(true).idleTimeout(Duration.ofSeconds(10)).statistics(statistics)));
            try (ByteStream client = server.connect()) {
                eventually(() -> statistics.idle() == 1 && statistics.active() == 0, Duration.ofSeconds(1));
                assertThrows(IOException.class, () -> {
                    int received = 0;
                    while (received < 24 << 20) {
                        received += client.receive().length;
                    }
                });
            }
            serving.cancel();
        });
    }

    @AnyioTest(virtualClock = true) @Proves("SV-13")
    void theTimeCountsInTheHandshakeToo(TaskGroup<?> group) throws Exception {
        try (SocketListener sockets = listen()) {
            ServeStatistics statistics = new ServeStatistics();
            Listener<TlsStream> listener = AnyIO.service(Tls.class).listen(sockets, o -> o.context(context));
            TaskHandle<?> serving = group.spawn("serve", () -> listener.serve(_ -> {
                throw new IllegalStateException("handled");
            }, o -> o.idleTimeout(Duration.ofSeconds(10)).statistics(statistics)));
            try (SocketStream silent = connect(sockets)) {
                Deadline begun = AnyIO.currentTime();
                assertThrows(IOException.class, silent::receive);
                assertEquals(10, begun.until(AnyIO.currentTime()).toSeconds());
            }
            eventually(() -> statistics.active() == 0, Duration.ofMillis(500));
            assertEquals(1, statistics.idle());
            serving.cancel();
        }
    }

    @AnyioTest(virtualClock = true) @Proves("SV-14")
    void anIdleHandlerThatOwnsItsStreamLosesIt(TaskGroup<?> group) throws Exception {
        each(SOCKETS, server -> {
            List<ByteStream> kept = new ArrayList<>();
            TaskHandle<?> serving = group.spawn("serve", () -> server.listener().serve(stream -> {
                kept.add(stream);
                AnyIO.sleepForever();
            }, o -> o.idleTimeout(Duration.ofSeconds(1))));
            try (ByteStream client = server.connect()) {
                assertThrows(IOException.class, client::receive);
            }
            eventually(() -> !kept.isEmpty());
            assertThrows(ClosedResourceException.class, () -> kept.getFirst().receive());
            assertEquals(TaskHandle.Status.PENDING, serving.status());
            serving.cancel();
        });
    }

    // ---- the timeouts of TLS

    @AnyioTest(virtualClock = true) @Proves("SV-17")
    void theHandshakeTimeoutOfTheServerCounts(TaskGroup<?> group) throws Exception {
        try (SocketListener sockets = listen()) {
            ServeStatistics statistics = new ServeStatistics();
            Listener<TlsStream> listener = AnyIO.service(Tls.class).listen(sockets, o -> o.context(context));
            TaskHandle<?> serving = group.spawn("serve", () -> listener.serve(_ -> {
                throw new IllegalStateException("handled");
            }, o -> o.handshakeTimeout(Duration.ofSeconds(3)).statistics(statistics)));
            try (SocketStream silent = connect(sockets)) {
                Deadline begun = AnyIO.currentTime();
                assertThrows(IOException.class, silent::receive);
                assertEquals(3, begun.until(AnyIO.currentTime()).toSeconds());
            }
            eventually(() -> statistics.active() == 0, Duration.ofMillis(500));
            assertEquals(1, statistics.peerFailures());
            serving.cancel();
        }
    }

    @AnyioTest(virtualClock = true) @Proves("SV-44")
    void theHandshakeTimeoutIsAskedForBeforeEachConnection(TaskGroup<?> group) throws Exception {
        ServeOptions[] now = {ServeOptions.DEFAULT.handshakeTimeout(Duration.ofSeconds(3))};
        try (SocketListener sockets = listen()) {
            Listener<TlsStream> listener = AnyIO.service(Tls.class).listen(sockets, o -> o.context(context));
            group.spawn("serve", () -> listener.serve(_ -> {
                throw new IllegalStateException("handled");
            }, group, _ -> now[0]));
            for (int seconds : new int[]{3, 7}) {
                now[0] = now[0].handshakeTimeout(Duration.ofSeconds(seconds));
                try (SocketStream silent = connect(sockets)) {
                    Deadline begun = AnyIO.currentTime();
                    assertThrows(IOException.class, silent::receive);
                    assertEquals(seconds, begun.until(AnyIO.currentTime()).toSeconds());
                }
            }
            listener.drain();
        }
    }

    @AnyioTest(virtualClock = true) @Proves("SV-18")
    void aCloseWithoutAnAnswerEndsAfterTheCloseTimeout(TaskGroup<?> group) throws Exception {
        try (SocketListener sockets = listen()) {
            ServeStatistics statistics = new ServeStatistics();
            Listener<TlsStream> listener = AnyIO.service(Tls.class).listen(sockets, o -> o.context(context));
            TaskHandle<?> serving = group.spawn("serve", () -> listener.serve(stream -> stream.send(new byte[]{1}),
                    o -> o.isolated(true).closeTimeout(Duration.ofSeconds(5)).statistics(statistics)));
            try (SocketStream socket = connect(sockets)) {
                TlsStream client = encrypt(socket);
                assertArrayEquals(new byte[]{1}, client.receive());
                Deadline begun = AnyIO.currentTime();
                assertEquals(1, statistics.active());
                eventually(() -> statistics.active() == 0, Duration.ofMillis(500));
                assertEquals(5, begun.until(AnyIO.currentTime()).toSeconds());
                assertEquals(0, statistics.handlerFailures() + statistics.peerFailures());
            }
            serving.cancel();
        }
    }
}
