package io.anyio.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.Listener;
import io.anyio.api.stream.MultiListener;
import io.anyio.api.stream.ServeOptions;
import io.anyio.api.stream.ServeStatistics;
import io.anyio.api.sync.Event;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsStream;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import io.anyio.tls.Serving.Kind;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The options of {@code serve}, on every kind of listener. */
class ServerKitTest {
    private static final Set<Kind> SOCKETS = EnumSet.complementOf(EnumSet.of(Kind.OWN));
    private static final Duration LONG = Duration.ofSeconds(60);

    private static SSLContext context;

    @TempDir
    static Path folder;

    @BeforeAll
    static void makeKeys() throws Exception {
        context = TestKeys.make(folder).context("TLS");
    }

    /** What is done with a server of each kind. */
    private interface Trial {
        void with(Serving server) throws Exception;
    }

    private static void each(Set<Kind> kinds, Trial trial) throws Exception {
        for (Kind kind : kinds) {
            try (Serving server = Serving.open(kind, context, folder)) {
                trial.with(server);
            } catch (Throwable e) {
                throw new AssertionError(kind + ": " + e, e);
            }
        }
    }

    private static void eventually(BooleanSupplier condition) {
        eventually(condition, Duration.ofMillis(1));
    }

    /** On a virtual clock each step takes as long as the loop needs to come to rest. */
    private static void eventually(BooleanSupplier condition, Duration step) {
        AnyIO.failAfter(LONG, () -> {
            while (!condition.getAsBoolean()) {
                AnyIO.sleep(step);
            }
        });
    }

    private static <T> TaskHandle<T> ask(TaskGroup<?> group, Serving server, int id) {
        return group.spawn("client " + id, () -> {
            try (ByteStream client = server.connect()) {
                client.send(new byte[]{(byte) id});
                assertArrayEquals(new byte[]{(byte) id}, client.receive());
                return null;
            }
        });
    }

    // ---- options

    @AnyioTest @Proves("SV-02")
    void wrongOptionsAreRefusedBeforeAnythingIsAccepted() throws Exception {
        Map<String, UnaryOperator<ServeOptions>> wrong = new LinkedHashMap<>();
        wrong.put("maxConnections is negative: -1", o -> o.maxConnections(-1));
        wrong.put("idleTimeout is not positive: PT0S", o -> o.idleTimeout(Duration.ZERO));
        wrong.put("handshakeTimeout is not positive: PT-1S", o -> o.handshakeTimeout(Duration.ofSeconds(-1)));
        wrong.put("closeTimeout is not positive: PT0S", o -> o.closeTimeout(Duration.ZERO));
        wrong.put("grace is negative: PT-1S", o -> o.grace(Duration.ofSeconds(-1)));
        wrong.put("idleTimeout: the timeout is null", o -> o.idleTimeout(null));
        wrong.put("handshakeTimeout: the timeout is null", o -> o.handshakeTimeout(null));
        wrong.put("closeTimeout: the timeout is null", o -> o.closeTimeout(null));
        wrong.put("the grace is null", o -> o.grace(null));
        wrong.put("the name is null", o -> o.name(null));
        wrong.put("statistics is null", o -> o.statistics(null));
        wrong.put("the function has returned null", _ -> null);
        each(EnumSet.allOf(Kind.class), server -> wrong.forEach((message, options) -> {
            RuntimeException refused = assertThrows(RuntimeException.class,
                    () -> server.listener().serve(_ -> {}, options));
            assertTrue(refused.getMessage().contains(message), refused::toString);
        }));
    }

    @AnyioTest @Proves("SV-16")
    void whatNeedsSocketsIsRefusedForConnectionsWithoutOne(TaskGroup<?> group) throws Exception {
        for (UnaryOperator<ServeOptions> options : List.<UnaryOperator<ServeOptions>>of(o -> o.idleTimeout(LONG),
                o -> o.peerLeft(true))) {
            try (Serving server = Serving.open(Kind.OWN, context, folder); ByteStream _ = server.connect()) {
                UnsupportedOperationException refused = assertThrows(UnsupportedOperationException.class,
                        () -> server.listener().serve(_ -> {}, options));
                assertTrue(refused.getMessage().contains("need a listener of sockets"), refused::toString);
            }
        }
    }

    // ---- the limit

    @AnyioTest(timeout = 60) @Proves({"SV-01", "SV-03", "SV-04"})
    void atMostSoManyConnectionsAreServedAndNobodyIsTurnedAway(TaskGroup<?> group) throws Exception {
        each(EnumSet.allOf(Kind.class), server -> {
            Event go = AnyIO.createEvent();
            int[] running = {0, 0};
            ServeStatistics statistics = new ServeStatistics();
            TaskHandle<?> serving = group.spawn("serve", () -> server.listener().serve(stream -> {
                running[1] = Math.max(running[1], ++running[0]);
                byte[] bytes = stream.receive();
                go.await();
                stream.send(bytes);
                running[0]--;
            }, o -> o.isolated(true).maxConnections(2).statistics(statistics)));
            List<TaskHandle<?>> clients = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                clients.add(ask(group, server, i));
            }
            eventually(() -> running[0] == 2);
            for (int i = 0; i < 20; i++) {
                AnyIO.waitAllTasksBlocked();
            }
            assertEquals(2, running[0]);
            assertEquals(2, statistics.active());
            go.set();
            for (TaskHandle<?> client : clients) {
                client.await();
            }
            assertEquals(2, running[1]);
            assertEquals(7, statistics.accepted());
            serving.cancel();
            serving.awaitEnd();
            assertEquals(0, statistics.active());
        });
    }

    @AnyioTest(timeout = 60) @Proves("SV-05")
    void theLimitCountsAllSocketsTogether(TaskGroup<?> group) throws Exception {
        each(Set.of(Kind.JOINED), server -> {
            int[] running = {0, 0};
            TaskHandle<?> serving = group.spawn("serve", () -> server.listener().serve(stream -> {
                running[1] = Math.max(running[1], ++running[0]);
                AnyIO.checkpoint();
                stream.send(stream.receive());
                running[0]--;
            }, o -> o.isolated(true).maxConnections(1)));
            List<TaskHandle<?>> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                clients.add(ask(group, server, i));
            }
            for (TaskHandle<?> client : clients) {
                client.await();
            }
            assertEquals(1, running[1]);
            serving.cancel();
        });
    }

    @AnyioTest @Proves("SV-06")
    void aHandshakeCounts(TaskGroup<?> group) throws Exception {
        try (SocketListener sockets = listen()) {
            ServeStatistics statistics = new ServeStatistics();
            Listener<TlsStream> listener = AnyIO.service(Tls.class).listen(sockets, o -> o.context(context));
            TaskHandle<?> serving = group.spawn("serve", () -> listener.serve(stream -> stream.send(new byte[]{1}),
                    o -> o.isolated(true).maxConnections(1).closeTimeout(LONG).statistics(statistics)));
            SocketStream silent = connect(sockets);
            eventually(() -> statistics.active() == 1);
            TaskHandle<?> client = group.spawn("client", () -> {
                try (TlsStream stream = encrypt(connect(sockets))) {
                    assertArrayEquals(new byte[]{1}, stream.receive());
                }
            });
            for (int i = 0; i < 20; i++) {
                AnyIO.waitAllTasksBlocked();
            }
            assertEquals(1, statistics.accepted());
            silent.close();
            client.await();
            serving.cancel();
        }
    }

    @AnyioTest @Proves("SV-07")
    void aHandlerThatFailsFreesItsPlace(TaskGroup<?> group) throws Exception {
        each(EnumSet.allOf(Kind.class), server -> {
            ServeStatistics statistics = new ServeStatistics();
            TaskHandle<?> serving = group.spawn("serve", () -> server.listener().serve(stream -> {
                throw new EndOfStreamException();
            }, o -> o.isolated(true).maxConnections(1).statistics(statistics)));
            for (int i = 0; i < 10; i++) {
                try (ByteStream client = server.connect()) {
                    assertThrows(IOException.class, client::receive);
                }
            }
            eventually(() -> statistics.active() == 0);
            assertEquals(10, statistics.peerFailures());
            serving.cancel();
        });
    }

    @AnyioTest @Proves("SV-08")
    void aCancelledWaitForRoomLosesNoConnection(TaskGroup<?> group) throws Exception {
        each(EnumSet.of(Kind.TCP, Kind.UNIX), server -> {
            TaskHandle<?> serving = group.spawn("serve",
                    () -> server.listener().serve(_ -> AnyIO.sleepForever(), o -> o.maxConnections(1)));
            try (ByteStream _ = server.connect()) {
                TaskHandle<?> waiting = ask(group, server, 7);
                for (int i = 0; i < 20; i++) {
                    AnyIO.waitAllTasksBlocked();
                }
                serving.cancel();
                serving.awaitEnd();
                TaskHandle<?> next = group.spawn("serve again", () -> server.listener().serve(stream -> {
                    try (stream) {
                        stream.send(stream.receive());
                    }
                }));
                waiting.await();
                next.cancel();
            }
        });
    }

    @AnyioTest @Proves("SV-09")
    void aListenerThatWaitsForRoomCanBeDrainedAndClosed(TaskGroup<?> group) throws Exception {
        for (boolean drains : new boolean[]{true, false}) {
            each(SOCKETS, server -> {
                ServeStatistics statistics = new ServeStatistics();
                TaskHandle<?> serving = group.spawn("serve", () -> {
                    CallsServe calls = () -> server.listener().serve(stream -> {
                        try (stream) {
                            awaitFinishRequest();
                        }
                    }, o -> o.isolated(true).maxConnections(1).grace(LONG).statistics(statistics));
                    if (drains) {
                        calls.serve();
                    } else {
                        assertThrows(ClosedResourceException.class, calls::serve);
                    }
                });
                ByteStream client = server.connect();
                eventually(() -> statistics.active() == 1);
                for (int i = 0; i < 20; i++) {
                    AnyIO.waitAllTasksBlocked();
                }
                if (drains) {
                    server.listener().drain();
                } else {
                    server.listener().close();
                }
                AnyIO.failAfter(LONG, serving::await);
                client.close();
            });
        }
    }

    private interface CallsServe {
        void serve() throws IOException;
    }

    private static void awaitFinishRequest() {
        CancelScope scope = AnyIO.openCancelScope();
        scope.run(() -> {
            while (!scope.finishRequested()) {
                AnyIO.sleep(Duration.ofMillis(50));
            }
        });
    }

    // ---- idle connections

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

    // ---- the end

    @AnyioTest(virtualClock = true, timeout = 60) @Proves({"SV-19", "SV-20", "SV-21", "SV-22", "SV-24"})
    void drainedAndClosedServersLetTheirHandlersFinish(TaskGroup<?> group) throws Exception {
        for (boolean drains : new boolean[]{true, false}) {
            each(EnumSet.allOf(Kind.class), server -> {
                ServeStatistics statistics = new ServeStatistics();
                List<String> reasons = new ArrayList<>();
                TaskHandle<?> serving = group.spawn("serve", () -> {
                    CallsServe calls = () -> server.listener().serve(stream -> {
                        if (stream.receive()[0] == 0) {
                            awaitFinishRequest();
                            stream.send("bye".getBytes(java.nio.charset.StandardCharsets.UTF_8));
                            return;
                        }
                        try {
                            AnyIO.sleepForever();
                        } catch (CancelledError e) {
                            reasons.add(e.reason());
                            throw e;
                        }
                    }, o -> o.isolated(true).grace(Duration.ofSeconds(30)).statistics(statistics));
                    if (drains) {
                        calls.serve();
                    } else {
                        assertThrows(ClosedResourceException.class, calls::serve);
                    }
                });
                ByteStream polite = server.connect();
                polite.send(new byte[]{0});
                ByteStream stubborn = server.connect();
                stubborn.send(new byte[]{1});
                for (int i = 0; i < 100; i++) {
                    AnyIO.checkpoint();
                }
                eventually(() -> statistics.accepted() == 2);
                AnyIO.sleep(Duration.ofMillis(50));
                Deadline end = AnyIO.currentTime();
                if (drains) {
                    server.listener().drain();
                } else {
                    server.listener().close();
                }
                assertEquals(3, polite.receive().length);
                assertTrue(end.until(AnyIO.currentTime()).toMillis() < 1000);
                eventually(() -> statistics.active() == 1, Duration.ofMillis(500));
                assertThrows(Exception.class, () -> server.connect().receive(), "nobody listens any more");
                assertThrows(IOException.class, stubborn::receive);
                serving.await();
                assertEquals(30, end.until(AnyIO.currentTime()).toSeconds());
                assertTrue(reasons.getFirst().contains("it was asked to finish"), reasons::toString);
                assertEquals(2, statistics.accepted());
                assertEquals(0, statistics.active() + statistics.handlerFailures() + statistics.peerFailures());
                polite.close();
                stubborn.close();
            });
        }
    }

    @AnyioTest(virtualClock = true) @Proves("SV-23")
    void withoutGraceTheHandlersAreCancelledAtOnce(TaskGroup<?> group) throws Exception {
        each(EnumSet.allOf(Kind.class), server -> {
            ServeStatistics statistics = new ServeStatistics();
            TaskHandle<?> serving = group.spawn("serve",
                    () -> server.listener().serve(_ -> AnyIO.sleepForever(),
                            o -> o.isolated(true).grace(Duration.ZERO).statistics(statistics)));
            try (ByteStream _ = server.connect()) {
                eventually(() -> statistics.active() == 1);
                Deadline end = AnyIO.currentTime();
                server.listener().drain();
                serving.await();
                assertTrue(end.until(AnyIO.currentTime()).toMillis() < 1000);
            }
        });
    }

    @AnyioTest @Proves("SV-25")
    void aDrainMayComeFromAnywhereAndAgain(TaskGroup<?> group) throws Exception {
        each(EnumSet.allOf(Kind.class), server -> {
            TaskHandle<?> serving = group.spawn("serve", () -> server.listener().serve(_ -> {}));
            AnyIO.waitAllTasksBlocked();
            AnyIO.runInWorkerThread(() -> {
                server.listener().drain();
                return null;
            });
            AnyIO.failAfter(LONG, serving::await);
            server.listener().drain();
            server.listener().close();
            server.listener().drain();
            assertThrows(ClosedResourceException.class, () -> server.listener().serve(_ -> {}));
        });
        each(EnumSet.allOf(Kind.class), server -> {
            server.listener().drain();
            assertThrows(ClosedResourceException.class, () -> server.listener().serve(_ -> {}));
        });
    }

    @AnyioTest @Proves("SV-26")
    void withAGivenGroupTheHandlersGoOnAfterADrain(TaskGroup<?> group) throws Exception {
        each(EnumSet.allOf(Kind.class), server -> {
            TaskGroup<IOException> handlers = AnyIO.createTaskGroup(IOException.class);
            handlers.run(_ -> {
                TaskHandle<?> serving = group.spawn("serve", () -> server.listener().serve(stream -> {
                    try (stream) {
                        for (byte[] bytes : stream) {
                            stream.send(bytes);
                        }
                    }
                }, handlers));
                try (ByteStream client = server.connect()) {
                    client.send(new byte[]{1});
                    assertArrayEquals(new byte[]{1}, client.receive());
                    server.listener().drain();
                    AnyIO.failAfter(LONG, serving::await);
                    client.send(new byte[]{2});
                    assertArrayEquals(new byte[]{2}, client.receive());
                }
            });
        });
    }

    @AnyioTest @Proves("SV-27")
    void aCancellationEndsTheGrace(TaskGroup<?> group) throws Exception {
        each(EnumSet.allOf(Kind.class), server -> {
            ServeStatistics statistics = new ServeStatistics();
            TaskHandle<?> serving = group.spawn("serve", () -> server.listener().serve(_ -> AnyIO.sleepForever(),
                    o -> o.isolated(true).grace(Duration.ofHours(1)).statistics(statistics)));
            try (ByteStream _ = server.connect()) {
                eventually(() -> statistics.active() == 1);
                server.listener().drain();
                for (int i = 0; i < 20; i++) {
                    AnyIO.waitAllTasksBlocked();
                }
                assertEquals(TaskHandle.Status.PENDING, serving.status());
                serving.cancel();
                AnyIO.failAfter(LONG, serving::awaitEnd);
                assertEquals(0, statistics.active());
            }
        });
    }

    @AnyioTest @Proves("SV-28")
    void ofJoinedListenersAllAreDrainedThoughOneCannotBe(TaskGroup<?> group) throws Exception {
        Listener<ByteStream> stubborn = new Listener<>() {
            @Override
            public void serve(io.anyio.api.task.BlockWith<? super ByteStream, ?> handler, TaskGroup<?> in) {
                AnyIO.sleepForever();
            }

            @Override
            public void close() {}

            @Override
            public Map<io.anyio.api.attribute.TypedAttribute<?>, java.util.function.Supplier<?>> attributes() {
                return Map.of();
            }
        };
        try (SocketListener sockets = listen()) {
            int port = sockets.localPort();
            MultiListener<ByteStream> all = new MultiListener<>(List.of(stubborn, sockets));
            UnsupportedOperationException refused = assertThrows(UnsupportedOperationException.class, all::drain);
            assertTrue(refused.getMessage().contains("cannot be drained"), refused::toString);
            assertThrows(IOException.class, () -> AnyIO.service(Network.class).connectTcp("127.0.0.1", port));
        }
    }

    // ---- peers that leave

    @AnyioTest(timeout = 60) @Proves({"SV-29", "SV-15"})
    void aBusyHandlerIsCancelledWhenItsPeerResetsTheConnection(TaskGroup<?> group) throws Exception {
        each(EnumSet.of(Kind.TCP), server -> {
            ServeStatistics statistics = new ServeStatistics();
            List<String> reasons = new ArrayList<>();
            TaskHandle<?> serving = group.spawn("serve", () -> server.listener().serve(stream -> {
                stream.send(stream.receive());
                try {
                    AnyIO.sleepForever();
                } catch (CancelledError e) {
                    reasons.add(e.reason());
                    throw e;
                }
            }, o -> o.isolated(true).peerLeft(true).statistics(statistics)));
            SocketStream client = (SocketStream) server.connect();
            client.send(new byte[]{1});
            client.receive();
            reset(client);
            eventually(() -> statistics.active() == 0);
            assertEquals(1, statistics.left());
            assertEquals(0, statistics.handlerFailures() + statistics.peerFailures() + statistics.idle());
            assertTrue(reasons.getFirst().contains("the other side has gone"), reasons::toString);
            assertEquals(TaskHandle.Status.PENDING, serving.status());
            serving.cancel();
        });
    }

    @AnyioTest(timeout = 60, backends = "carrier") @Proves("SV-30")
    void aCloseOfBothDirectionsIsNoticed(TaskGroup<?> group) throws Exception {
        each(EnumSet.of(Kind.UNIX), server -> assertLeaves(group, server, false));
        each(EnumSet.of(Kind.TCP), server -> assertLeaves(group, server, true));
    }

    @AnyioTest(timeout = 60, backends = "pool") @Proves("SV-30")
    void aCloseOfBothDirectionsFailsTheNextSend(TaskGroup<?> group) throws Exception {
        each(EnumSet.of(Kind.TCP, Kind.UNIX), server -> {
            ServeStatistics statistics = new ServeStatistics();
            Event closed = AnyIO.createEvent();
            TaskHandle<?> serving = group.spawn("serve", () -> server.listener().serve(stream -> {
                closed.await();
                while (true) {
                    stream.send(new byte[]{1});
                    AnyIO.sleep(Duration.ofMillis(1));
                }
            }, o -> o.isolated(true).peerLeft(true).statistics(statistics)));
            ByteStream client = server.connect();
            eventually(() -> statistics.active() == 1);
            client.close();
            closed.set();
            eventually(() -> statistics.active() == 0);
            assertEquals(1, statistics.peerFailures());
            serving.cancel();
        });
    }

    /** Over TCP, the end of the other direction shows when something is sent there. */
    private static void assertLeaves(TaskGroup<?> group, Serving server, boolean sends) throws Exception {
        ServeStatistics statistics = new ServeStatistics();
        Event closed = AnyIO.createEvent();
        TaskHandle<?> serving = group.spawn("serve", () -> server.listener().serve(stream -> {
            closed.await();
            if (sends) {
                stream.send(new byte[]{1});
            }
            AnyIO.sleepForever();
        }, o -> o.isolated(true).peerLeft(true).statistics(statistics)));
        ByteStream client = server.connect();
        eventually(() -> statistics.active() == 1);
        client.close();
        closed.set();
        eventually(() -> statistics.active() == 0);
        assertEquals(1, statistics.left());
        serving.cancel();
    }

    @AnyioTest(timeout = 60) @Proves({"SV-31", "SV-32"})
    void whoEndsOnlyItsOwnDirectionHasNotGone(TaskGroup<?> group) throws Exception {
        each(SOCKETS, server -> {
            ServeStatistics statistics = new ServeStatistics();
            TaskHandle<?> serving = group.spawn("serve", () -> server.listener().serve(stream -> {
                int count = 0;
                for (byte[] bytes : stream) {
                    count += bytes.length;
                }
                AnyIO.sleep(Duration.ofMillis(20));
                stream.send(new byte[]{(byte) (count == 100_000 ? 1 : 2)});
                stream.sendEof();
                AnyIO.sleep(Duration.ofMillis(20));
            }, o -> o.isolated(true).peerLeft(true).closeTimeout(LONG).statistics(statistics)));
            try (ByteStream client = server.connect()) {
                client.send(new byte[100_000]);
                client.sendEof();
                assertArrayEquals(new byte[]{1}, client.receive());
                assertThrows(EndOfStreamException.class, client::receive);
                eventually(() -> statistics.active() == 0);
            }
            assertEquals(0, statistics.left());
            serving.cancel();
        });
    }

    @AnyioTest(timeout = 60) @Proves("SV-33")
    void aWatchedConnectionLosesNothing(TaskGroup<?> group) throws Exception {
        byte[] data = new byte[3_000_000];
        new Random(1).nextBytes(data);
        each(SOCKETS, server -> {
            TaskHandle<?> serving = group.spawn("serve", () -> server.listener().serve(stream -> {
                for (byte[] bytes : stream) {
                    stream.send(bytes);
                }
            }, o -> o.isolated(true).peerLeft(true).idleTimeout(LONG)));
            try (ByteStream client = server.connect()) {
                TaskHandle<?> sending = group.spawn("send", () -> {
                    client.send(data);
                    client.sendEof();
                });
                byte[] back = new byte[data.length];
                int count = 0;
                for (byte[] bytes : client) {
                    System.arraycopy(bytes, 0, back, count, bytes.length);
                    count += bytes.length;
                }
                assertEquals(data.length, count);
                assertArrayEquals(data, back);
                sending.await();
            }
            serving.cancel();
        });
    }

    @AnyioTest @Proves("SV-34")
    void aWatchedConnectionBehavesLikeAnyOther(TaskGroup<?> group) throws Exception {
        each(EnumSet.of(Kind.TCP, Kind.UNIX), server -> {
            List<ByteStream> given = new ArrayList<>();
            Event checked = AnyIO.createEvent();
            TaskHandle<?> serving = group.spawn("serve", () -> server.listener().serve(stream -> {
                given.add(stream);
                checked.await();
            }, o -> o.isolated(true).peerLeft(true)));
            try (ByteStream client = server.connect()) {
                eventually(() -> !given.isEmpty());
                ByteStream stream = given.getFirst();
                assertEquals(given.getFirst().toString(), stream.toString());
                assertTrue(stream.attributes().containsKey(SocketAttribute.REMOTE_ADDRESS));
                TaskHandle<?> receiving = group.spawn("receive", () -> assertThrows(ClosedResourceException.class,
                        () -> stream.receive()));
                AnyIO.waitAllTasksBlocked();
                assertThrows(io.anyio.api.sync.BusyResourceException.class, stream::receive);
                stream.close();
                receiving.await();
                assertTrue(assertThrows(ClosedResourceException.class, stream::receive).getMessage()
                        .contains(stream.toString()));
                assertThrows(ClosedResourceException.class, () -> stream.send(new byte[1]));
                assertThrows(EndOfStreamException.class, client::receive);
                checked.set();
            }
            serving.cancel();
        });
    }

    // ---- what is told

    @AnyioTest @Proves({"SV-35", "SV-36", "SV-37"})
    void eachEndIsCountedByItsCause(TaskGroup<?> group) throws Exception {
        each(EnumSet.allOf(Kind.class), server -> {
            ServeStatistics statistics = new ServeStatistics();
            Map<Integer, Callable<Void>> ends = Map.of(0, () -> null, 1, () -> {
                throw new BrokenResourceException("reset", null);
            }, 2, () -> {
                throw new IllegalStateException("oops", new EndOfStreamException());
            }, 3, () -> {
                throw new IllegalStateException("oops");
            }, 4, () -> {
                throw new AssertionError("oops");
            });
            java.util.logging.Logger log = java.util.logging.Logger.getLogger("io.anyio");
            log.setLevel(java.util.logging.Level.OFF);
            TaskHandle<?> serving = group.spawn("serve",
                    () -> server.listener().serve(stream -> ends.get((int) stream.receive()[0]).call(),
                            o -> o.isolated(true).statistics(statistics)));
            for (int end = 0; end < ends.size(); end++) {
                try (ByteStream client = server.connect()) {
                    client.send(new byte[]{(byte) end});
                    assertThrows(EndOfStreamException.class, client::receive);
                }
            }
            eventually(() -> statistics.active() == 0);
            log.setLevel(null);
            assertEquals(5, statistics.accepted());
            assertEquals(2, statistics.peerFailures());
            assertEquals(2, statistics.handlerFailures());
            assertTrue(statistics.toString().contains("accepted=5, active=0, handlerFailures=2, peerFailures=2"),
                    statistics::toString);
            serving.cancel();
        });
    }

    @AnyioTest @Proves("SV-38")
    void anErrorOfAHandlerThatIsNotIsolatedEndsTheServerAndIsCounted(TaskGroup<?> group) throws Exception {
        each(EnumSet.allOf(Kind.class), server -> {
            ServeStatistics statistics = new ServeStatistics();
            IOException oops = new IOException("oops");
            TaskHandle<IOException> serving = group
                    .spawn("serve", () -> assertThrows(IOException.class, () -> server.listener().serve(stream -> {
                        try (stream) {
                            throw new java.io.UncheckedIOException(oops);
                        }
                    }, o -> o.statistics(statistics))));
            try (ByteStream client = server.connect()) {
                assertThrows(IOException.class, client::receive);
            }
            assertEquals(oops, serving.await());
            assertEquals(1, statistics.handlerFailures());
            assertFalse(statistics.active() != 0);
        });
    }

    // ---- by hand

    private static SocketListener listen() throws IOException {
        return AnyIO.service(Listeners.class).tcp(0, o -> o.host("127.0.0.1"));
    }

    private static SocketStream connect(SocketListener sockets) throws IOException {
        return AnyIO.service(Network.class).connectTcp("127.0.0.1", sockets.localPort());
    }

    private static TlsStream encrypt(ByteStream stream) throws IOException {
        return AnyIO.service(Tls.class).wrap(stream,
                o -> o.hostname("localhost").context(context).standardCompatible(false));
    }

    private static void reset(SocketStream stream) throws IOException {
        stream.attribute(SocketAttribute.RAW_SOCKET).setOption(StandardSocketOptions.SO_LINGER, 0);
        stream.close();
    }
}
