package io.anyio.impl.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.MemoryObjectReceiveStream;
import io.anyio.api.stream.MemoryObjectSendStream;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.sync.WouldBlockException;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

class MemoryStreamTransferTest {
    private final List<String> received = new ArrayList<>();

    @AnyioTest @Proves({"MS-01", "MS-06"})
    void sendWaitsForAReceiverByDefault(TaskGroup<Exception> group) throws Exception {
        try (MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream()) {
            TaskHandle<?> sender = group.spawn(() -> stream.sender().send("hello"));
            AnyIO.waitAllTasksBlocked();
            assertEquals(TaskHandle.Status.PENDING, sender.status());
            assertEquals(1, stream.sender().statistics().tasksWaitingSend());
            assertEquals(0, stream.sender().statistics().maxBufferSize());

            assertEquals("hello", stream.receiver().receive());
            sender.await();
        }
    }

    @AnyioTest @Proves("MS-01")
    void receiveWaitsForASender(TaskGroup<Exception> group) throws Exception {
        try (MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(0)) {
            TaskHandle<?> receiver = group.spawn(() -> {
                received.add(stream.receiver().receive());
                received.add(stream.receiver().receive());
            });
            AnyIO.waitAllTasksBlocked();
            stream.sender().send("hello");
            stream.sender().send("anyio");
            receiver.await();
            assertEquals(List.of("hello", "anyio"), received);
        }
    }

    @AnyioTest @Proves("MS-03")
    void negativeSizeIsRefused() {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class,
                () -> AnyIO.createMemoryObjectStream(-1));
        assertTrue(refused.getMessage().contains("-1"), refused.getMessage());
    }

    @AnyioTest @Proves("MS-04")
    void sendNeverWaitsIfTheBufferIsUnlimited() throws Exception {
        try (MemoryObjectStream<Integer> stream = AnyIO.createMemoryObjectStream(MemoryObjectStream.UNLIMITED)) {
            for (int i = 0; i < 100_000; i++) {
                stream.sender().send(i);
            }
            for (int i = 0; i < 100_000; i++) {
                assertEquals(i, stream.receiver().receive());
            }
            assertThrows(WouldBlockException.class, () -> stream.receiver().receiveNowait());
        }
    }

    @AnyioTest @Proves("MS-07")
    void asManySendsAsTheBufferHoldsNeedNoReceiver(TaskGroup<Exception> group) throws Exception {
        try (MemoryObjectStream<Integer> stream = AnyIO.createMemoryObjectStream(3)) {
            stream.sender().send(0);
            stream.sender().send(1);
            stream.sender().sendNowait(2);
            assertThrows(WouldBlockException.class, () -> stream.sender().sendNowait(3));
            TaskHandle<?> sender = group.spawn(() -> stream.sender().send(3));
            AnyIO.waitAllTasksBlocked();
            assertEquals(TaskHandle.Status.PENDING, sender.status());
            for (int i = 0; i < 4; i++) {
                assertEquals(i, stream.receiver().receiveNowait());
            }
            sender.await();
        }
    }

    @AnyioTest @Proves({"MS-08", "MS-12"})
    void aReceiveMovesTheOldestWaitingSendersItemIntoTheBuffer(TaskGroup<Exception> group) throws Exception {
        try (MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(1)) {
            stream.sender().sendNowait("a");
            TaskHandle<?> second = group.spawn(() -> stream.sender().send("b"));
            AnyIO.waitAllTasksBlocked();
            TaskHandle<?> third = group.spawn(() -> stream.sender().send("c"));
            AnyIO.waitAllTasksBlocked();

            assertEquals("a", stream.receiver().receiveNowait());
            assertEquals(1, stream.receiver().statistics().currentBufferUsed());
            second.await();
            assertEquals(TaskHandle.Status.PENDING, third.status());
            assertEquals("b", stream.receiver().receiveNowait());
            third.await();
            assertEquals("c", stream.receiver().receive());
        }
    }

    @AnyioTest @Proves({"MS-09", "MS-10", "MS-13", "MS-47"})
    void waitingReceiversGetItemsDirectlyInTheOrderInWhichTheyCame(TaskGroup<Exception> group) throws Exception {
        try (MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(1)) {
            MemoryObjectReceiveStream<String> receiver = stream.receiver();
            for (String name : List.of("first", "second", "third")) {
                group.spawn(() -> received.add(name + " " + receiver.receive()));
                AnyIO.waitAllTasksBlocked();
            }
            stream.sender().sendNowait("a");
            stream.sender().sendNowait("b");
            stream.sender().sendNowait("c");
            assertEquals(0, receiver.statistics().peakBufferUsed());
            AnyIO.waitAllTasksBlocked();
            assertEquals(List.of("first a", "second b", "third c"), received);
        }
    }

    @AnyioTest @Proves({"MS-11", "MS-15"})
    void waitingSendersAreServedInTheOrderInWhichTheyCame(TaskGroup<Exception> group) throws Exception {
        try (MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(0)) {
            List<String> sent = new ArrayList<>();
            for (String name : List.of("a", "b", "c")) {
                group.spawn(() -> {
                    stream.sender().send(name);
                    sent.add(name);
                });
                AnyIO.waitAllTasksBlocked();
            }
            received.add(stream.receiver().receiveNowait());
            received.add(stream.receiver().receive());
            received.add(stream.receiver().receiveNowait());
            AnyIO.waitAllTasksBlocked();
            assertEquals(List.of("a", "b", "c"), received);
            assertEquals(received, sent);
        }
    }

    @AnyioTest @Proves("MS-14")
    void sendNowaitNeedsAReceiverOrRoom(TaskGroup<Exception> group) throws Exception {
        try (MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(0);
                MemoryObjectStream<String> buffered = AnyIO.createMemoryObjectStream(1)) {
            assertThrows(WouldBlockException.class, () -> stream.sender().sendNowait("x"));
            TaskHandle<String> receiver = group.spawn(() -> stream.receiver().receive());
            AnyIO.waitAllTasksBlocked();
            stream.sender().sendNowait("y");
            assertThrows(WouldBlockException.class, () -> stream.sender().sendNowait("z"));
            assertEquals("y", receiver.await());

            buffered.sender().sendNowait("x");
            assertThrows(WouldBlockException.class, () -> buffered.sender().sendNowait("y"));
            assertEquals("x", buffered.receiver().receiveNowait());
        }
    }

    @AnyioTest @Proves("MS-15")
    void receiveNowaitNeedsABufferedItemOrASender() throws Exception {
        try (MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(1)) {
            assertThrows(WouldBlockException.class, () -> stream.receiver().receiveNowait());
            stream.sender().sendNowait("x");
            assertEquals("x", stream.receiver().receiveNowait());
            assertThrows(WouldBlockException.class, () -> stream.receiver().receiveNowait());
        }
    }

    @AnyioTest @Proves({"MS-13", "MS-47"})
    void manyTasksShareTheSameEnds(TaskGroup<Exception> group) throws Exception {
        for (int size : new int[]{0, 1, 10}) {
            try (MemoryObjectStream<Integer> stream = AnyIO.createMemoryObjectStream(size)) {
                List<Integer> items = new ArrayList<>();
                for (int i = 0; i < 10; i++) {
                    int first = i * 100;
                    group.spawn(() -> {
                        for (int item = first; item < first + 100; item++) {
                            stream.sender().send(item);
                        }
                    });
                    group.spawn(() -> {
                        for (int n = 0; n < 100; n++) {
                            items.add(stream.receiver().receive());
                        }
                    });
                }
                AnyIO.waitAllTasksBlocked();
                assertEquals(IntStream.range(0, 1000).boxed().toList(), items.stream().sorted().toList());
            }
        }
    }

    @AnyioTest
    void nullIsAnItemLikeAnyOther(TaskGroup<Exception> group) throws Exception {
        try (MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(1)) {
            stream.sender().sendNowait(null);
            TaskHandle<?> sender = group.spawn(() -> stream.sender().send(null));
            AnyIO.waitAllTasksBlocked();
            assertNull(stream.receiver().receiveNowait());
            assertNull(stream.receiver().receive());
            sender.await();
            TaskHandle<String> receiver = group.spawn(() -> stream.receiver().receive());
            AnyIO.waitAllTasksBlocked();
            stream.sender().sendNowait(null);
            assertNull(receiver.await());
        }
    }

    @AnyioTest @Proves("MS-48")
    void nowaitCallsAreNoCheckpoints(TaskGroup<Exception> group) throws Exception {
        try (MemoryObjectStream<Integer> stream = AnyIO.createMemoryObjectStream(1)) {
            boolean[] others = new boolean[1];
            CancelScope scope = AnyIO.openCancelScope();
            scope.run(() -> {
                scope.cancel();
                group.spawn(() -> others[0] = true);
                for (int i = 0; i < 100_000; i++) {
                    stream.sender().sendNowait(i);
                    assertEquals(i, stream.receiver().receiveNowait());
                }
                assertFalse(others[0]);
            });
            assertFalse(scope.cancelledCaught());
        }
    }

    @AnyioTest
    void aLongTransferLetsOthersRun(TaskGroup<Exception> group) throws Exception {
        try (MemoryObjectStream<Integer> stream = AnyIO.createMemoryObjectStream(MemoryObjectStream.UNLIMITED)) {
            boolean[] others = new boolean[1];
            group.spawn(() -> others[0] = true);
            MemoryObjectSendStream<Integer> sender = stream.sender();
            for (int i = 0; i < 1000; i++) {
                sender.send(i);
            }
            assertTrue(others[0]);
        }
    }
}
