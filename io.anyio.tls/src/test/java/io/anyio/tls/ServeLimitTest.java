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
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.Listener;
import io.anyio.api.stream.ServeOptions;
import io.anyio.api.stream.ServeStatistics;
import io.anyio.api.sync.Event;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsStream;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import io.anyio.tls.Serving.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Wrong options of {@code serve}, and how many connections it serves at the same time. */
class ServeLimitTest extends EachListener {
    @AnyioTest @Proves("SV-02")
    void wrongOptionsAreRefusedBeforeAnythingIsAccepted() throws Exception {
        Map<String, UnaryOperator<ServeOptions>> wrong = new LinkedHashMap<>();
        wrong.put("maxConnections is negative: -1", o -> o.maxConnections(-1));
        wrong.put("idleTimeout is not positive: PT0S", o -> o.idleTimeout(Duration.ZERO));
        wrong.put("handshakeTimeout is not positive: PT-1S", o -> o.handshakeTimeout(Duration.ofSeconds(-1)));
        wrong.put("closeTimeout is not positive: PT0S", o -> o.closeTimeout(Duration.ZERO));
        wrong.put("loops is negative: -1", o -> o.loops(-1));
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
}
