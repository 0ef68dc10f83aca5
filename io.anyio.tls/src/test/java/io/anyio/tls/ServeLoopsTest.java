package io.anyio.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.SocketListener;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.ServeOptions;
import io.anyio.api.stream.ServeStatistics;
import io.anyio.api.sync.Event;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.task.Task;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import io.anyio.tls.Serving.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A server whose handlers run on several loops. */
class ServeLoopsTest extends EachListener {
    private static final int LOOPS = 2;
    private static final Set<Kind> ALL = EnumSet.allOf(Kind.class);

    /** Something that each loop has of its own. */
    private static Object loop() {
        return Task.current("test").loop;
    }

    private static ServeOptions options(ServeOptions options) {
        return options.isolated(true).loops(LOOPS);
    }

    private static void echo(ByteStream stream) throws IOException {
        stream.send(stream.receive());
    }

    /** Clients that have been answered once, and stay. */
    private static List<ByteStream> clients(Serving server, int count) throws IOException {
        List<ByteStream> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ByteStream client = server.connect();
            clients.add(client);
            client.send(new byte[]{(byte) i});
            assertArrayEquals(new byte[]{(byte) i}, client.receive());
        }
        return clients;
    }

    private static void close(List<ByteStream> clients) {
        clients.forEach(client -> {
            try {
                AnyIO.closeForcefully(client);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @AnyioTest(timeout = 120) @Proves({"SV-39", "SV-42"})
    void theHandlersAreSpreadOverTheLoops(TaskGroup<?> group) throws Exception {
        each(ALL, server -> {
            List<Object> loops = Collections.synchronizedList(new ArrayList<>());
            TaskHandle<?> serving = group.spawn("serve", () -> server.listener().serve(stream -> {
                loops.add(loop());
                echo(stream);
                AnyIO.sleepForever();
            }, ServeLoopsTest::options));
            List<ByteStream> clients = clients(server, 8);
            assertEquals(LOOPS, Set.copyOf(loops).size());
            for (Object each : Set.copyOf(loops)) {
                assertEquals(4, loops.stream().filter(one -> one == each).count());
            }
            serving.cancel();
            serving.awaitEnd();
            close(clients);
        });
    }

    /** A connection on another loop goes on while the loop of the server is kept busy. */
    @AnyioTest(timeout = 60) @Proves("SV-39")
    void aConnectionBelongsToTheLoopOfItsHandler(TaskGroup<?> group) throws Exception {
        Object home = loop();
        try (SocketListener listener = listen()) {
            int port = listener.localPort();
            Set<String> elsewhere = ConcurrentHashMap.newKeySet();
            TaskHandle<?> serving = group.spawn("serve", () -> listener.serve(stream -> {
                elsewhere.add(loop() == home ? "home" : "other");
                stream.send(new byte[]{(byte) (loop() == home ? 0 : 1)});
                for (byte[] bytes : stream) {
                    stream.send(bytes);
                }
            }, ServeLoopsTest::options));
            // sockets of Java, which need no loop
            List<Socket> sockets = new ArrayList<>();
            Socket other = null;
            for (int i = 0; i < LOOPS; i++) {
                Socket socket = AnyIO.runInWorkerThread(() -> new Socket("127.0.0.1", port));
                socket.setSoTimeout((int) LONG.toMillis());
                sockets.add(socket);
                if (AnyIO.runInWorkerThread(() -> socket.getInputStream().read()) == 1) {
                    other = socket;
                }
            }
            assertTrue(other != null, elsewhere::toString);
            InputStream answers = other.getInputStream();
            for (int i = 1; i < 20; i++) {
                other.getOutputStream().write(i);
                // blocks this loop
                assertEquals(i, answers.read());
            }
            for (Socket socket : sockets) {
                socket.close();
            }
            serving.cancel();
        }
    }

    @AnyioTest(timeout = 120) @Proves("SV-40")
    void theLimitCountsTheConnectionsOfAllLoops(TaskGroup<?> group) throws Exception {
        each(ALL, server -> {
            AtomicInteger running = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            ServeStatistics statistics = new ServeStatistics();
            TaskHandle<?> serving = group.spawn("serve", () -> server.listener().serve(stream -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                AnyIO.sleep(Duration.ofMillis(2));
                running.decrementAndGet();
                echo(stream);
            }, o -> options(o).maxConnections(3).statistics(statistics)));
            List<TaskHandle<?>> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                clients.add(ask(group, server, i));
            }
            for (TaskHandle<?> client : clients) {
                client.await();
            }
            eventually(() -> statistics.active() == 0);
            assertTrue(most.get() <= 3, most::toString);
            assertEquals(20, statistics.accepted());
            assertEquals(0, statistics.handlerFailures());
            serving.cancel();
            serving.awaitEnd();
        });
    }

    @AnyioTest(virtualClock = true, timeout = 120) @Proves("SV-40")
    void idleConnectionsEndOnAllLoops(TaskGroup<?> group) throws Exception {
        each(SOCKETS, server -> {
            ServeStatistics statistics = new ServeStatistics();
            TaskHandle<?> serving = group.spawn("serve", () -> server.listener().serve(stream -> {
                echo(stream);
                stream.receive();
            }, o -> options(o).idleTimeout(Duration.ofMinutes(5)).statistics(statistics)));
            List<ByteStream> clients = clients(server, 4);
            for (ByteStream client : clients) {
                assertThrows(IOException.class, client::receive);
            }
            eventually(() -> statistics.idle() == 4);
            serving.cancel();
            serving.awaitEnd();
            close(clients);
        });
    }

    @AnyioTest(timeout = 120) @Proves("SV-40")
    void drainAsksTheHandlersOfAllLoopsToFinish(TaskGroup<?> group) throws Exception {
        each(ALL, server -> {
            TaskHandle<?> serving = group.spawn("serve", () -> server.listener().serve(stream -> {
                echo(stream);
                awaitFinishRequest();
                stream.send(new byte[]{7});
            }, o -> options(o).grace(LONG)));
            List<ByteStream> clients = clients(server, 4);
            server.listener().drain();
            for (ByteStream client : clients) {
                assertArrayEquals(new byte[]{7}, client.receive());
            }
            close(clients);
            serving.await();
        });
    }

    @AnyioTest(timeout = 120) @Proves("SV-40")
    void aCloseCancelsTheHandlersOfAllLoopsAfterTheGrace(TaskGroup<?> group) throws Exception {
        each(ALL, server -> {
            List<String> reasons = Collections.synchronizedList(new ArrayList<>());
            TaskHandle<?> serving = group.spawn("serve",
                    () -> assertThrows(ClosedResourceException.class, () -> server.listener().serve(stream -> {
                        echo(stream);
                        try {
                            AnyIO.sleepForever();
                        } catch (CancelledError e) {
                            reasons.add(e.reason());
                            throw e;
                        }
                    }, o -> options(o).grace(Duration.ofMillis(1)))));
            List<ByteStream> clients = clients(server, 4);
            server.listener().close();
            serving.await();
            assertEquals(4, reasons.size());
            reasons.forEach(reason -> assertTrue(reason.contains("asked to finish"), reason));
            close(clients);
        });
    }

    @AnyioTest(timeout = 120) @Proves("SV-41")
    void aCancellationEndsTheHandlersOfAllLoops(TaskGroup<?> group) throws Exception {
        each(ALL, server -> {
            ServeStatistics statistics = new ServeStatistics();
            TaskHandle<?> serving = group.spawn("serve", () -> server.listener().serve(stream -> {
                echo(stream);
                AnyIO.sleepForever();
            }, o -> options(o).statistics(statistics)));
            List<ByteStream> clients = clients(server, 4);
            serving.cancel();
            serving.awaitEnd();
            assertEquals(0, statistics.active());
            assertEquals(TaskHandle.Status.CANCELLED, serving.status());
            close(clients);
        });
    }

    @AnyioTest(timeout = 120) @Proves("SV-41")
    void anErrorOfAHandlerOnAnyLoopEndsServe(TaskGroup<?> group) throws Exception {
        each(ALL, server -> {
            IOException error = new IOException("the third one fails");
            AtomicInteger count = new AtomicInteger();
            ServeStatistics statistics = new ServeStatistics();
            TaskHandle<Throwable> serving = group.spawn("serve",
                    () -> assertThrows(Throwable.class, () -> server.listener().serve(stream -> {
                        echo(stream);
                        if (count.incrementAndGet() == 3) {
                            throw error;
                        }
                        AnyIO.sleepForever();
                    }, o -> o.loops(LOOPS).statistics(statistics))));
            List<ByteStream> clients = clients(server, 3);
            assertSame(error, serving.await());
            assertEquals(0, statistics.active());
            assertEquals(1, statistics.handlerFailures());
            close(clients);
        });
    }

    @AnyioTest(timeout = 120) @Proves("SV-41")
    void isolatedErrorsEndOnlyTheirOwnConnection(TaskGroup<?> group) throws Exception {
        each(ALL, server -> {
            ServeStatistics statistics = new ServeStatistics();
            TaskHandle<?> serving = group.spawn("serve", () -> server.listener().serve(stream -> {
                echo(stream);
                throw new EndOfStreamException();
            }, o -> options(o).statistics(statistics)));
            close(clients(server, 10));
            eventually(() -> statistics.active() == 0);
            assertEquals(10, statistics.peerFailures() + statistics.handlerFailures());
            serving.cancel();
            serving.awaitEnd();
        });
    }

    @AnyioTest(timeout = 60) @Proves("SV-41")
    void aGroupThatSpansLoopsMayBeGiven(TaskGroup<?> group) throws Exception {
        each(ALL, server -> {
            Set<Object> loops = ConcurrentHashMap.newKeySet();
            Event served = AnyIO.createEvent();
            TaskHandle<?> serving = group.spawn("serve",
                    () -> AnyIO.createTaskGroup(IOException.class, o -> o.loops(LOOPS)).run(spanning -> {
                        group.spawn("stop", () -> {
                            served.await();
                            spanning.cancel();
                        });
                        server.listener().serve(stream -> {
                            loops.add(loop());
                            echo(stream);
                            AnyIO.sleepForever();
                        }, spanning);
                    }));
            List<ByteStream> clients = clients(server, 4);
            served.set();
            serving.awaitEnd();
            assertEquals(LOOPS, loops.size());
            close(clients);
        });
    }
}
