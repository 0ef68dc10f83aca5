package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.TaskCancelledException;
import io.anyio.api.task.TaskFailedException;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.task.TaskHandle.Status;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What the spawner sees of its task. */
class TaskHandleTest {
    private final List<String> seen = new ArrayList<>();

    @AnyioTest @Proves("TG-48")
    void theHandleTellsStatusAndResult() {
        AnyIO.createTaskGroup().run(group -> {
            Gate gate = new Gate();
            TaskHandle<String> handle = group.spawn("worker", () -> {
                gate.await();
                return "value";
            });
            assertEquals(Status.PENDING, handle.status());
            assertEquals("Task[worker, PENDING]", handle.toString());
            IllegalStateException early = assertThrows(IllegalStateException.class, handle::result);
            assertTrue(early.getMessage().contains("'worker'"), early.getMessage());
            gate.open();
            assertEquals("value", handle.await());
            assertEquals(Status.FINISHED, handle.status());
            assertEquals("value", handle.result());
            assertEquals("value", handle.await());
            handle.cancel();
            assertEquals(Status.FINISHED, handle.status());
            assertNull(group.spawn(AnyIO::checkpoint).await());
        });
    }

    @AnyioTest @Proves("TG-48")
    void cancelAffectsOnlyThatTask() {
        AnyIO.createTaskGroup().run(group -> {
            TaskHandle<?> sibling = group.spawn(AnyIO::sleepForever);
            TaskHandle<?> handle = group.spawn("victim", () -> {
                try {
                    AnyIO.sleepForever();
                } finally {
                    AnyIO.cancelShieldedCheckpoint();
                    seen.add("unwound");
                }
            });
            AnyIO.waitAllTasksBlocked();
            handle.cancel("not needed");
            assertEquals(Status.CANCELLING, handle.status());
            assertThrows(IllegalStateException.class, handle::result);
            handle.awaitEnd();
            assertEquals(List.of("unwound"), seen);
            assertEquals(Status.CANCELLED, handle.status());
            assertEquals(Status.PENDING, sibling.status());
            assertFalse(group.cancelScope().cancelCalled());
            TaskCancelledException error = assertThrows(TaskCancelledException.class, handle::result);
            assertTrue(((CancelledError) error.getCause()).reason().contains("not needed"));
            assertThrows(TaskCancelledException.class, handle::await);
            sibling.cancel();
        });
    }

    @AnyioTest @Proves("TG-48")
    void aFailedResultIsWrappedWithTheCause() {
        IOException failure = new IOException("failed");
        IOException thrown = assertThrows(IOException.class,
                () -> AnyIO.createTaskGroup(IOException.class).run(group -> {
                    TaskHandle<?> handle = group.spawn(() -> {
                        throw failure;
                    });
                    AnyIO.openCancelScope(options -> options.shield(true)).run(handle::awaitEnd);
                    assertEquals(Status.FAILED, handle.status());
                    TaskFailedException error = assertThrows(TaskFailedException.class, handle::result);
                    assertSame(failure, error.getCause());
                    assertThrows(CancelledError.class, handle::await);
                }));
        assertSame(failure, thrown);
    }

    @AnyioTest @Proves("TG-48")
    void aTaskCancelledByItsGroupIsCancelled() {
        List<TaskHandle<?>> handles = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> {
            handles.add(group.spawn(AnyIO::sleepForever));
            handles.add(group.spawn(() -> {
                group.cancel();
                AnyIO.sleepForever();
            }));
            handles.add(group.spawn(() -> {
                throw new CancelledError(null, "thrown by hand");
            }));
        });
        for (TaskHandle<?> handle : handles) {
            assertEquals(Status.CANCELLED, handle.status());
            assertInstanceOf(CancelledError.class,
                    assertThrows(TaskCancelledException.class, handle::result).getCause());
        }
    }

    @AnyioTest @Proves("TG-48")
    void aTaskThatIsCancelledBeforeItStartsRunsToItsFirstCheckpoint() {
        AnyIO.createTaskGroup().run(group -> {
            TaskHandle<?> handle = group.spawn(() -> {
                seen.add("started");
                AnyIO.checkpoint();
                seen.add("beyond");
            });
            handle.cancel();
            TaskHandle<Integer> lucky = group.spawn(() -> 5);
            lucky.cancel();
            handle.awaitEnd();
            assertEquals(Status.CANCELLED, handle.status());
            assertEquals(5, lucky.await());
            assertEquals(Status.FINISHED, lucky.status());
        });
        assertEquals(List.of("started"), seen);
    }

    @AnyioTest
    void awaitIsACheckpointAndCancellingTheWaiterLeavesTheTaskAlone() {
        AnyIO.createTaskGroup().run(group -> {
            TaskHandle<Integer> done = group.spawn(() -> 1);
            done.awaitEnd();
            TaskHandle<?> running = group.spawn(AnyIO::sleepForever);
            CancelScope scope = AnyIO.openCancelScope();
            scope.run(() -> {
                scope.cancel();
                assertThrows(CancelledError.class, done::await);
                assertThrows(CancelledError.class, running::await);
            });
            CancelScope later = AnyIO.openCancelScope();
            group.spawn(() -> later.cancel());
            later.run(running::await);
            assertTrue(later.cancelledCaught());
            assertEquals(Status.PENDING, running.status());
            running.cancel();
        });
    }

    @AnyioTest
    void aTaskThatWaitsForItselfIsRefused() {
        AnyIO.createTaskGroup().run(group -> {
            List<TaskHandle<?>> self = new ArrayList<>();
            self.add(group.spawn("narcissus", () -> {
                AnyIO.checkpoint();
                IllegalStateException error = assertThrows(IllegalStateException.class, self.getFirst()::awaitEnd);
                assertTrue(error.getMessage().contains("'narcissus'"), error.getMessage());
            }));
        });
    }

    @AnyioTest
    void manyTasksOfOtherLoopsAwaitOneTask() throws Exception {
        AnyIO.createTaskGroup().run(group -> {
            Gate gate = new Gate();
            TaskHandle<String> handle = group.spawn(() -> {
                gate.await();
                return "seen from afar";
            });
            List<Thread> others = new ArrayList<>();
            List<String> values = java.util.Collections.synchronizedList(new ArrayList<>());
            for (String backend : AnyIO.backends()) {
                for (int i = 0; i < 4; i++) {
                    others.add(Thread.ofPlatform()
                            .start(() -> AnyIO.run(() -> values.add(handle.await()),
                                    options -> options.backend(backend))));
                }
            }
            group.spawn(() -> {
                for (int i = 0; i < 100; i++) {
                    AnyIO.checkpoint();
                }
                gate.open();
            }).awaitEnd();
            assertEquals("seen from afar", handle.await());
            for (Thread other : others) {
                AnyIO.interruptibly(() -> {
                    other.join();
                    return "";
                });
            }
            assertEquals(8, values.size());
        });
    }
}
