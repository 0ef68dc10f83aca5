package io.anyio.net.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.net.Pair;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Bytes go in on one side and come out on the other. */
@SuppressWarnings("try") // closing early is what is tested
class SendReceiveTest {
    private static final byte[] HELLO = {'h', 'e', 'l', 'l', 'o'};

    @AnyioTest @Proves({"TC-04", "TC-05", "TC-06"})
    void receiveGivesWhatIsThereUpToTheMaximum() throws Exception {
        try (Pair pair = Pair.open()) {
            pair.client().send(HELLO);
            assertArrayEquals(new byte[]{'h'}, pair.server().receive(1));
            assertArrayEquals(new byte[]{'e', 'l'}, pair.server().receive(2));
            assertArrayEquals(new byte[]{'l', 'o'}, pair.server().receive());
            pair.client().send(Pair.bytes(200_000));
            int left = 200_000;
            while (left > 0) {
                int count = pair.server().receive().length;
                assertTrue(count >= 1 && count <= 65536, "received " + count);
                left -= count;
            }
        }
    }

    /** It is the loop's, which has no other as long as it is given back. */
    @AnyioTest
    void theBufferThatABlockGetsIsGivenBack() throws Exception {
        try (Pair pair = Pair.open()) {
            List<ByteBuffer> lent = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                pair.client().send(HELLO);
                assertTrue(pair.server().receive(lent::add));
            }
            assertSame(lent.get(0), lent.get(1));
        }
    }

    @AnyioTest @Proves("TC-07")
    void aMaximumBelowOneIsAnArgumentError() throws Exception {
        try (Pair pair = Pair.open()) {
            pair.client().send(HELLO);
            assertThrows(IllegalArgumentException.class, () -> pair.server().receive(0));
            assertThrows(IllegalArgumentException.class, () -> pair.server().receive(-1));
            assertThrows(IllegalArgumentException.class, () -> pair.server().receive(ByteBuffer.allocate(0)));
            assertThrows(IllegalArgumentException.class,
                    () -> pair.server().receive(ByteBuffer.allocate(9).asReadOnlyBuffer()));
            assertArrayEquals(HELLO, pair.server().receive());
        }
    }

    @AnyioTest @Proves({"TC-08", "TC-09", "TC-11"})
    void theEndComesAfterAllDataAndStays() throws Exception {
        try (Pair pair = Pair.open()) {
            pair.client().send(HELLO);
            pair.client().send(HELLO);
            pair.client().close();
            assertEquals(10, Pair.drain(pair.server()));
            assertThrows(EndOfStreamException.class, () -> pair.server().receive());
            assertThrows(EndOfStreamException.class, () -> pair.server().receive(1));
            assertEquals(-1, pair.server().receive(ByteBuffer.allocate(1)));
            assertEquals(0, Pair.drain(pair.server()));
        }
    }

    @AnyioTest @Proves("TC-10")
    void anEndThatComesWithDataIsSeenAtOnceAfterIt(TaskGroup<?> group) throws Exception {
        try (Pair pair = Pair.open()) {
            // received before and after they have arrived, with a buffer that they fill exactly
            TaskHandle<?> receiving = group.spawn(() -> {
                assertArrayEquals(HELLO, pair.server().receive(5));
                assertThrows(EndOfStreamException.class, () -> pair.server().receive(5));
            });
            AnyIO.waitAllTasksBlocked();
            pair.client().send(HELLO);
            pair.client().sendEof();
            receiving.await();
        }
        try (Pair pair = Pair.open()) {
            pair.client().send(HELLO);
            pair.client().sendEof();
            assertArrayEquals(HELLO, pair.server().receive());
            assertThrows(EndOfStreamException.class, () -> pair.server().receive());
        }
    }

    @AnyioTest @Proves({"TC-12", "TC-13", "TC-16"})
    void aHalfCloseEndsOneDirectionOnly() throws Exception {
        try (Pair pair = Pair.open()) {
            pair.client().send(HELLO);
            pair.client().sendEof();
            pair.client().sendEof();
            assertEquals(5, Pair.drain(pair.server()));
            pair.server().send(HELLO);
            pair.server().close();
            assertArrayEquals(HELLO, pair.client().receive());
            assertThrows(EndOfStreamException.class, () -> pair.client().receive());
        }
    }

    @AnyioTest @Proves({"TC-01", "TC-33", "TC-35"})
    void aLargeSendArrivesWholeAndInOrderAlsoIfClosedAtOnce(TaskGroup<?> group) throws Exception {
        byte[] large = Pair.bytes(5_000_000);
        try (Pair pair = Pair.open()) {
            group.spawn(() -> {
                pair.client().send(large);
                pair.client().close();
            });
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            for (byte[] chunk : pair.server()) {
                received.writeBytes(chunk);
            }
            assertArrayEquals(large, received.toByteArray());
        }
    }

    @AnyioTest
    void buffersOfEveryKindMoveTheirPositions(TaskGroup<?> group) throws Exception {
        byte[] large = Pair.bytes(1_000_000);
        for (boolean direct : new boolean[]{true, false}) {
            try (Pair pair = Pair.open()) {
                group.spawn(() -> {
                    ByteBuffer source = direct
                            ? ByteBuffer.allocateDirect(large.length)
                            : ByteBuffer.allocate(large.length);
                    source.put(large).flip().position(10);
                    pair.client().send(direct ? source : source.asReadOnlyBuffer());
                    pair.client().send(source);
                    assertFalse(source.hasRemaining());
                    pair.client().close();
                });
                ByteBuffer target = direct ? ByteBuffer.allocateDirect(2_000_000) : ByteBuffer.allocate(2_000_000);
                while (pair.server().receive(target) >= 0) {
                    assertTrue(target.hasRemaining());
                }
                int expected = direct ? large.length - 10 : 2 * (large.length - 10);
                assertEquals(expected, target.position());
                byte[] received = new byte[large.length - 10];
                target.get(0, received);
                assertArrayEquals(Arrays.copyOfRange(large, 10, large.length), received);
            }
        }
    }

    @AnyioTest @Proves("TC-02")
    void aSendWaitsWhileTheOtherSideDoesNotRead(TaskGroup<?> group) throws Exception {
        try (Pair pair = Pair.open()) {
            TaskHandle<?> sending = group.spawn(() -> pair.client().send(new byte[Pair.FLOOD]));
            AnyIO.waitAllTasksBlocked();
            assertEquals(TaskHandle.Status.PENDING, sending.status());
            for (int left = Pair.FLOOD; left > 0;) {
                left -= pair.server().receive().length;
            }
            sending.await();
        }
    }

    @AnyioTest @Proves("TC-34")
    void anAcceptedStreamReadsNothingAheadOfTheFirstReceive(TaskGroup<?> group) throws Exception {
        try (SocketListener listener = Pair.listen();
                SocketStream client = Pair.connect(listener);
                SocketStream server = listener.accept()) {
            TaskHandle<?> flood = group.spawn(() -> client.send(new byte[Pair.FLOOD]));
            AnyIO.waitAllTasksBlocked();
            AnyIO.waitAllTasksBlocked();
            assertEquals(TaskHandle.Status.PENDING, flood.status());
            flood.cancel();
            flood.awaitEnd();
            client.close();
            assertTrue(Pair.drain(server) < Pair.FLOOD);
        }
    }

    @AnyioTest @Proves("TC-23")
    void oneTaskReceivesWhileAnotherSends(TaskGroup<?> group) throws Exception {
        try (Pair pair = Pair.open()) {
            TaskHandle<byte[]> receiving = group.spawn("receive", () -> pair.client().receive());
            AnyIO.waitAllTasksBlocked();
            pair.client().send(HELLO);
            assertArrayEquals(HELLO, pair.server().receive());
            pair.server().send(HELLO);
            assertArrayEquals(HELLO, receiving.await());
        }
    }

    @AnyioTest @Proves("TC-36")
    void aChunkIsTheReceiversOwn() throws Exception {
        try (Pair pair = Pair.open()) {
            pair.client().send(HELLO);
            byte[] first = pair.server().receive();
            pair.client().send(new byte[]{1, 2, 3, 4, 5});
            byte[] second = pair.server().receive();
            assertArrayEquals(HELLO, first);
            Arrays.fill(second, (byte) 0);
            pair.client().send(HELLO);
            assertArrayEquals(HELLO, pair.server().receive());
        }
    }

    @AnyioTest
    void aSendOfNullNamesWhatIsNull() throws Exception {
        try (Pair pair = Pair.open()) {
            assertEquals("SocketStream.send: the bytes are null", assertThrows(NullPointerException.class,
                    () -> pair.client().send((byte[]) null)).getMessage());
            assertEquals("SocketStream.send: the buffer is null", assertThrows(NullPointerException.class,
                    () -> pair.client().send((ByteBuffer) null)).getMessage());
        }
    }

    @AnyioTest @Proves("TC-03")
    void anEmptySendSendsNothing() throws Exception {
        try (Pair pair = Pair.open()) {
            pair.client().send(new byte[0]);
            pair.client().send(ByteBuffer.allocate(0));
            pair.client().send(HELLO);
            assertArrayEquals(HELLO, pair.server().receive());
            pair.client().close();
            assertThrows(io.anyio.api.stream.ClosedResourceException.class, () -> pair.client().send(new byte[0]));
            assertThrows(EndOfStreamException.class, () -> pair.server().receive());
        }
    }

    /**
     * Even if the socket accepts everything at once, a sender with much to send lets other tasks run, and can be
     * cancelled meanwhile.
     */
    @AnyioTest
    void eachPieceOfALongSendIsACheckpoint() throws Exception {
        int pieces = 3;
        for (boolean buffer : new boolean[]{false, true}) {
            try (Pair pair = Pair.open()) {
                TaskContext task = TaskContext.current("test");
                byte[] bytes = new byte[pieces << 16];
                AnyIO.sleep(Duration.ZERO);
                long before = task.checkpointMark();
                if (buffer) {
                    pair.client().send(ByteBuffer.wrap(bytes));
                } else {
                    pair.client().send(bytes);
                }
                assertTrue(task.checkpointMark() - before >= pieces,
                        () -> "only " + (task.checkpointMark() - before) + " checkpoints");
            }
        }
    }
}
