package io.anyio.impl.stream;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.sync.WouldBlockException;
import io.anyio.api.task.NoEventLoopException;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class MemoryStreamThreadsTest {

    /** Does something in a thread that is no task, and hands its error back. */
    private static void inForeignThread(Executable code) {
        Throwable[] thrown = new Throwable[1];
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                code.execute();
            } catch (Throwable e) {
                thrown[0] = e;
            }
        });
        AnyIO.interruptibly(() -> {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return null;
        });
        if (thrown[0] != null) {
            throw new AssertionError(thrown[0]);
        }
    }

    @AnyioTest @Proves("MS-49")
    void aForeignThreadHandsItemsToWaitingTasks(TaskGroup<Exception> group) throws Exception {
        try (MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(0)) {
            TaskHandle<String> receiver = group.spawn(() -> stream.receiver().receive());
            AnyIO.waitAllTasksBlocked();
            inForeignThread(() -> stream.sender().sendNowait("hello"));
            assertEquals("hello", receiver.await());

            TaskHandle<?> sender = group.spawn(() -> stream.sender().send("back"));
            AnyIO.waitAllTasksBlocked();
            inForeignThread(() -> {
                assertEquals("back", stream.receiver().receiveNowait());
                assertThrows(WouldBlockException.class, () -> stream.receiver().receiveNowait());
                assertThrows(WouldBlockException.class, () -> stream.sender().sendNowait("x"));
            });
            sender.await();
        }
    }

    @AnyioTest @Proves({"MS-49", "MS-44"})
    void aForeignThreadClosesAnEnd(TaskGroup<Exception> group) throws Exception {
        MemoryObjectStream<String> first = AnyIO.createMemoryObjectStream(0);
        MemoryObjectStream<String> second = AnyIO.createMemoryObjectStream(0);
        TaskHandle<?> receiver = group.spawn(() -> {
            assertThrows(EndOfStreamException.class, () -> first.receiver().receive());
        });
        TaskHandle<?> sender = group.spawn(() -> {
            assertThrows(ClosedResourceException.class, () -> second.sender().send("x"));
        });
        AnyIO.waitAllTasksBlocked();
        inForeignThread(() -> {
            first.sender().close();
            second.sender().clone().close();
            second.sender().close();
        });
        receiver.await();
        sender.await();
        inForeignThread(first::close);
        inForeignThread(second::close);
        assertEquals(0, first.sender().statistics().openReceiveStreams());
    }

    @Test @Proves({"MS-44", "MS-48", "MS-49"})
    void aStreamIsMadeUsedAndClosedWithoutALoop() throws Exception {
        try (MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(1)) {
            stream.sender().sendNowait("hello");
            assertEquals("hello", stream.receiver().receiveNowait());
            assertThrows(NoEventLoopException.class, () -> stream.sender().send("x"));
            assertThrows(NoEventLoopException.class, () -> stream.receiver().receive());
        }
    }

    @Test
    void tasksOfTwoLoopsShareAStream() throws Exception {
        for (String backend : AnyIO.backends()) {
            MemoryObjectStream<Integer> there = AnyIO.createMemoryObjectStream(0);
            MemoryObjectStream<Integer> back = AnyIO.createMemoryObjectStream(0);
            Thread other = Thread.ofPlatform().start(() -> assertDoesNotThrow(() -> AnyIO.run(() -> {
                for (int item : there.receiver()) {
                    back.sender().send(item + 1);
                }
                back.sender().close();
            }, options -> options.backend(backend))));
            AnyIO.run(() -> {
                for (int i = 0; i < 1000; i++) {
                    there.sender().send(i);
                    assertEquals(i + 1, back.receiver().receive());
                }
                there.sender().close();
                assertThrows(EndOfStreamException.class, () -> back.receiver().receive());
            }, options -> options.backend(backend));
            other.join();
            there.close();
            back.close();
        }
    }
}
