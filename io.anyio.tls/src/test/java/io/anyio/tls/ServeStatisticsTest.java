package io.anyio.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.Listener;
import io.anyio.api.stream.ServeOptions;
import io.anyio.api.stream.ServeStatistics;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsStream;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import io.anyio.tls.Serving.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** As what the ends of connections count: each once, by the cause that came first. */
class ServeStatisticsTest extends EachListener {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final UnaryOperator<ServeOptions> IDLE = o -> o.idleTimeout(SECOND.multipliedBy(10));
    private static final UnaryOperator<ServeOptions> LEFT = o -> o.peerLeft(true);
    private static final UnaryOperator<ServeOptions> PLAIN = o -> o;
    private static final Logger LOG = Logger.getLogger("io.anyio");

    @BeforeEach
    void quiet() {
        LOG.setLevel(Level.OFF);
    }

    @AfterEach
    void loud() {
        LOG.setLevel(null);
    }

    /** What a connection may count as. */
    private enum Cause {
        HANDLER, PEER, IDLE, LEFT, NONE
    }

    /** What a client does until its connection ends, with the socket and perhaps TLS over it. */
    private interface Client {
        void act(SocketStream socket) throws Exception;
    }

    /**
     * How a connection ends.
     *
     * @param causes as what it may count: several if they happen at once
     */
    private record End(String name, boolean tls, UnaryOperator<ServeOptions> options,
            BlockWith<ByteStream, Exception> handler, Client client, Set<Cause> causes) {}

    private static End tcp(String name, UnaryOperator<ServeOptions> options, BlockWith<ByteStream, Exception> handler,
            Client client, Cause... causes) {
        return new End("TCP: " + name, false, options, handler, client, Set.of(causes));
    }

    private static End tls(String name, UnaryOperator<ServeOptions> options, BlockWith<ByteStream, Exception> handler,
            Client client, Cause... causes) {
        return new End("TLS: " + name, true, options, handler, client, Set.of(causes));
    }

    private static UnaryOperator<ServeOptions> both(UnaryOperator<ServeOptions> first,
            UnaryOperator<ServeOptions> second) {
        return o -> second.apply(first.apply(o));
    }

    // ---- what handlers do

    private static void greet(ByteStream stream) throws IOException {
        stream.send(new byte[]{1});
    }

    private static void failOfItself(ByteStream stream) throws IOException {
        greet(stream);
        throw new IllegalStateException("oops");
    }

    private static void failByPeer(ByteStream stream) throws IOException {
        greet(stream);
        throw new BrokenResourceException("reset", null);
    }

    private static void receive(ByteStream stream) throws IOException {
        greet(stream);
        stream.receive();
    }

    private static void beBusy(ByteStream stream) throws IOException {
        greet(stream);
        AnyIO.sleepForever();
    }

    private static void failWhenCancelled(ByteStream stream) throws IOException {
        try {
            beBusy(stream);
        } catch (CancelledError e) {
            throw new IllegalStateException("the work is not complete", e);
        }
    }

    private static void failLater(ByteStream stream) {
        AnyIO.sleep(SECOND.multipliedBy(10));
        throw new IllegalStateException("oops");
    }

    private static void closeAndGoOn(ByteStream stream) throws IOException {
        greet(stream);
        AnyIO.sleep(SECOND);
        stream.close();
        AnyIO.sleep(SECOND);
    }

    // ---- what clients do

    private static void await(SocketStream socket) throws IOException {
        assertArrayEquals(new byte[]{1}, socket.receive());
        assertThrows(IOException.class, socket::receive);
    }

    private static void awaitAndReset(SocketStream socket) throws IOException {
        assertArrayEquals(new byte[]{1}, socket.receive());
        settle();
        reset(socket);
    }

    private static TlsStream greeted(SocketStream socket) throws IOException {
        TlsStream stream = AnyIO.service(Tls.class).wrap(socket, o -> o.hostname("localhost").context(context));
        assertArrayEquals(new byte[]{1}, stream.receive());
        return stream;
    }

    /** It does not answer {@code close_notify}. */
    private static void encryptAndWait(SocketStream socket) throws IOException {
        greeted(socket);
        assertThrows(IOException.class, () -> {
            while (true) {
                socket.receive();
            }
        });
    }

    private static void encryptAndClose(SocketStream socket) throws IOException {
        greeted(socket).close();
    }

    private static void encryptAndReset(SocketStream socket) throws IOException {
        greeted(socket);
        settle();
        reset(socket);
    }

    private static void sendNoTls(SocketStream socket) throws IOException {
        socket.send("GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThrows(IOException.class, () -> {
            while (true) {
                socket.receive();
            }
        });
    }

    private static void settle() {
        for (int i = 0; i < 20; i++) {
            AnyIO.waitAllTasksBlocked();
        }
    }

    private static final List<End> ENDS = List.of(
            tcp("it returns", both(IDLE, LEFT), ServeStatisticsTest::greet, ServeStatisticsTest::await, Cause.NONE),
            tcp("it fails", both(IDLE, LEFT), ServeStatisticsTest::failOfItself, ServeStatisticsTest::await,
                    Cause.HANDLER),
            tcp("it fails by its peer", both(IDLE, LEFT), ServeStatisticsTest::failByPeer, ServeStatisticsTest::await,
                    Cause.PEER),
            tcp("it is idle", both(IDLE, LEFT), ServeStatisticsTest::receive, ServeStatisticsTest::await, Cause.IDLE),
            tcp("it is idle and fails then", IDLE, ServeStatisticsTest::failWhenCancelled, ServeStatisticsTest::await,
                    Cause.IDLE),
            tcp("it fails in the moment of the idle timeout", IDLE, ServeStatisticsTest::failLater,
                    socket -> assertThrows(IOException.class, socket::receive), Cause.HANDLER, Cause.IDLE),
            tcp("its peer resets while it is busy", both(IDLE, LEFT), ServeStatisticsTest::beBusy,
                    ServeStatisticsTest::awaitAndReset, Cause.LEFT),
            tcp("its peer resets and it fails then", LEFT, ServeStatisticsTest::failWhenCancelled,
                    ServeStatisticsTest::awaitAndReset, Cause.LEFT),
            tcp("its peer resets while it receives", LEFT, ServeStatisticsTest::receive,
                    ServeStatisticsTest::awaitAndReset, Cause.PEER, Cause.LEFT),
            tcp("its peer resets, unwatched", PLAIN, ServeStatisticsTest::receive, ServeStatisticsTest::awaitAndReset,
                    Cause.PEER),
            tcp("it closes with much unread, and goes on", LEFT, ServeStatisticsTest::closeAndGoOn, socket -> {
                socket.receive();
                assertThrows(IOException.class, () -> socket.send(new byte[16 << 20]));
            }, Cause.NONE),
            tls("it returns", both(IDLE, LEFT), ServeStatisticsTest::greet, ServeStatisticsTest::encryptAndClose,
                    Cause.NONE),
            tls("it fails", both(IDLE, LEFT), ServeStatisticsTest::failOfItself, ServeStatisticsTest::encryptAndClose,
                    Cause.HANDLER),
            tls("it is idle", both(IDLE, LEFT), ServeStatisticsTest::receive, ServeStatisticsTest::encryptAndWait,
                    Cause.IDLE),
            tls("its peer resets while it is busy", LEFT, ServeStatisticsTest::beBusy,
                    ServeStatisticsTest::encryptAndReset, Cause.LEFT),
            tls("its peer resets while it receives", LEFT, ServeStatisticsTest::receive,
                    ServeStatisticsTest::encryptAndReset, Cause.PEER, Cause.LEFT),
            tls("its close is idle", IDLE, ServeStatisticsTest::greet, ServeStatisticsTest::encryptAndWait,
                    Cause.IDLE),
            tls("it fails, and its close is idle", IDLE, ServeStatisticsTest::failOfItself,
                    ServeStatisticsTest::encryptAndWait, Cause.HANDLER),
            tls("it fails by its peer, and its close is idle", IDLE, ServeStatisticsTest::failByPeer,
                    ServeStatisticsTest::encryptAndWait, Cause.PEER),
            tls("its peer resets while it closes", LEFT, ServeStatisticsTest::greet,
                    ServeStatisticsTest::encryptAndReset, Cause.PEER, Cause.LEFT),
            tls("it fails, and its peer resets while it closes", LEFT, ServeStatisticsTest::failOfItself,
                    ServeStatisticsTest::encryptAndReset, Cause.HANDLER),
            tls("no handshake", LEFT, ServeStatisticsTest::greet, ServeStatisticsTest::sendNoTls, Cause.PEER),
            tls("a reset in the handshake", LEFT, ServeStatisticsTest::greet, socket -> {
                socket.send(new byte[]{22, 3, 1, 1});
                settle();
                reset(socket);
            }, Cause.PEER, Cause.LEFT),
            tls("an idle handshake", IDLE, ServeStatisticsTest::greet,
                    socket -> assertThrows(IOException.class, socket::receive), Cause.IDLE),
            tls("a handshake that is too slow", both(IDLE, o -> o.handshakeTimeout(SECOND)),
                    ServeStatisticsTest::greet, socket -> assertThrows(IOException.class, socket::receive),
                    Cause.PEER),
            tls("a handshake that is idle and too slow",
                    both(IDLE, o -> o.handshakeTimeout(SECOND.multipliedBy(10))), ServeStatisticsTest::greet,
                    socket -> assertThrows(IOException.class, socket::receive), Cause.PEER, Cause.IDLE));

    @AnyioTest(virtualClock = true, timeout = 60) @Proves("SV-37")
    void eachConnectionCountsOnceByItsFirstCause(TaskGroup<?> group) throws Exception {
        Set<String> wrong = new TreeSet<>();
        for (End end : ENDS) {
            for (int round = 0; round < 5; round++) {
                ServeStatistics statistics = countsOf(group, end);
                if (!isRight(end, statistics)) {
                    wrong.add(end.name + ": " + statistics);
                }
            }
        }
        assertEquals(Set.of(), wrong);
    }

    private static boolean isRight(End end, ServeStatistics statistics) {
        Map<Cause, Long> counts = new EnumMap<>(Map.of(Cause.HANDLER, statistics.handlerFailures(), Cause.PEER,
                statistics.peerFailures(), Cause.IDLE, statistics.idle(), Cause.LEFT, statistics.left()));
        counts.values().removeIf(count -> count == 0);
        return switch (counts.size()) {
            case 0 -> end.causes.contains(Cause.NONE);
            case 1 -> counts.values().contains(1L) && end.causes.containsAll(counts.keySet());
            default -> false;
        };
    }

    private static ServeStatistics countsOf(TaskGroup<?> group, End end) throws Exception {
        ServeStatistics statistics = new ServeStatistics();
        try (SocketListener sockets = listen()) {
            Listener<? extends ByteStream> listener = end.tls
                    ? AnyIO.service(Tls.class).listen(sockets, o -> o.context(context))
                    : sockets;
            TaskHandle<?> serving = group.spawn("serve", () -> listener.serve(end.handler,
                    o -> end.options.apply(o).isolated(true).statistics(statistics)));
            try (SocketStream socket = connect(sockets)) {
                end.client.act(socket);
                eventually(() -> statistics.accepted() == 1 && statistics.active() == 0,
                        Duration.ofMillis(500));
            }
            serving.cancel();
            serving.awaitEnd();
        }
        return statistics;
    }

    // ---- with the kinds of listeners

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
        each(EnumSet.allOf(Kind.class), server -> assertEndsTheServer(group, server, PLAIN));
        each(SOCKETS, server -> assertEndsTheServer(group, server, both(IDLE, LEFT)));
    }

    private static void assertEndsTheServer(TaskGroup<?> group, Serving server, UnaryOperator<ServeOptions> options)
            throws Exception {
        ServeStatistics statistics = new ServeStatistics();
        IOException oops = new IOException("oops");
        TaskHandle<IOException> serving = group
                .spawn("serve", () -> assertThrows(IOException.class, () -> server.listener().serve(stream -> {
                    try (stream) {
                        throw new UncheckedIOException(oops);
                    }
                }, o -> options.apply(o).statistics(statistics))));
        try (ByteStream client = server.connect()) {
            assertThrows(IOException.class, client::receive);
        }
        assertEquals(oops, serving.await());
        assertEquals(1, statistics.handlerFailures());
        assertEquals(0, statistics.active());
    }
}
