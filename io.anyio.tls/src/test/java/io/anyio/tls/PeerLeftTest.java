package io.anyio.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.net.SocketStream;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.ServeStatistics;
import io.anyio.api.sync.Event;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import io.anyio.tls.Serving.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;

/** What a server does when its peers leave. */
class PeerLeftTest extends EachListener {
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
}
