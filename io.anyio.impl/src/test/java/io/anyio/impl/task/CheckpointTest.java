package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.anyio.api.AnyIO;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.TaskHandle;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which comes first, the cancellation or the outcome. */
class CheckpointTest {
    private final List<String> seen = new ArrayList<>();

    @AnyioTest @Proves("CS-34")
    void aCancelledOperationHadNoEffect() {
        Gate gate = new Gate();
        CancelScope scope = AnyIO.openCancelScope();
        AnyIO.createTaskGroup().run(group -> {
            group.spawn(() -> scope.run(gate::await));
            AnyIO.waitAllTasksBlocked();
            group.spawn(() -> {
                gate.await();
                seen.add("second in the queue");
            });
            AnyIO.waitAllTasksBlocked();
            assertEquals(2, gate.waiting());
            scope.cancel();
            assertEquals(1, gate.waiting());
            assertEquals(1, gate.withdrawn);
            assertTrue(gate.openForOne());
            assertFalse(gate.openForOne());
        });
        assertEquals(List.of("second in the queue"), seen);
        assertTrue(scope.cancelledCaught());
    }

    @AnyioTest @Proves("CS-35")
    void aGrantStands() {
        Gate gate = new Gate();
        CancelScope scope = AnyIO.openCancelScope();
        AnyIO.createTaskGroup().run(group -> {
            TaskHandle<?> awaited = group.spawn(gate::await);
            group.spawn(() -> scope.run(() -> {
                gate.await();
                seen.add("granted");
                AnyIO.checkpoint();
                fail("the cancellation is thrown at the next checkpoint");
            }));
            CancelScope waiting = AnyIO.openCancelScope();
            group.spawn(() -> waiting.run(() -> {
                awaited.awaitEnd();
                seen.add("end seen");
                AnyIO.checkpoint();
                fail("cancelled");
            }));
            AnyIO.waitAllTasksBlocked();
            gate.open();
            scope.cancel();
            awaited.awaitEnd();
            waiting.cancel();
        });
        assertEquals(List.of("granted", "end seen"), seen);
        assertTrue(scope.cancelledCaught());
    }

    @AnyioTest @Proves("CS-36")
    void aCancelThatComesFirstWins() {
        Gate gate = new Gate();
        CancelScope scope = AnyIO.openCancelScope();
        AnyIO.createTaskGroup().run(group -> {
            group.spawn(() -> scope.run(() -> {
                assertThrows(CancelledError.class, gate::await);
                seen.add("cancelled");
            }));
            AnyIO.waitAllTasksBlocked();
            scope.cancel();
            gate.open();
        });
        assertEquals(List.of("cancelled"), seen);
    }

    @AnyioTest(virtualClock = true) @Proves("CS-36")
    void aCancelThatComesBeforeTheTimerWins() {
        CancelScope scope = AnyIO.openCancelScope();
        Deadline end = AnyIO.currentTime().plus(Duration.ofSeconds(1));
        AnyIO.createTaskGroup().run(group -> {
            group.spawn(() -> scope.run(() -> AnyIO.sleepUntil(end)));
            AnyIO.waitAllTasksBlocked();
            scope.cancel();
            AnyIO.sleepUntil(end);
        });
        assertTrue(scope.cancelledCaught());
    }

    @AnyioTest
    void everyCheckpointChecksBeforeItDoesAnything() {
        AnyIO.createTaskGroup().run(group -> {
            Gate open = new Gate();
            open.open();
            TaskHandle<Integer> done = group.spawn(() -> 1);
            done.awaitEnd();
            Map<String, Block<Exception>> operations = new LinkedHashMap<>();
            operations.put("checkpoint", AnyIO::checkpoint);
            operations.put("checkpointIfCancelled", AnyIO::checkpointIfCancelled);
            operations.put("sleep of zero", () -> AnyIO.sleep(Duration.ZERO));
            operations.put("negative sleep", () -> AnyIO.sleep(Duration.ofSeconds(-1)));
            operations.put("sleep until the past", () -> AnyIO.sleepUntil(Deadline.PAST));
            operations.put("sleep until never", () -> AnyIO.sleepUntil(Deadline.NEVER));
            operations.put("open gate", open::await);
            operations.put("await of an ended task", done::await);
            operations.put("awaitEnd of an ended task", done::awaitEnd);
            operations.put("waitAllTasksBlocked", AnyIO::waitAllTasksBlocked);
            operations.put("interruptibly", () -> AnyIO.interruptibly(() -> fail("the region is not entered")));
            operations.put("start", () -> group.start("never", _ -> seen.add("started")));
            CancelScope scope = AnyIO.openCancelScope();
            scope.run(() -> {
                scope.cancel();
                operations.forEach((name, operation) -> assertThrows(CancelledError.class, operation::run, name));
            });
        });
        assertEquals(List.of(), seen);
    }

    @AnyioTest(virtualClock = true) @Proves("CS-79")
    void aPendingCancellationIsToldExactlyWhenTheNextCheckpointWouldThrow() {
        CancelScope outer = AnyIO.openCancelScope();
        assertPending(false);
        outer.run(() -> {
            assertPending(false);
            outer.cancel();
            assertPending(true);
            AnyIO.openCancelScope(options -> options.shield(true)).run(() -> {
                assertPending(false);
                AnyIO.moveOnAfter(Duration.ZERO, () -> assertPending(true));
                assertPending(false);
                AnyIO.moveOnAfter(Duration.ofSeconds(1), () -> {
                    assertPending(false);
                    assertThrows(CancelledError.class, AnyIO::sleepForever);
                    assertPending(true);
                });
            });
            assertPending(true);
        });
        assertPending(false);
    }

    private static void assertPending(boolean expected) {
        assertEquals(expected, AnyIO.hasPendingCancellation());
        boolean thrown = false;
        try {
            AnyIO.checkpoint();
        } catch (CancelledError e) {
            thrown = true;
        }
        assertEquals(expected, thrown);
        assertEquals(expected, AnyIO.hasPendingCancellation());
    }

    @AnyioTest
    void aBusyTaskLetsOthersRunAndMeetsItsDeadline() {
        Gate open = new Gate();
        open.open();
        assertFalse(AnyIO.moveOnAfter(Duration.ofMillis(5), () -> {
            while (true) {
                open.await();
            }
        }));
    }

    @AnyioTest
    void aCheckpointOfACancelledTaskThrowsBeforeOthersRun() {
        AnyIO.createTaskGroup().run(group -> {
            CancelScope scope = AnyIO.openCancelScope();
            scope.run(() -> {
                scope.cancel();
                group.spawn(() -> seen.add("other"));
                assertThrows(CancelledError.class, AnyIO::checkpoint);
                assertEquals(List.of(), seen);
            });
        });
        assertEquals(List.of("other"), seen);
    }

    private enum Work {
        QUICK, SLOW, CANCELLED
    }

    /**
     * Operations that need not wait let others run after four looks at the time, one each 17th operation, or at the
     * first look that finds that the turn was long.
     */
    @AnyioTest
    void aTurnHasSoManyOperationsOrSoMuchTime() {
        assertEquals(68, longestTurn(Work.QUICK));
        assertEquals(34, longestTurn(Work.SLOW));
        int cancelled = longestTurn(Work.CANCELLED);
        assertTrue(cancelled >= 34 && cancelled <= 68, "errors are slow: " + cancelled);
    }

    private static int longestTurn(Work work) {
        int[] operations = new int[1];
        int[] longest = new int[1];
        AnyIO.createTaskGroup().run(group -> {
            group.spawn("other", () -> {
                while (true) {
                    operations[0] = 0;
                    AnyIO.checkpoint();
                }
            });
            CancelScope scope = AnyIO.openCancelScope();
            scope.run(() -> {
                if (work == Work.CANCELLED) {
                    scope.cancel();
                }
                for (int i = 0; i < 2_000; i++) {
                    if (work == Work.SLOW) {
                        spin(Duration.ofNanos(20_000));
                    }
                    try {
                        Task.current("test").checkpoint();
                    } catch (CancelledError e) {
                        assertEquals(Work.CANCELLED, work);
                    }
                    longest[0] = Math.max(longest[0], ++operations[0]);
                }
            });
            group.cancel();
        });
        return longest[0];
    }

    private static void spin(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    /** The watchdog counts on it. */
    @AnyioTest
    void eachCheckpointMovesTheMark() {
        Task<?> task = Task.current("test");
        for (int i = 0; i < 1_000; i++) {
            long before = task.checkpointMark();
            if (i % 100 == 0) {
                AnyIO.checkpoint();
            } else {
                task.checkpoint();
            }
            assertTrue(task.checkpointMark() > before);
        }
    }
}
