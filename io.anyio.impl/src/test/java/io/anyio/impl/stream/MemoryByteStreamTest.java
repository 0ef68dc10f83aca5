package io.anyio.impl.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.sync.BusyResourceException;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.ByteStreamContract;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Nested;

class MemoryByteStreamTest {
    private abstract static class OfSize extends ByteStreamContract {
        private final int size;

        OfSize(int size) {
            this.size = size;
        }

        @Override
        protected Ends open() {
            MemoryByteStreams streams = AnyIO.createMemoryByteStreams(size);
            return new Ends(streams.first(), streams.second());
        }
    }

    @Nested
    class OfThousand extends OfSize {
        OfThousand() {
            super(1000);
        }
    }

    @Nested
    class OfMany extends OfSize {
        OfMany() {
            super(65536);
        }
    }

    @AnyioTest
    void aSizeLessThanOneIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> AnyIO.createMemoryByteStreams(0));
    }

    @AnyioTest
    void theSidesHaveNamesWhichTheirErrorsTell() throws Exception {
        try (MemoryByteStreams streams = AnyIO.createMemoryByteStreams(1)) {
            String first = streams.first().toString();
            assertEquals(first.replaceFirst("[.]1$", ".2"), streams.second().toString());
            streams.first().close();
            ClosedResourceException closed = assertThrows(ClosedResourceException.class,
                    () -> streams.first().receive(1));
            assertEquals(new ClosedResourceException(first).getMessage(), closed.getMessage());
        }
    }

    @AnyioTest
    void bytesPassThroughTheSmallestBuffer(TaskGroup<Exception> group) throws Exception {
        for (int size : new int[]{1, 2, 3, 7}) {
            try (MemoryByteStreams streams = AnyIO.createMemoryByteStreams(size)) {
                byte[] bytes = new byte[500];
                new Random(size).nextBytes(bytes);
                group.spawn(() -> streams.first().send(bytes));
                ByteBuffer received = ByteBuffer.allocate(bytes.length);
                while (received.hasRemaining()) {
                    streams.second().receive(received);
                }
                assertArrayEquals(bytes, received.array());
            }
        }
    }

    @AnyioTest
    void aSendWaitsWhileTheBufferIsFull(TaskGroup<Exception> group) throws Exception {
        try (MemoryByteStreams streams = AnyIO.createMemoryByteStreams(10)) {
            streams.first().send(new byte[10]);
            TaskHandle<?> sender = group.spawn(() -> streams.first().send(new byte[1]));
            AnyIO.waitAllTasksBlocked();
            assertEquals(TaskHandle.Status.PENDING, sender.status());
            assertEquals(10, streams.second().receive().length);
            sender.await();
            assertEquals(1, streams.second().receive().length);
        }
    }

    @AnyioTest
    void aCloseOfTheOtherSideWakesASenderAndAReceiver(TaskGroup<Exception> group) throws Exception {
        MemoryByteStreams streams = AnyIO.createMemoryByteStreams(10);
        TaskHandle<?> sender = group.spawn(() -> {
            assertThrows(BrokenResourceException.class, () -> streams.first().send(new byte[11]));
        });
        TaskHandle<?> receiver = group.spawn(() -> {
            assertThrows(EndOfStreamException.class, () -> streams.first().receive());
        });
        AnyIO.waitAllTasksBlocked();
        Thread.ofPlatform().start(() -> {
            try {
                streams.second().close();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        sender.await();
        receiver.await();
        streams.close();
        streams.close();
    }

    @AnyioTest
    void theEndIsNotSentWhileAnotherTaskSends(TaskGroup<Exception> group) throws Exception {
        MemoryByteStreams streams = AnyIO.createMemoryByteStreams(1);
        TaskHandle<?> sender = group.spawn(() -> {
            assertThrows(ClosedResourceException.class, () -> streams.first().send(new byte[2]));
        });
        AnyIO.waitAllTasksBlocked();
        assertThrows(BusyResourceException.class, () -> streams.first().sendEof());
        streams.close();
        assertThrows(ClosedResourceException.class, () -> streams.first().sendEof(), "it has not left yet");
        sender.await();
        assertThrows(ClosedResourceException.class, () -> streams.first().sendEof());
    }
}
