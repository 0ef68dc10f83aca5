package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.task.TimedOutException;
import io.anyio.testing.AnyioTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A program of all kinds of scopes and groups, cancelled at each of its operations in turn: before the operation, and
 * while it waits.
 */
class CancelEverywhereTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static final class Expected extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Counts the operations of one run of the program and cancels at one of them. */
    private static final class Script {
        private final int cancelAt;
        private final Runnable cancel;
        private final boolean whileWaiting;
        private int operations;
        private int held;
        private boolean cancelled;
        private boolean completed;

        Script(int cancelAt, boolean whileWaiting, Runnable cancel) {
            this.cancelAt = cancelAt;
            this.whileWaiting = whileWaiting;
            this.cancel = cancel;
        }

        <X extends Exception> void operation(Block<X> block) throws X {
            if (operations++ != cancelAt) {
                block.run();
            } else if (whileWaiting) {
                AnyIO.createTaskGroup().run(group -> {
                    TaskHandle<?> canceller = group.spawn("canceller",
                            () -> AnyIO.openCancelScope(options -> options.shield(true)).run(() -> {
                                AnyIO.waitAllTasksBlocked();
                                cancel();
                            }));
                    block.run();
                    canceller.awaitEnd();
                });
            } else {
                cancel();
                block.run();
            }
        }

        private void cancel() {
            cancelled = true;
            cancel.run();
        }

        <X extends Exception> void holding(Block<X> block) throws X {
            held++;
            try {
                block.run();
            } finally {
                AnyIO.openCancelScope(options -> options.shield(true)).run(() -> operation(AnyIO::checkpoint));
                held--;
            }
        }

        void program() {
            holding(() -> {
                operation(AnyIO::checkpoint);
                operation(() -> AnyIO.sleep(SECOND));
                AnyIO.createTaskGroup().run(group -> {
                    TaskHandle<Integer> child = group.spawn("child", () -> {
                        holding(() -> operation(() -> AnyIO.sleep(SECOND)));
                        return 1;
                    });
                    assertEquals(2, group.<Integer, RuntimeException>start("server", started -> holding(() -> {
                        operation(AnyIO::checkpoint);
                        started.set(2);
                        operation(() -> AnyIO.sleep(SECOND.multipliedBy(3)));
                    })));
                    operation(() -> assertEquals(1, child.await()));
                });
                AnyIO.openCancelScope(options -> options.shield(true)).run(() -> operation(() -> AnyIO.sleep(SECOND)));
                assertThrowsUnlessCancelled(TimedOutException.class,
                        () -> AnyIO.failAfter(SECOND,
                                () -> holding(() -> operation(() -> AnyIO.sleep(SECOND.multipliedBy(5))))));
                AnyIO.moveOnAfter(SECOND, () -> operation(AnyIO::sleepForever));
                operation(() -> assertThrowsUnlessCancelled(Expected.class, () -> AnyIO.createTaskGroup().run(group -> {
                    group.spawn("failing", () -> {
                        operation(AnyIO::checkpoint);
                        throw new Expected();
                    });
                    AnyIO.createTaskGroup().run(inner -> {
                        inner.spawn("grandchild", () -> holding(AnyIO::sleepForever));
                        holding(AnyIO::sleepForever);
                    });
                })));
            });
            operation(AnyIO::checkpoint);
            completed = true;
        }

        private <X extends RuntimeException> void assertThrowsUnlessCancelled(Class<X> type, Runnable code) {
            try {
                code.run();
                assertTrue(cancelled, "it throws no " + type);
            } catch (RuntimeException e) {
                assertEquals(type, e.getClass());
            }
        }
    }

    @AnyioTest(virtualClock = true, timeout = 60)
    void cancelledAtEachOperationTheProgramLeavesNothingBehind() {
        int baseline = AnyIO.getRunningTasks().size();
        Script whole = new Script(-1, false, () -> {});
        whole.program();
        assertTrue(whole.completed && whole.held == 0);
        for (boolean byHandle : List.of(false, true)) {
            for (boolean whileWaiting : List.of(false, true)) {
                for (int at = 0; at < whole.operations; at++) {
                    String where = "operation " + at + (whileWaiting ? ", while it waits" : "");
                    Script script = byHandle ? cancelledByHandle(at, whileWaiting) : cancelledByScope(at, whileWaiting);
                    assertTrue(script.cancelled, where);
                    assertEquals(0, script.held, where);
                    assertFalse(script.completed, where);
                    assertEquals(baseline, AnyIO.getRunningTasks().size(), where);
                    assertFalse(AnyIO.hasPendingCancellation(), where);
                    AnyIO.checkpoint();
                }
            }
        }
    }

    private static Script cancelledByScope(int at, boolean whileWaiting) {
        CancelScope scope = AnyIO.openCancelScope();
        Script script = new Script(at, whileWaiting, () -> scope.cancel());
        scope.run(script::program);
        assertTrue(scope.cancelledCaught(), "operation " + at);
        return script;
    }

    private static Script cancelledByHandle(int at, boolean whileWaiting) {
        List<TaskHandle<?>> task = new ArrayList<>();
        Script script = new Script(at, whileWaiting, () -> task.getFirst().cancel());
        AnyIO.createTaskGroup().run(group -> {
            task.add(group.spawn("program", script::program));
            task.getFirst().awaitEnd();
            assertEquals(TaskHandle.Status.CANCELLED, task.getFirst().status(), "operation " + at);
            assertFalse(group.cancelScope().cancelCalled());
        });
        return script;
    }
}
