package io.anyio.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ByteReceiveStream;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.sync.BusyResourceException;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.TaskHandle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Tests what every {@link ByteStream} must do. A test class extends it and makes the streams.
 *
 * <p>Guide: {@code docs/testing.md}. Trio has {@code trio.testing.check_two_way_stream} for this.
 */
public abstract class ByteStreamContract {
    private static final int BULK = 1 << 20;

    /** For subclasses. */
    protected ByteStreamContract() {}

    /**
     * Both ends of a stream.
     *
     * @param left one end
     * @param right the other end
     */
    public record Ends(ByteStream left, ByteStream right) {
        /** Refuses null. */
        public Ends {
            Objects.requireNonNull(left, "Ends.left is null");
            Objects.requireNonNull(right, "Ends.right is null");
        }
    }

    /**
     * Makes the stream to be tested, in the task of the test.
     *
     * @return both ends of an open stream
     * @throws Exception if the test should fail
     */
    protected abstract Ends open() throws Exception;

    /**
     * Whether a stream reports how far a cancelled send came, and can go on with the rest.
     *
     * @return true, unless a subclass says otherwise
     */
    protected boolean survivesCancelledSend() {
        return true;
    }

    private static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] receiveAll(ByteReceiveStream stream, Random random) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(100_000);
        while (true) {
            switch (random.nextInt(3)) {
                case 0 -> {
                    int count = stream.receive(buffer.clear().limit(1 + random.nextInt(100_000)));
                    if (count < 0) {
                        return all.toByteArray();
                    }
                    assertEquals(count, buffer.position());
                    all.write(buffer.array(), 0, count);
                }
                case 1 -> {
                    int before = all.size();
                    boolean more = stream.receive(lent -> {
                        byte[] bytes = new byte[lent.remaining()];
                        lent.get(bytes);
                        all.writeBytes(bytes);
                    });
                    if (!more) {
                        assertEquals(before, all.size());
                        return all.toByteArray();
                    }
                    assertTrue(all.size() > before, "a block is lent at least one byte");
                }
                default -> {
                    int max = 1 + random.nextInt(100_000);
                    byte[] bytes;
                    try {
                        bytes = stream.receive(max);
                    } catch (EndOfStreamException e) {
                        return all.toByteArray();
                    }
                    assertTrue(bytes.length > 0 && bytes.length <= max, bytes.length + " bytes for at most " + max);
                    all.write(bytes);
                }
            }
        }
    }

    private static void sendAll(ByteStream stream, byte[] bytes, Random random) throws IOException {
        for (int at = 0; at < bytes.length;) {
            int length = Math.min(bytes.length - at, random.nextInt(100_000));
            if (random.nextBoolean()) {
                ByteBuffer source = ByteBuffer.wrap(bytes, at, length);
                stream.send(source);
                assertFalse(source.hasRemaining());
            } else {
                stream.send(Arrays.copyOfRange(bytes, at, at + length));
            }
            at += length;
        }
        stream.sendEof();
    }

    @AnyioTest(timeout = 60)
    void bytesPassBothWaysAtOnce() throws Exception {
        long seed = System.nanoTime();
        Ends ends = open();
        byte[] toRight = random(seed, BULK);
        byte[] toLeft = random(seed + 1, BULK);
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            group.spawn("left sender", () -> sendAll(ends.left(), toRight, new Random(seed)));
            group.spawn("right sender", () -> sendAll(ends.right(), toLeft, new Random(seed + 1)));
            TaskHandle<byte[]> left = group.spawn("left receiver", () -> receiveAll(ends.left(), new Random(seed + 2)));
            byte[] right = receiveAll(ends.right(), new Random(seed + 3));
            assertArrayEquals(toRight, right, () -> "seed " + seed);
            assertArrayEquals(toLeft, left.await(), () -> "seed " + seed);
        });
        close(ends);
    }

    @AnyioTest
    void receiveGivesWhatIsThereAndNoMoreThanAskedFor() throws Exception {
        Ends ends = open();
        ends.left().send(new byte[]{1, 2, 3});
        assertArrayEquals(new byte[]{1}, ends.right().receive(1));
        byte[] rest = ends.right().receive(10);
        assertEquals(2, rest[0]);
        assertTrue(rest.length <= 2);
        close(ends);
    }

    @AnyioTest
    void aLentBufferKeepsItsBytesWhileOthersReceive() throws Exception {
        Ends ends = open();
        ends.left().send(new byte[]{1, 2, 3});
        ends.right().send(new byte[]{7, 8});
        assertTrue(ends.right().receive(lent -> {
            assertTrue(ends.left().receive(other -> {
                assertEquals(7, other.get());
                AnyIO.checkpoint();
            }));
            byte[] more = new byte[]{9};
            ends.right().send(more);
            assertArrayEquals(more, receiveLast(ends.left()));
            assertEquals(1, lent.get());
        }));
        ends.left().sendEof();
        while (ends.right().receive(rest -> assertTrue(rest.hasRemaining()))) {
            AnyIO.checkpoint();
        }
        close(ends);
    }

    private static byte[] receiveLast(ByteStream stream) throws IOException {
        byte[] last = stream.receive();
        while (last[last.length - 1] != 9) {
            last = stream.receive();
        }
        return new byte[]{last[last.length - 1]};
    }

    @AnyioTest
    void badSizesAreRefused() throws Exception {
        Ends ends = open();
        assertThrows(IllegalArgumentException.class, () -> ends.right().receive(0));
        assertThrows(IllegalArgumentException.class, () -> ends.right().receive(-1));
        assertThrows(IllegalArgumentException.class, () -> ends.right().receive(ByteBuffer.allocate(0)));
        close(ends);
    }

    @AnyioTest
    void sendEofEndsOneDirectionOnly() throws Exception {
        Ends ends = open();
        ends.left().send(new byte[]{1});
        ends.left().sendEof();
        ends.left().sendEof();
        assertArrayEquals(new byte[]{1}, ends.right().receive());
        for (int i = 0; i < 3; i++) {
            assertThrows(EndOfStreamException.class, () -> ends.right().receive());
            assertEquals(-1, ends.right().receive(ByteBuffer.allocate(1)));
        }
        assertThrows(ClosedResourceException.class, () -> ends.left().send(new byte[]{2}));
        ends.right().send(new byte[]{3});
        assertArrayEquals(new byte[]{3}, ends.left().receive());
        close(ends);
    }

    @AnyioTest
    void iterationEndsWithTheStream() throws Exception {
        Ends ends = open();
        ends.left().send(new byte[]{1, 2, 3});
        ends.left().sendEof();
        int count = 0;
        for (byte[] chunk : ends.right()) {
            count += chunk.length;
        }
        assertEquals(3, count);
        close(ends);
    }

    @AnyioTest
    void closeIsTheEndForTheOtherSide() throws Exception {
        Ends ends = open();
        ends.left().send(new byte[]{1});
        ends.left().close();
        assertArrayEquals(new byte[]{1}, ends.right().receive());
        assertThrows(EndOfStreamException.class, () -> ends.right().receive());
        ends.right().close();
    }

    @AnyioTest
    void sendingToAClosedSideBreaks() throws Exception {
        Ends ends = open();
        ends.right().close();
        assertThrows(BrokenResourceException.class, () -> {
            byte[] bytes = new byte[65536];
            for (int i = 0; i < 1000; i++) {
                ends.left().send(bytes);
            }
        });
        ends.left().close();
    }

    /** As through a socket, which asks the operating system for nothing then; this side's own close is noticed. */
    @AnyioTest
    void nothingCanBeSentToAClosedSide() throws Exception {
        Ends ends = open();
        ends.right().close();
        ends.left().send(new byte[0]);
        ends.left().send(ByteBuffer.allocate(0));
        ends.left().close();
        assertThrows(ClosedResourceException.class, () -> ends.left().send(new byte[0]));
        assertThrows(ClosedResourceException.class, () -> ends.left().send(ByteBuffer.allocate(0)));
    }

    @AnyioTest
    void aClosedSideIsRefused() throws Exception {
        Ends ends = open();
        ends.left().close();
        ends.left().close();
        assertThrows(ClosedResourceException.class, () -> ends.left().send(new byte[1]));
        assertThrows(ClosedResourceException.class, () -> ends.left().receive());
        assertThrows(ClosedResourceException.class, () -> ends.left().receive(ByteBuffer.allocate(1)));
        ends.right().close();
    }

    @AnyioTest
    void closeEndsAReceiveThatWaits() throws Exception {
        Ends ends = open();
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            TaskHandle<@Nullable Void> receiver = group.spawn("receiver", () -> {
                assertThrows(ClosedResourceException.class, () -> ends.left().receive());
            });
            AnyIO.waitAllTasksBlocked();
            ends.left().close();
            receiver.await();
        });
        ends.right().close();
    }

    @AnyioTest
    void closeEndsASendThatWaits() throws Exception {
        Ends ends = open();
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            TaskHandle<@Nullable Void> sender = group.spawn("sender", () -> {
                assertThrows(ClosedResourceException.class, () -> fill(ends.left()));
            });
            AnyIO.waitAllTasksBlocked();
            ends.left().close();
            sender.await();
        });
        ends.right().close();
    }

    private static void fill(ByteStream stream) throws IOException {
        byte[] bytes = new byte[1 << 20];
        for (int i = 0; i < 1000; i++) {
            stream.send(bytes);
        }
    }

    @AnyioTest
    void aSecondReceiverIsRefused() throws Exception {
        Ends ends = open();
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            TaskHandle<byte[]> first = group.spawn("first", () -> ends.left().receive());
            AnyIO.waitAllTasksBlocked();
            assertThrows(BusyResourceException.class, () -> ends.left().receive());
            ends.right().send(new byte[]{5});
            assertArrayEquals(new byte[]{5}, first.await());
        });
        close(ends);
    }

    @AnyioTest
    void aSecondSenderIsRefused() throws Exception {
        Ends ends = open();
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            TaskHandle<@Nullable Void> first = group.spawn("first", () -> fill(ends.left()));
            AnyIO.waitAllTasksBlocked();
            assertThrows(BusyResourceException.class, () -> ends.left().send(new byte[1]));
            first.cancel();
            first.awaitEnd();
        });
        ends.left().close();
        ends.right().close();
    }

    @AnyioTest
    void sendAndReceiveAreCheckpoints() throws Exception {
        Ends ends = open();
        Checkpoints.assertCheckpoint(() -> ends.left().send(new byte[0]));
        Checkpoints.assertCheckpoint(() -> ends.left().send(new byte[]{1}));
        Checkpoints.assertCheckpoint(() -> {
            ends.right().receive();
        });
        Checkpoints.assertCheckpoint(() -> ends.left().sendEof());
        close(ends);
    }

    @AnyioTest
    void inACancelledScopeNothingIsSentOrReceived() throws Exception {
        Ends ends = open();
        CancelScope sending = AnyIO.openCancelScope();
        sending.cancel();
        sending.run(() -> ends.left().send(new byte[]{1}));
        assertTrue(sending.cancelledCaught());
        ends.left().send(new byte[]{2});
        CancelScope receiving = AnyIO.openCancelScope();
        receiving.cancel();
        receiving.run(() -> {
            ends.right().receive();
        });
        assertTrue(receiving.cancelledCaught());
        assertArrayEquals(new byte[]{2}, ends.right().receive());
        close(ends);
    }

    @AnyioTest
    void aSendBufferThatIsCancelledTellsWhatWasSent() throws Exception {
        long seed = System.nanoTime();
        Ends ends = open();
        byte[] bytes = random(seed, 32 << 20);
        ByteBuffer source = ByteBuffer.wrap(bytes);
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            TaskHandle<@Nullable Void> sender = group.spawn("sender", () -> ends.left().send(source));
            AnyIO.waitAllTasksBlocked();
            sender.cancel();
            sender.awaitEnd();
            // nothing remains if the stream cannot count; then nothing can follow
            boolean countable = source.hasRemaining();
            assertTrue(countable || !survivesCancelledSend(), "the position went to the limit");
            group.spawn("rest", () -> {
                if (countable) {
                    ends.left().send(source);
                }
                ends.left().sendEof();
            });
            byte[] received = receiveAll(ends.right(), new Random(seed));
            assertArrayEquals(countable ? bytes : Arrays.copyOf(bytes, received.length), received,
                    () -> "seed " + seed);
        });
        close(ends);
    }

    @AnyioTest
    void aSendThatHasNotBegunLeavesThePositionAlone() throws Exception {
        Ends ends = open();
        ByteBuffer source = ByteBuffer.wrap(new byte[]{1, 2, 3}, 1, 2);
        CancelScope cancelled = AnyIO.openCancelScope();
        cancelled.cancel();
        cancelled.run(() -> ends.left().send(source));
        assertTrue(cancelled.cancelledCaught());
        assertEquals(1, source.position());
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            TaskHandle<@Nullable Void> first = group.spawn("first", () -> fill(ends.left()));
            AnyIO.waitAllTasksBlocked();
            assertThrows(BusyResourceException.class, () -> ends.left().send(source));
            assertEquals(1, source.position());
            first.cancel();
            first.awaitEnd();
        });
        ends.left().close();
        ends.right().close();
    }

    @AnyioTest
    void aBufferThatCannotBeWrittenToIsRefusedBeforeAnythingIsReceived() throws Exception {
        Ends ends = open();
        ends.left().send(new byte[]{1});
        assertThrows(IllegalArgumentException.class,
                () -> ends.right().receive(ByteBuffer.allocate(1).asReadOnlyBuffer()));
        assertArrayEquals(new byte[]{1}, ends.right().receive());
        close(ends);
    }

    @AnyioTest(timeout = 60)
    void aCancelledReceiveLosesNothing() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Ends ends = open();
        byte[] bytes = random(seed, BULK / 4);
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            group.spawn("sender", () -> {
                for (int at = 0; at < bytes.length;) {
                    int length = Math.min(bytes.length - at, 1 + random.nextInt(2000));
                    ends.left().send(Arrays.copyOfRange(bytes, at, at + length));
                    at += length;
                    AnyIO.checkpoint();
                }
                ends.left().sendEof();
            });
            boolean[] ended = new boolean[1];
            while (!ended[0]) {
                AnyIO.moveOnAfter(Duration.ofNanos(random.nextInt(60_000)), () -> {
                    try {
                        received.write(ends.right().receive(1 + random.nextInt(3000)));
                    } catch (EndOfStreamException e) {
                        ended[0] = true;
                    }
                });
            }
        });
        assertArrayEquals(bytes, received.toByteArray(), () -> "seed " + seed);
        close(ends);
    }

    private static void close(Ends ends) throws IOException {
        ends.left().close();
        ends.right().close();
    }
}
