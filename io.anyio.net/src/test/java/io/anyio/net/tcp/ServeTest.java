package io.anyio.net.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.net.Pair;
import io.anyio.net.Plain;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;

/** A listener that serves. */
class ServeTest {
    private static void echo(SocketStream stream) throws IOException {
        try (stream) {
            for (byte[] chunk : stream) {
                stream.send(chunk);
            }
        }
    }

    private static void assertEchoes(SocketStream client) throws IOException {
        client.send(new byte[]{1, 2, 3});
        assertArrayEquals(new byte[]{1, 2, 3}, client.receive());
    }

    @AnyioTest @Proves("TL-17")
    void eachConnectionHasATaskOfItsOwnNamedAfterHandlerAndPeer(TaskGroup<?> group) throws Exception {
        try (SocketListener listener = Pair.listen()) {
            TaskHandle<?> serving = group.spawn("serve", () -> listener.serve(ServeTest::echo));
            List<SocketStream> clients = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                clients.add(Pair.connect(listener));
            }
            for (SocketStream client : clients.reversed()) {
                assertEchoes(client);
            }
            String peer = clients.getFirst().toString();
            assertTrue(peer.startsWith("tcp:127.0.0.1:"), peer);
            List<String> names = AnyIO.getRunningTasks().stream().map(task -> task.name()).toList();
            assertEquals(100, names.stream().filter(name -> name.startsWith("ServeTest 127.0.0.1:")).count(),
                    names::toString);
            for (SocketStream client : clients) {
                client.close();
            }
            serving.cancel();
        }
    }

    @AnyioTest @Proves("TL-18")
    void withAGroupTheHandlersRunInItAndGoOnAfterServe(TaskGroup<?> group) throws Exception {
        try (SocketListener listener = Pair.listen()) {
            TaskGroup<IOException> handlers = AnyIO.createTaskGroup(IOException.class);
            handlers.run(_ -> {
                TaskHandle<?> serving = group.spawn("serve", () -> listener.serve(ServeTest::echo, handlers));
                try (SocketStream client = Pair.connect(listener)) {
                    assertEchoes(client);
                    serving.cancel();
                    serving.awaitEnd();
                    assertEchoes(client);
                }
            });
        }
    }

    @AnyioTest @Proves("TL-19")
    void leavingServeWaitsForItsCancelledHandlers(TaskGroup<?> group) throws Exception {
        List<String> events = new ArrayList<>();
        try (SocketListener listener = Pair.listen(); SocketStream client = Pair.connect(listener)) {
            TaskHandle<?> serving = group.spawn("serve", () -> {
                try {
                    listener.serve(stream -> {
                        try (stream) {
                            stream.send(new byte[]{1});
                            AnyIO.sleepForever();
                        } catch (CancelledError e) {
                            AnyIO.openCancelScope(o -> o.shield(true)).run(() -> AnyIO.sleep(Duration.ofMillis(5)));
                            events.add("handler");
                            throw e;
                        }
                    });
                } finally {
                    events.add("serve");
                }
            });
            client.receive();
            serving.cancel();
            serving.awaitEnd();
            assertEquals(List.of("handler", "serve"), events);
        }
    }

    @AnyioTest @Proves("TL-20")
    void aHandlersErrorEndsServeUnlessItIsIsolated(TaskGroup<?> group) throws Exception {
        try (SocketListener listener = Pair.listen(); SocketStream _ = Pair.connect(listener)) {
            IOException io = new FileNotFoundException("no such file");
            assertEquals(io, assertThrows(IOException.class, () -> listener.serve(_ -> {
                throw io;
            })));
            IllegalStateException unchecked = new IllegalStateException("oops");
            try (SocketStream _ = Pair.connect(listener)) {
                assertEquals(unchecked, assertThrows(IllegalStateException.class, () -> listener.serve(_ -> {
                    throw unchecked;
                })));
            }
            try (SocketStream _ = Pair.connect(listener)) {
                assertEquals(io, assertThrows(IOException.class, () -> listener.serve(_ -> {
                    throw new UncheckedIOException(io);
                })));
            }
            try (SocketStream _ = Pair.connect(listener)) {
                Exception checked = new Exception("checked");
                ExceptionGroup group1 = assertThrows(ExceptionGroup.class, () -> listener.serve(_ -> {
                    throw checked;
                }));
                assertEquals(List.of(checked), group1.exceptions());
            }
        }
        try (SocketListener listener = Pair.listen(); LogWatch log = new LogWatch()) {
            TaskHandle<?> serving = group.spawn("serve", () -> listener.serve(stream -> {
                if (stream.receive(1)[0] == 0) {
                    throw new IllegalStateException("oops");
                }
                echo(stream);
            }, o -> o.isolated(true).name("breaking")));
            try (SocketStream good = Pair.connect(listener); SocketStream bad = Pair.connect(listener)) {
                good.send(new byte[]{1});
                assertEchoes(good);
                bad.send(new byte[]{0});
                assertThrows(EndOfStreamException.class, bad::receive);
                assertEchoes(good);
                try (SocketStream later = Pair.connect(listener)) {
                    later.send(new byte[]{1});
                    assertEchoes(later);
                }
                assertEquals(1, log.records().size(), log::text);
                assertEquals(Level.SEVERE, log.records().getFirst().getLevel());
                assertInstanceOf(IllegalStateException.class, log.records().getFirst().getThrown());
                assertTrue(
                        log.text().contains(
                                "The handler breaking of application failed with the connection tcp:127.0.0.1:"),
                        log::text);
            }
            serving.cancel();
        }
    }

    @AnyioTest @Proves("TL-21")
    void theHandlerOwnsItsStream(TaskGroup<?> group) throws Exception {
        try (SocketListener listener = Pair.listen(); SocketStream client = Pair.connect(listener)) {
            List<SocketStream> handedOver = new ArrayList<>();
            TaskHandle<?> serving = group.spawn("serve", () -> listener.serve(handedOver::add));
            while (handedOver.isEmpty()) {
                AnyIO.waitAllTasksBlocked();
            }
            try (SocketStream server = handedOver.getFirst()) {
                client.send(new byte[]{5});
                assertArrayEquals(new byte[]{5}, server.receive());
                serving.cancel();
                serving.awaitEnd();
                server.send(new byte[]{6});
                assertArrayEquals(new byte[]{6}, client.receive());
            }
        }
    }

    @AnyioTest @Proves("ML-09")
    void closingEndsServeWithOneError(TaskGroup<?> group) throws Exception {
        for (String host : new String[]{"127.0.0.1", "localhost"}) {
            SocketListener listener = Plain.listeners(Map.of("localhost", List.of("127.0.0.1", "::1"))).tcp(0,
                    o -> o.host(host));
            TaskHandle<?> serving = group.spawn("serve",
                    () -> assertThrows(ClosedResourceException.class, () -> listener.serve(ServeTest::echo)));
            AnyIO.waitAllTasksBlocked();
            assertFalse(serving.status() != TaskHandle.Status.PENDING);
            listener.close();
            serving.await();
        }
    }

    @AnyioTest(virtualClock = true) @Proves("TL-23")
    void aServerWithoutFileDescriptorsWaitsAndGoesOn(TaskGroup<?> group) throws Exception {
        try (DescriptorLimit limit = DescriptorLimit.orSkip();
                SocketListener listener = Pair.listen();
                LogWatch log = new LogWatch()) {
            TaskHandle<?> serving = group.spawn("serve", () -> listener.serve(ServeTest::echo));
            AnyIO.waitAllTasksBlocked();
            try (SocketStream before = Pair.connect(listener); SocketStream waiting = Pair.connect(listener)) {
                assertEchoes(before);
                assertEchoes(waiting);
                limit.warmUp();
                var peer = java.nio.channels.SocketChannel.open();
                try (peer) {
                    limit.exhaust();
                    peer.connect(new java.net.InetSocketAddress("127.0.0.1", listener.localPort()));
                    AnyIO.sleep(Duration.ofMillis(350));
                    assertEchoes(before);
                    limit.restore();
                    assertEquals(1, log.records().size(), log::text);
                    assertTrue(log.text().contains("Too many open files"), log::text);
                    AnyIO.sleep(Duration.ofMillis(150));
                    assertEquals(TaskHandle.Status.PENDING, serving.status());
                    peer.write(java.nio.ByteBuffer.wrap(new byte[]{7}));
                    java.nio.ByteBuffer reply = java.nio.ByteBuffer.allocate(1);
                    AnyIO.sleep(Duration.ofMillis(1));
                    peer.configureBlocking(false);
                    AnyIO.failAfter(Duration.ofSeconds(100), () -> {
                        while (peer.read(reply) == 0) {
                            AnyIO.sleep(Duration.ofMillis(1));
                        }
                    });
                    assertEquals(7, reply.get(0));
                }
            }
            serving.cancel();
        }
    }

    @AnyioTest(virtualClock = true)
    void afterAFailureAcceptingPausesBeforeItIsTriedAgain(TaskGroup<?> group) throws Exception {
        try (FailingListener listener = FailingListener.open(5)) {
            List<SocketStream> clients = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                clients.add(listener.connect());
            }
            Deadline begin = AnyIO.currentTime();
            TaskHandle<?> serving = group.spawn("serve",
                    () -> listener.serve(stream -> stream.send(new byte[]{7}), o -> o));
            assertEquals(7, clients.getLast().receive()[0]);
            Duration passed = begin.until(AnyIO.currentTime());
            assertTrue(passed.compareTo(Duration.ofMillis(400)) >= 0, passed::toString);
            serving.cancel();
            for (SocketStream client : clients) {
                client.close();
            }
        }
    }
}
