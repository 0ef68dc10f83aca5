package io.anyio.net.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.task.TimedOutException;
import io.anyio.net.Pair;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.nio.ByteBuffer;
import java.time.Duration;

/** A cancelled operation leaves its stream or listener as it was. */
class CancellationTest {

    @AnyioTest(virtualClock = true) @Proves({"TC-29", "TC-30"})
    void aReceiveThatTimesOutDoesSoInTimeAndLosesNothing() throws Exception {
        try (Pair pair = Pair.open()) {
            Deadline begin = AnyIO.currentTime();
            assertThrows(TimedOutException.class, () -> AnyIO.failAfter(Duration.ofMillis(100), () -> pair.server().receive()));
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
                byte[] received = receiving.status() == TaskHandle.Status.FINISHED ? receiving.result() : pair.server().receive();
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
                    SocketStream accepted = accepting.status() == TaskHandle.Status.FINISHED ? accepting.result() : listener.accept();
                    try (accepted) {
                        assertEquals(client.attribute(SocketAttribute.LOCAL_PORT), accepted.attribute(SocketAttribute.REMOTE_PORT));
                    }
                }
            }
        }
    }
}
