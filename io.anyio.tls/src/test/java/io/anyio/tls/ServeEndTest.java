package io.anyio.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketListener;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.Listener;
import io.anyio.api.stream.MultiListener;
import io.anyio.api.stream.ServeStatistics;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import io.anyio.tls.Serving.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/** How a server is drained and closed. */
class ServeEndTest extends EachListener {
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
}
