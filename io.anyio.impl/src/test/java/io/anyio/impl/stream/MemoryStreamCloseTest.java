package io.anyio.impl.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.MemoryObjectReceiveStream;
import io.anyio.api.stream.MemoryObjectSendStream;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.util.ArrayList;
import java.util.List;

class MemoryStreamCloseTest {
    private final List<Throwable> errors = new ArrayList<>();

    /** Spawns something that fails, and takes its error. */
    private void spawnFailing(TaskGroup<Exception> group, org.junit.jupiter.api.function.Executable code) {
        group.spawn(() -> {
            try {
                code.execute();
            } catch (Exception e) {
                errors.add(e);
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
        });
    }

    @AnyioTest @Proves({"MS-16", "MS-20"})
    void closedSendEndRefusesAndEndsTheStream() throws Exception {
        MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(1);
        try (MemoryObjectReceiveStream<String> receiver = stream.receiver()) {
            stream.sender().close();
            assertThrows(EndOfStreamException.class, receiver::receive);
            assertThrows(EndOfStreamException.class, receiver::receiveNowait);
            assertThrows(ClosedResourceException.class, () -> stream.sender().send("x"));
            assertThrows(ClosedResourceException.class, () -> stream.sender().sendNowait("x"));
        }
    }

    @AnyioTest @Proves({"MS-17", "MS-18"})
    void closedReceiveEndRefusesAndBreaksTheStream() throws Exception {
        MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(1);
        MemoryObjectReceiveStream<String> clone = stream.receiver().clone();
        try (MemoryObjectSendStream<String> sender = stream.sender()) {
            stream.receiver().close();
            assertThrows(ClosedResourceException.class, () -> stream.receiver().receive());
            assertThrows(ClosedResourceException.class, () -> stream.receiver().receiveNowait());
            sender.send("still wanted");
            clone.close();
            assertThrows(BrokenResourceException.class, () -> sender.send("x"));
            assertThrows(BrokenResourceException.class, () -> sender.sendNowait("x"));
        }
    }

    @AnyioTest @Proves("MS-19")
    void ownEndIsLookedAtBeforeTheOtherOne() {
        MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(1);
        stream.close();
        assertThrows(ClosedResourceException.class, () -> stream.sender().send("x"));
        assertThrows(ClosedResourceException.class, () -> stream.sender().sendNowait("x"));
        assertThrows(ClosedResourceException.class, () -> stream.receiver().receive());
        assertThrows(ClosedResourceException.class, () -> stream.receiver().receiveNowait());
    }

    @AnyioTest @Proves({"MS-21", "MS-22"})
    void whatIsInTheBufferComesBeforeTheEndWhichComesEachTime() throws Exception {
        MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(2);
        try (MemoryObjectReceiveStream<String> receiver = stream.receiver()) {
            stream.sender().send("a");
            stream.sender().send("b");
            stream.sender().close();
            assertEquals("a", receiver.receive());
            assertEquals("b", receiver.receiveNowait());
            for (int i = 0; i < 3; i++) {
                assertThrows(EndOfStreamException.class, receiver::receive);
                assertThrows(EndOfStreamException.class, receiver::receiveNowait);
            }
        }
    }

    @AnyioTest @Proves("MS-23")
    void closingTheLastSendEndWakesAllReceivers(TaskGroup<Exception> group) {
        MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(0);
        try (MemoryObjectReceiveStream<String> receiver = stream.receiver();
                MemoryObjectReceiveStream<String> other = receiver.clone()) {
            MemoryObjectSendStream<String> clone = stream.sender().clone();
            spawnFailing(group, receiver::receive);
            spawnFailing(group, receiver::receive);
            spawnFailing(group, other::receive);
            AnyIO.waitAllTasksBlocked();
            stream.sender().close();
            AnyIO.waitAllTasksBlocked();
            assertEquals(List.of(), errors);
            clone.close();
            AnyIO.waitAllTasksBlocked();
            assertEquals(3, errors.size());
            errors.forEach(error -> assertInstanceOf(EndOfStreamException.class, error));
            assertEquals(0, receiver.statistics().tasksWaitingReceive());
        }
    }

    @AnyioTest @Proves({"MS-24", "MS-25"})
    void closingTheLastReceiveEndWakesAllSendersAndDeliversNothing(TaskGroup<Exception> group) {
        MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(1);
        try (MemoryObjectSendStream<String> sender = stream.sender();
                MemoryObjectSendStream<String> other = sender.clone()) {
            MemoryObjectReceiveStream<String> clone = stream.receiver().clone();
            spawnFailing(group, () -> sender.send("buffered"));
            spawnFailing(group, () -> sender.send("x"));
            spawnFailing(group, () -> sender.send(null));
            spawnFailing(group, () -> other.send(""));
            AnyIO.waitAllTasksBlocked();
            stream.receiver().close();
            AnyIO.waitAllTasksBlocked();
            assertEquals(List.of(), errors);
            clone.close();
            AnyIO.waitAllTasksBlocked();
            assertEquals(3, errors.size());
            errors.forEach(error -> assertInstanceOf(BrokenResourceException.class, error));
            assertEquals(0, sender.statistics().tasksWaitingSend());
            assertEquals(0, sender.statistics().currentBufferUsed());
            assertEquals(1, sender.statistics().itemsDropped());
        }
    }

    @AnyioTest @Proves("MS-26")
    void aSenderWhoseItemWasTakenReturnsNormallyThoughTheReceiverClosesFirst(TaskGroup<Exception> group)
            throws Exception {
        MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(0);
        try (MemoryObjectSendStream<String> sender = stream.sender()) {
            TaskHandle<?> task = group.spawn(() -> sender.send("test"));
            AnyIO.waitAllTasksBlocked();
            assertEquals("test", stream.receiver().receiveNowait());
            stream.receiver().close();
            task.await();
        }
    }

    @AnyioTest @Proves("MS-29")
    void closingAnEndTwiceCountsOnce() throws Exception {
        MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(1);
        try (MemoryObjectSendStream<String> sender = stream.sender().clone();
                MemoryObjectReceiveStream<String> receiver = stream.receiver().clone()) {
            stream.close();
            stream.close();
            assertEquals(1, sender.statistics().openSendStreams());
            assertEquals(1, sender.statistics().openReceiveStreams());
            sender.send("x");
            assertEquals("x", receiver.receive());
        }
    }

    @AnyioTest @Proves("MS-32")
    void closingTheVeryEndInWhichATaskReceivesWakesIt(TaskGroup<Exception> group) throws Exception {
        MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(0);
        try (MemoryObjectSendStream<String> sender = stream.sender();
                MemoryObjectReceiveStream<String> other = stream.receiver().clone()) {
            TaskHandle<String> elsewhere = group.spawn(() -> other.receive());
            spawnFailing(group, stream.receiver()::receive);
            spawnFailing(group, stream.receiver()::receive);
            AnyIO.waitAllTasksBlocked();
            stream.receiver().close();
            AnyIO.waitAllTasksBlocked();
            assertEquals(2, errors.size());
            errors.forEach(error -> assertInstanceOf(ClosedResourceException.class, error));
            assertEquals(1, sender.statistics().tasksWaitingReceive());
            sender.sendNowait("for the other one");
            assertEquals("for the other one", elsewhere.await());
        }
    }

    @AnyioTest @Proves("MS-33")
    void closingTheVeryEndInWhichATaskSendsWakesItAndDeliversNothing(TaskGroup<Exception> group) throws Exception {
        MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(0);
        MemoryObjectSendStream<String> other = stream.sender().clone();
        try (MemoryObjectReceiveStream<String> receiver = stream.receiver()) {
            spawnFailing(group, () -> stream.sender().send("never"));
            TaskHandle<?> elsewhere = group.spawn(() -> other.send("of the other one"));
            AnyIO.waitAllTasksBlocked();
            spawnFailing(group, () -> stream.sender().send("never"));
            AnyIO.waitAllTasksBlocked();
            stream.sender().close();
            AnyIO.waitAllTasksBlocked();
            assertEquals(2, errors.size());
            errors.forEach(error -> assertInstanceOf(ClosedResourceException.class, error));
            assertEquals("of the other one", receiver.receiveNowait());
            elsewhere.await();
            other.close();
            assertThrows(EndOfStreamException.class, receiver::receive);
        }
    }

    @AnyioTest
    void closingTheLastEndInWhichATaskWaitsSaysThatItIsClosed(TaskGroup<Exception> group) {
        MemoryObjectStream<String> first = AnyIO.createMemoryObjectStream(0);
        MemoryObjectStream<String> second = AnyIO.createMemoryObjectStream(0);
        try (first; second) {
            spawnFailing(group, () -> first.sender().send("x"));
            spawnFailing(group, second.receiver()::receive);
            AnyIO.waitAllTasksBlocked();
            first.sender().close();
            second.receiver().close();
            AnyIO.waitAllTasksBlocked();
            assertEquals(2, errors.size());
            errors.forEach(error -> assertInstanceOf(ClosedResourceException.class, error));
        }
    }

    @AnyioTest @Proves("EX-08")
    void aClosedErrorHasNoCauseAndNamesTheEnd(TaskGroup<Exception> group) {
        MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(0);
        try (MemoryObjectSendStream<String> sender = stream.sender()) {
            spawnFailing(group, stream.receiver()::receive);
            AnyIO.waitAllTasksBlocked();
            stream.receiver().close();
            spawnFailing(group, stream.receiver()::receive);
            AnyIO.waitAllTasksBlocked();
            assertEquals(2, errors.size());
            for (Throwable error : errors) {
                assertNull(error.getCause());
                assertEquals(0, error.getSuppressed().length);
                assertEquals(stream.receiver() + " is closed", error.getMessage());
            }
            assertTrue(sender.toString().startsWith("MemoryObjectSendStream "), sender.toString());
        }
    }
}
