package io.anyio.net.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.ConnectionFailedException;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.task.TimedOutException;
import io.anyio.net.Pair;
import io.anyio.net.Plain;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A cancelled operation leaves its stream or listener as it was. */
class CancellationTest {

    @AnyioTest(virtualClock = true) @Proves({"TC-29", "TC-30"})
    void aReceiveThatTimesOutDoesSoInTimeAndLosesNothing() throws Exception {
        try (Pair pair = Pair.open()) {
            Deadline begin = AnyIO.currentTime();
            assertThrows(TimedOutException.class,
                    () -> AnyIO.failAfter(Duration.ofMillis(100), () -> pair.server().receive()));
            assertEquals(begin.plus(Duration.ofMillis(100)), AnyIO.currentTime());
            pair.client().send(new byte[]{1, 2});
            assertArrayEquals(new byte[]{1}, pair.server().receive(1));
            assertArrayEquals(new byte[]{2}, pair.server().receive(1));
        }
    }

    @AnyioTest @Proves("TC-30")
    void dataThatComesWithTheCancellationIsThereForTheNextReceive(TaskGroup<?> group) throws Exception {
        for (int i = 0; i < 200; i++) {
            try (Pair pair = Pair.open()) {
                TaskHandle<byte[]> receiving = group.spawn("receive", () -> pair.server().receive());
                if (i % 2 == 0) {
                    AnyIO.waitAllTasksBlocked();
                }
                pair.client().send(new byte[]{42});
                receiving.cancel();
                receiving.awaitEnd();
                byte[] received = receiving.status() == TaskHandle.Status.FINISHED
                        ? receiving.result()
                        : pair.server().receive();
                assertArrayEquals(new byte[]{42}, received);
            }
        }
    }

    @AnyioTest(virtualClock = true) @Proves("TC-31")
    void aCancelledSendMayHaveSentAPartAndLeavesTheStreamOpen() throws Exception {
        try (Pair pair = Pair.open()) {
            ByteBuffer flood = ByteBuffer.allocate(Pair.FLOOD);
            assertFalse(AnyIO.moveOnAfter(Duration.ofMillis(20), () -> pair.client().send(flood)));
            assertTrue(flood.position() > 0 && flood.hasRemaining());
            int sent = flood.position();
            for (int left = sent; left > 0;) {
                left -= pair.server().receive(left).length;
            }
            pair.client().send(new byte[]{9});
            assertArrayEquals(new byte[]{9}, pair.server().receive());
        }
    }

    @AnyioTest(virtualClock = true) @Proves("TC-32")
    void neitherACancellationNorAnInterruptClosesTheChannel() throws Exception {
        try (Pair pair = Pair.open()) {
            assertFalse(AnyIO.moveOnAfter(Duration.ofMillis(5), () -> {
                AnyIO.<Object, java.io.IOException>interruptibly(() -> pair.server().receive());
            }));
            assertFalse(AnyIO.moveOnAfter(Duration.ofMillis(5), () -> pair.server().send(new byte[Pair.FLOOD])));
            Thread.currentThread().interrupt();
            pair.client().send(new byte[]{1});
            assertArrayEquals(new byte[]{1}, pair.server().receive());
            assertFalse(AnyIO.moveOnAfter(Duration.ofMillis(5), () -> {
                pair.server().receive();
            }));
            assertTrue(Thread.interrupted());
            pair.client().send(new byte[]{2});
            assertArrayEquals(new byte[]{2}, pair.server().receive());
            assertTrue(pair.server().attribute(SocketAttribute.RAW_SOCKET).isOpen());
        }
    }

    @AnyioTest @Proves("TL-14")
    void aCancelledAcceptLeavesTheConnectionToTheNext(TaskGroup<?> group) throws Exception {
        try (SocketListener listener = Pair.listen()) {
            for (int i = 0; i < 100; i++) {
                TaskHandle<SocketStream> accepting = group.spawn("accept", listener::accept);
                AnyIO.waitAllTasksBlocked();
                try (SocketStream client = Pair.connect(listener)) {
                    accepting.cancel();
                    accepting.awaitEnd();
                    SocketStream accepted = accepting.status() == TaskHandle.Status.FINISHED
                            ? accepting.result()
                            : listener.accept();
                    try (accepted) {
                        assertEquals(client.attribute(SocketAttribute.LOCAL_PORT),
                                accepted.attribute(SocketAttribute.REMOTE_PORT));
                    }
                }
            }
        }
    }

    /**
     * Something is granted, the task is cancelled before it has its turn, and then it waits for a channel: without end,
     * if that wait did not look.
     */
    @AnyioTest
    void aWaitForAChannelSeesACancellationThatCameBefore() throws Exception {
        Map<String, List<String>> names = Map.of("both.test", List.of("::1", "127.0.0.1"), "silent.test",
                List.of("192.0.2.1"));
        try (SocketListener both = Plain.listeners(names).tcp(0, o -> o.host("both.test")); Pair pair = Pair.open()) {
            Network network = Plain.network(names);
            Map<String, Block<Exception>> operations = new LinkedHashMap<>();
            operations.put("accept on two addresses", both::accept);
            operations.put("serve on two addresses", () -> both.serve(stream -> {}));
            operations.put("connect by name", () -> {
                try {
                    network.connectTcp("silent.test", 9).close();
                } catch (ConnectionFailedException e) {
                    // where the test network is not silent
                    AnyIO.sleepForever();
                }
            });
            operations.put("send of a direct buffer", () -> pair.client().send(ByteBuffer.allocateDirect(Pair.FLOOD)));
            operations.put("receive", () -> pair.client().receive());
            for (String name : operations.keySet()) {
                for (int turns = 0; turns < 8; turns++) {
                    int cancelAfter = turns;
                    AnyIO.createTaskGroup(Exception.class).run(group -> {
                        TaskHandle<?> waits = group.spawn(name, operations.get(name)::run);
                        for (int i = 0; i < cancelAfter; i++) {
                            AnyIO.checkpoint();
                        }
                        waits.cancel();
                        AnyIO.moveOnAfter(Duration.ofSeconds(10), waits::awaitEnd);
                        assertEquals(TaskHandle.Status.CANCELLED, waits.status(),
                                name + ", cancelled after " + cancelAfter + " turns");
                        group.cancel();
                    });
                }
            }
        }
    }

    /**
     * A readiness that was noted while no task waited, and that epoll does not report again, is not lost with a
     * cancelled task.
     */
    @AnyioTest @Proves("TC-30")
    void aCancelledReceiveDoesNotTakeTheReadinessWithIt() throws Exception {
        try (Pair pair = Pair.open()) {
            assertFalse(AnyIO.moveOnAfter(Duration.ofMillis(1), () -> {
                pair.server().receive();
            }));
            pair.client().send(new byte[]{1});
            // the poller has reported it
            AnyIO.sleep(Duration.ofMillis(5));
            CancelScope scope = AnyIO.openCancelScope();
            scope.run(() -> {
                scope.cancel();
                pair.server().receive();
            });
            assertTrue(scope.cancelledCaught());
            byte[][] received = new byte[1][];
            AnyIO.failAfter(Duration.ofSeconds(10), () -> received[0] = pair.server().receive());
            assertArrayEquals(new byte[]{1}, received[0]);
        }
    }
}
