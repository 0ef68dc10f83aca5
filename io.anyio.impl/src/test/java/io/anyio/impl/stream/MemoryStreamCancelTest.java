package io.anyio.impl.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.sync.WouldBlockException;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.util.ArrayList;
import java.util.List;

class MemoryStreamCancelTest {
    private final List<String> received = new ArrayList<>();

    /** A scope that is cancelled when it is entered. */
    private static CancelScope cancelled() {
        CancelScope scope = AnyIO.openCancelScope();
        scope.cancel();
        return scope;
    }

    /** Spawns a receiver in a scope of its own, and waits until it waits. */
    private CancelScope spawnReceiver(TaskGroup<Exception> group, MemoryObjectStream<String> stream) {
        CancelScope scope = AnyIO.openCancelScope();
        group.spawn(() -> scope.run(() -> received.add(stream.receiver().receive())));
        AnyIO.waitAllTasksBlocked();
        return scope;
    }

    @AnyioTest @Proves({"MS-36", "MS-11", "CS-34"})
    void receiveInACancelledScopeTakesNothing(TaskGroup<Exception> group) throws Exception {
        try (MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(0)) {
            group.spawn(() -> stream.sender().send("hello"));
            AnyIO.waitAllTasksBlocked();
            group.spawn(() -> stream.sender().send("world"));
            AnyIO.waitAllTasksBlocked();
            CancelScope scope = cancelled();
            scope.run(() -> received.add(stream.receiver().receive()));
            assertTrue(scope.cancelledCaught());
            assertEquals(2, stream.receiver().statistics().tasksWaitingSend());
            assertEquals("hello", stream.receiver().receive());
            assertEquals("world", stream.receiver().receive());
        }
    }

    @AnyioTest @Proves("MS-36")
    void receiveInACancelledScopeLeavesTheBufferAlone() throws Exception {
        try (MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(1)) {
            stream.sender().sendNowait("hello");
            cancelled().run(() -> received.add(stream.receiver().receive()));
            assertEquals(List.of(), received);
            assertEquals("hello", stream.receiver().receiveNowait());
        }
    }

    @AnyioTest @Proves("MS-37")
    void sendInACancelledScopeDeliversNothing(TaskGroup<Exception> group) throws Exception {
        try (MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(1)) {
            TaskHandle<String> receiver = group.spawn(() -> stream.receiver().receive());
            AnyIO.waitAllTasksBlocked();
            CancelScope scope = cancelled();
            scope.run(() -> stream.sender().send("hello"));
            assertTrue(scope.cancelledCaught());
            assertEquals(1, stream.sender().statistics().tasksWaitingReceive());
            stream.sender().send("world");
            assertEquals("world", receiver.await());
            assertThrows(WouldBlockException.class, () -> stream.receiver().receiveNowait());
        }
    }

    @AnyioTest @Proves({"MS-38", "MS-14"})
    void aCancelledReceiverIsSeenByNoSender(TaskGroup<Exception> group) {
        try (MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(0)) {
            CancelScope scope = spawnReceiver(group, stream);
            scope.cancel();
            AnyIO.waitAllTasksBlocked();
            assertTrue(scope.cancelledCaught());
            assertEquals(0, stream.sender().statistics().tasksWaitingReceive());
            assertThrows(WouldBlockException.class, () -> stream.sender().sendNowait("hello"));
            assertEquals(List.of(), received);
        }
    }

    @AnyioTest @Proves("MS-39")
    void aCancelledSenderWithdrawsItsItem(TaskGroup<Exception> group) {
        try (MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(0)) {
            CancelScope scope = AnyIO.openCancelScope();
            group.spawn(() -> scope.run(() -> stream.sender().send("hello")));
            AnyIO.waitAllTasksBlocked();
            scope.cancel();
            AnyIO.waitAllTasksBlocked();
            assertTrue(scope.cancelledCaught());
            assertEquals(0, stream.sender().statistics().tasksWaitingSend());
            assertThrows(WouldBlockException.class, () -> stream.receiver().receiveNowait());
        }
    }

    @AnyioTest @Proves("MS-39")
    void aSenderCancelledAmongOthersLeavesTheirOrder(TaskGroup<Exception> group) throws Exception {
        try (MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(1)) {
            stream.sender().sendNowait("a");
            CancelScope scope = AnyIO.openCancelScope();
            group.spawn(() -> stream.sender().send("b"));
            AnyIO.waitAllTasksBlocked();
            group.spawn(() -> scope.run(() -> stream.sender().send("withdrawn")));
            AnyIO.waitAllTasksBlocked();
            group.spawn(() -> stream.sender().send("c"));
            AnyIO.waitAllTasksBlocked();
            scope.cancel();
            for (String expected : List.of("a", "b", "c")) {
                assertEquals(expected, stream.receiver().receiveNowait());
            }
            assertThrows(WouldBlockException.class, () -> stream.receiver().receiveNowait());
        }
    }

    @AnyioTest @Proves({"MS-40", "CS-35"})
    void anItemThatWasHandedOverBeforeTheCancellationIsReturned(TaskGroup<Exception> group) throws Exception {
        try (MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(0)) {
            List<CancelledError> later = new ArrayList<>();
            CancelScope scope = AnyIO.openCancelScope();
            group.spawn(() -> scope.run(() -> {
                received.add(stream.receiver().receive());
                later.add(assertThrows(CancelledError.class, AnyIO::checkpoint));
            }));
            AnyIO.waitAllTasksBlocked();
            stream.sender().sendNowait("hello");
            scope.cancel();
            AnyIO.waitAllTasksBlocked();
            assertEquals(List.of("hello"), received);
            assertEquals(1, later.size());
        }
    }

    @AnyioTest @Proves("MS-42")
    void afterARescuedItemTheTaskIsNotCancelledOutsideOfTheScope(TaskGroup<Exception> group) throws Exception {
        try (MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(0)) {
            CancelScope scope = AnyIO.openCancelScope();
            TaskHandle<Boolean> task = group.spawn(() -> {
                scope.run(() -> received.add(stream.receiver().receive()));
                boolean pending = AnyIO.hasPendingCancellation();
                AnyIO.checkpoint();
                received.add(stream.receiver().receive());
                return pending;
            });
            AnyIO.waitAllTasksBlocked();
            stream.sender().sendNowait("hello");
            scope.cancel();
            AnyIO.waitAllTasksBlocked();
            assertFalse(scope.cancelledCaught());
            stream.sender().sendNowait("world");
            assertFalse(task.await());
            assertEquals(List.of("hello", "world"), received);
        }
    }

    @AnyioTest @Proves("MS-41")
    void aReceiverWithAPendingCancellationGetsNoItem(TaskGroup<Exception> group) throws Exception {
        try (MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(0)) {
            CancelScope scope = spawnReceiver(group, stream);
            scope.cancel();
            assertThrows(WouldBlockException.class, () -> stream.sender().sendNowait("hello"));
            AnyIO.waitAllTasksBlocked();

            CancelScope again = spawnReceiver(group, stream);
            TaskHandle<String> next = group.spawn(() -> stream.receiver().receive());
            AnyIO.waitAllTasksBlocked();
            again.cancel();
            stream.sender().sendNowait("for the next one");
            assertEquals("for the next one", next.await());
            assertEquals(List.of(), received);
        }
    }

    @AnyioTest @Proves("MS-41")
    void theBufferTakesWhatACancelledReceiverDoesNotGet(TaskGroup<Exception> group) throws Exception {
        try (MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(1)) {
            CancelScope scope = spawnReceiver(group, stream);
            scope.cancel();
            stream.sender().sendNowait("hello");
            AnyIO.waitAllTasksBlocked();
            assertEquals(List.of(), received);
            assertEquals(1, stream.sender().statistics().currentBufferUsed());
            assertEquals("hello", stream.receiver().receiveNowait());
        }
    }

    @AnyioTest
    void cancellingAReceiverAndClosingItsEndWakeItOnce(TaskGroup<Exception> group) throws Exception {
        try (MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(0)) {
            CancelScope scope = spawnReceiver(group, stream);
            scope.cancel();
            stream.receiver().close();
            stream.sender().close();
            AnyIO.waitAllTasksBlocked();
            assertTrue(scope.cancelledCaught());
        }
    }
}
