package io.anyio.impl.stream;

import static io.anyio.impl.stream.Chunks.bytes;
import static io.anyio.impl.stream.Chunks.string;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.BufferedByteStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.sync.BusyResourceException;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.ByteStreamContract;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Nested;

class BufferedByteStreamTest {
    /** It is a stream of bytes like any other. */
    @Nested
    class Contract extends ByteStreamContract {
        @Override
        protected Ends open() {
            MemoryByteStreams streams = AnyIO.createMemoryByteStreams(1000);
            return new Ends(new BufferedByteStream(streams.first()), new BufferedByteStream(streams.second()));
        }
    }

    @AnyioTest @Proves("BU-23")
    void whatIsSentPassesThrough() throws Exception {
        try (MemoryByteStreams streams = AnyIO.createMemoryByteStreams(100)) {
            BufferedByteStream stream = new BufferedByteStream(streams.first());
            stream.send(bytes("abc"));
            ByteBuffer more = ByteBuffer.wrap(bytes("def"));
            stream.send(more);
            assertEquals(0, more.remaining());
            assertEquals("abcdef", string(streams.second().receive()));
            stream.sendEof();
            assertThrows(EndOfStreamException.class, () -> streams.second().receive());
            streams.second().send(bytes("line\r\nrest"));
            assertEquals("line", string(stream.receiveUntil(bytes("\r\n"), 100)));
            assertEquals("rest", string(stream.receiveExactly(4)));
        }
    }

    /** Cancels a call that waits. */
    private static void cancel(TaskGroup<Exception> group, Block<Exception> call) {
        CancelScope scope = AnyIO.openCancelScope();
        group.spawn(() -> scope.run(call));
        AnyIO.waitAllTasksBlocked();
        scope.cancel();
        AnyIO.waitAllTasksBlocked();
        assertTrue(scope.cancelledCaught());
    }

    @AnyioTest @Proves("BU-21")
    void aCancelledCallLosesNothing(TaskGroup<Exception> group) throws Exception {
        try (MemoryByteStreams streams = AnyIO.createMemoryByteStreams(100)) {
            BufferedByteStream stream = new BufferedByteStream(streams.first());
            streams.second().send(bytes("ab"));
            cancel(group, () -> stream.receiveExactly(4));
            assertEquals("ab", string(stream.buffer()));
            streams.second().send(bytes("c"));
            cancel(group, () -> stream.receiveUntil(bytes("e"), 10));
            assertEquals("abc", string(stream.buffer()));
            cancel(group, () -> stream.receiveExactly(5));
            CancelScope before = AnyIO.openCancelScope();
            before.cancel();
            before.run(() -> stream.receiveExactly(3));
            assertTrue(before.cancelledCaught(), "also what is in the buffer is not taken in a cancelled scope");
            streams.second().send(bytes("def"));
            assertEquals("abcd", string(stream.receiveUntil(bytes("e"), 10)));
            assertEquals("f", string(stream.receiveExactly(1)));
        }
    }

    @AnyioTest
    void oneTaskAtATimeReceives(TaskGroup<Exception> group) throws Exception {
        try (MemoryByteStreams streams = AnyIO.createMemoryByteStreams(100)) {
            BufferedByteStream stream = new BufferedByteStream(streams.first());
            stream.feedData(bytes("ab"));
            TaskHandle<byte[]> four = group.spawn(() -> stream.receiveExactly(4));
            AnyIO.waitAllTasksBlocked();
            assertThrows(BusyResourceException.class, () -> stream.receive(1));
            assertThrows(BusyResourceException.class, () -> stream.receiveExactly(1));
            assertThrows(BusyResourceException.class, () -> stream.receiveUntil(bytes("b"), 10));
            stream.feedData(bytes("c"));
            streams.second().send(bytes("de"));
            assertEquals("abcd", string(four.await()));
            assertEquals("e", string(stream.receive()));
        }
    }

    @AnyioTest
    void aCloseWakesWhoReceives(TaskGroup<Exception> group) throws Exception {
        try (MemoryByteStreams streams = AnyIO.createMemoryByteStreams(100)) {
            BufferedByteStream stream = new BufferedByteStream(streams.first());
            group.spawn(() -> assertThrows(ClosedResourceException.class, () -> stream.receiveExactly(4)));
            AnyIO.waitAllTasksBlocked();
            stream.close();
        }
    }

    @AnyioTest
    void anyMixOfCallsGivesTheBytesInTheirOrder(TaskGroup<Exception> group) throws Exception {
        long seed = ThreadLocalRandom.current().nextLong();
        Random random = new Random(seed);
        byte[] sent = new byte[200_000];
        random.nextBytes(sent);
        try (MemoryByteStreams streams = AnyIO.createMemoryByteStreams(300)) {
            Random sizes = new Random(seed + 1);
            group.spawn(() -> {
                for (int at = 0; at < sent.length;) {
                    int to = Math.min(sent.length, at + 1 + sizes.nextInt(500));
                    streams.second().send(Arrays.copyOfRange(sent, at, to));
                    at = to;
                }
                streams.second().sendEof();
            });
            BufferedByteStream stream = new BufferedByteStream(streams.first());
            int at = 0;
            while (at < sent.length) {
                byte[] received;
                int skipped = 0;
                int kind = random.nextInt(3);
                if (kind == 0) {
                    received = stream.receive(1 + random.nextInt(700));
                } else if (kind == 1) {
                    received = stream.receiveExactly(Math.min(random.nextInt(700), sent.length - at));
                } else {
                    // some bytes that come soon
                    int from = Math.min(at + random.nextInt(400), sent.length - 1);
                    byte[] delimiter = Arrays.copyOfRange(sent, from,
                            Math.min(from + 1 + random.nextInt(4), sent.length));
                    received = stream.receiveUntil(delimiter, 1000);
                    skipped = delimiter.length;
                    int end = at + received.length;
                    assertArrayEquals(delimiter, Arrays.copyOfRange(sent, end, end + skipped),
                            "seed " + seed + " at " + at);
                }
                assertArrayEquals(Arrays.copyOfRange(sent, at, at + received.length), received,
                        "seed " + seed + " at " + at);
                at += received.length + skipped;
            }
            assertThrows(EndOfStreamException.class, () -> stream.receive(), "seed " + seed);
        }
    }
}
