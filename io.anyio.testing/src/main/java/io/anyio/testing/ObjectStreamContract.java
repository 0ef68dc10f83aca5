package io.anyio.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.ObjectReceiveStream;
import io.anyio.api.stream.ObjectSendStream;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.TaskHandle;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Tests what every stream of objects must do. A test class extends it and makes the streams.
 *
 * <p>Guide: {@code docs/testing.md}. Trio has {@code trio.testing.check_one_way_stream} for byte streams.
 *
 * @param <T> the type of the items
 */
public abstract class ObjectStreamContract<T> {
    private static final int ITEMS = 500;

    /** For subclasses. */
    protected ObjectStreamContract() {}

    /**
     * Both ends of a stream.
     *
     * @param <T> the type of the items
     * @param send the send end
     * @param receive the receive end
     */
    public record Ends<T>(ObjectSendStream<T> send, ObjectReceiveStream<T> receive) {
        /** Refuses null. */
        public Ends {
            Objects.requireNonNull(send, "Ends.send is null");
            Objects.requireNonNull(receive, "Ends.receive is null");
        }
    }

    /**
     * Makes the stream to be tested, in the task of the test.
     *
     * @return both ends of an open stream
     * @throws Exception if the test should fail
     */
    protected abstract Ends<T> open() throws Exception;

    /**
     * Makes an item.
     *
     * @param number items with the same number are equal
     * @return the item
     */
    protected abstract T item(int number);

    private List<T> items(int count) {
        return IntStream.range(0, count).mapToObj(this::item).toList();
    }

    @AnyioTest
    void everyItemArrivesInOrder() throws Exception {
        Ends<T> ends = open();
        List<T> received = new ArrayList<>();
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            group.spawn("sender", () -> {
                for (T item : items(ITEMS)) {
                    ends.send().send(item);
                }
                ends.send().close();
            });
            for (T item : ends.receive()) {
                received.add(item);
            }
        });
        assertEquals(items(ITEMS), received);
        ends.receive().close();
    }

    @AnyioTest
    void theEndComesAgainAndAgain() throws Exception {
        Ends<T> ends = open();
        ends.send().close();
        for (int i = 0; i < 3; i++) {
            assertThrows(EndOfStreamException.class, () -> ends.receive().receive());
        }
        ends.receive().close();
    }

    @AnyioTest
    void aClosedEndIsRefused() throws Exception {
        Ends<T> ends = open();
        ends.send().close();
        ends.send().close();
        assertThrows(ClosedResourceException.class, () -> ends.send().send(item(0)));
        ends.receive().close();
        ends.receive().close();
        assertThrows(ClosedResourceException.class, () -> ends.receive().receive());
    }

    @AnyioTest
    void sendingToNobodyBreaks() throws Exception {
        Ends<T> ends = open();
        ends.receive().close();
        assertThrows(BrokenResourceException.class, () -> {
            for (T item : items(100_000)) {
                ends.send().send(item);
            }
        });
        ends.send().close();
    }

    @AnyioTest
    void sendAndReceiveAreCheckpoints() throws Exception {
        Ends<T> ends = open();
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            group.spawn("sender", () -> Checkpoints.assertCheckpoint(() -> ends.send().send(item(1))));
            AnyIO.waitAllTasksBlocked();
            T received = Checkpoints.assertCheckpoint(() -> ends.receive().receive());
            assertEquals(item(1), received);
        });
        close(ends);
    }

    @AnyioTest
    void inACancelledScopeNothingIsSentOrReceived() throws Exception {
        Ends<T> ends = open();
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            CancelScope sending = AnyIO.openCancelScope();
            sending.cancel();
            sending.run(() -> ends.send().send(item(1)));
            assertTrue(sending.cancelledCaught());
            group.spawn("sender", () -> ends.send().send(item(2)));
            AnyIO.waitAllTasksBlocked();
            CancelScope receiving = AnyIO.openCancelScope();
            receiving.cancel();
            receiving.run(() -> {
                ends.receive().receive();
            });
            assertTrue(receiving.cancelledCaught());
            assertEquals(item(2), ends.receive().receive());
        });
        close(ends);
    }

    @AnyioTest
    void aReceiveThatWaitsIsEndedByItsClose() throws Exception {
        Ends<T> ends = open();
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            TaskHandle<@Nullable Void> receiver = group.spawn("receiver", () -> {
                assertThrows(ClosedResourceException.class, () -> ends.receive().receive());
            });
            AnyIO.waitAllTasksBlocked();
            ends.receive().close();
            receiver.await();
        });
        ends.send().close();
    }

    @AnyioTest
    void aReceiveThatWaitsIsEndedByTheOtherEnd() throws Exception {
        Ends<T> ends = open();
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            TaskHandle<@Nullable Void> receiver = group.spawn("receiver", () -> {
                assertThrows(EndOfStreamException.class, () -> ends.receive().receive());
            });
            AnyIO.waitAllTasksBlocked();
            ends.send().close();
            receiver.await();
        });
        ends.receive().close();
    }

    @AnyioTest
    void aCancelledReceiveTakesNothing() throws Exception {
        Ends<T> ends = open();
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            TaskHandle<@Nullable Void> cancelled = group.spawn("cancelled", () -> {
                ends.receive().receive();
            });
            AnyIO.waitAllTasksBlocked();
            cancelled.cancel();
            group.spawn("sender", () -> ends.send().send(item(7)));
            cancelled.awaitEnd();
            assertEquals(TaskHandle.Status.CANCELLED, cancelled.status());
            assertEquals(item(7), ends.receive().receive());
        });
        close(ends);
    }

    @AnyioTest(timeout = 60)
    void nothingIsLostOrDoubledUnderRandomCancels() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Ends<T> ends = open();
        List<T> sent = new ArrayList<>();
        List<T> received = new ArrayList<>();
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            group.spawn("sender", () -> {
                for (T item : items(ITEMS)) {
                    if (AnyIO.moveOnAfter(Duration.ofNanos(random.nextInt(50_000)), () -> {
                        ends.send().send(item);
                        sent.add(item);
                    })) {
                        AnyIO.checkpoint();
                    }
                }
                ends.send().close();
            });
            boolean[] ended = new boolean[1];
            while (!ended[0]) {
                AnyIO.moveOnAfter(Duration.ofNanos(random.nextInt(50_000)), () -> {
                    try {
                        received.add(ends.receive().receive());
                    } catch (EndOfStreamException e) {
                        ended[0] = true;
                    }
                });
                AnyIO.checkpoint();
            }
        });
        assertEquals(sent, received, () -> "seed " + seed);
        assertFalse(sent.isEmpty());
        close(ends);
    }

    private static void close(Ends<?> ends) throws IOException {
        ends.send().close();
        ends.receive().close();
    }
}
