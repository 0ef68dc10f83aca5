package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.anyio.api.AnyIO;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.TaskHandle;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a cancel does, and to which tasks. */
class CancelScopeTest {
    private final List<String> seen = new ArrayList<>();

    @AnyioTest @Proves({"CS-01", "CS-03", "CS-06"})
    void cancelMarksTheScopeAndReturnsWithoutWaiting() {
        CancelScope scope = AnyIO.openCancelScope();
        Gate gate = new Gate();
        AnyIO.createTaskGroup().run(group -> {
            group.spawn(() -> scope.run(() -> {
                try {
                    gate.await();
                } finally {
                    seen.add("ended");
                }
            }));
            AnyIO.waitAllTasksBlocked();
            assertFalse(scope.cancelCalled());
            scope.cancel();
            assertTrue(scope.cancelCalled());
            seen.add("cancel returned");
        });
        assertEquals(List.of("cancel returned", "ended"), seen);

        AnyIO.openCancelScope().run(() -> seen.add("no cancel"));
        AnyIO.moveOnAfter(Duration.ofHours(1), own -> {
            own.cancel();
            seen.add("goes on after its own cancel");
            AnyIO.checkpoint();
            fail("the next checkpoint throws");
        });
        assertEquals("goes on after its own cancel", seen.getLast());
    }

    @AnyioTest @Proves("CS-02")
    void aSecondCancelChangesNothing() {
        CancelScope scope = AnyIO.openCancelScope();
        scope.cancel("first");
        scope.cancel("second");
        scope.cancel();
        scope.run(() -> {
            CancelledError error = assertThrows(CancelledError.class, AnyIO::checkpoint);
            assertTrue(error.reason().endsWith(": first"), error.reason());
            scope.cancel("third");
            error = assertThrows(CancelledError.class, AnyIO::checkpoint);
            assertTrue(error.reason().endsWith(": first"), error.reason());
            throw error;
        });
        assertTrue(scope.cancelledCaught());
    }

    @AnyioTest @Proves("CS-04")
    void aBlockedTaskIsWokenByCancelled() {
        CancelScope scope = AnyIO.openCancelScope();
        Gate gate = new Gate();
        AnyIO.createTaskGroup().run(group -> {
            group.spawn(() -> scope.run(() -> {
                CancelledError error = assertThrows(CancelledError.class, gate::await);
                assertSame(scope, error.scope());
                seen.add("cancelled");
                throw error;
            }));
            AnyIO.waitAllTasksBlocked();
            assertEquals(1, gate.waiting());
            scope.cancel();
            assertEquals(0, gate.waiting());
        });
        assertEquals(List.of("cancelled"), seen);
    }

    @AnyioTest @Proves({"CS-05", "CS-09"})
    void aRunningTaskIsHitAtItsNextCheckpoint() {
        AnyIO.createTaskGroup().run(group -> {
            group.cancel();
            group.spawn(() -> {
                seen.add("started");
                AnyIO.checkpoint();
                seen.add("beyond the checkpoint");
            });
        });
        assertEquals(List.of("started"), seen);

        AnyIO.createTaskGroup().run(group -> {
            TaskHandle<?> runner = group.spawn(() -> {
                AnyIO.cancelShieldedCheckpoint();
                seen.add("not stopped in mid-code");
                AnyIO.checkpoint();
                seen.add("beyond the checkpoint");
            });
            AnyIO.cancelShieldedCheckpoint();
            runner.cancel();
        });
        assertEquals(List.of("started", "not stopped in mid-code"), seen);
    }

    @AnyioTest @Proves("CS-07")
    void cancellationIsLevelTriggered() {
        CancelScope scope = AnyIO.openCancelScope();
        scope.cancel();
        scope.run(() -> {
            for (int i = 0; i < 100; i++) {
                assertThrows(CancelledError.class, AnyIO::checkpoint);
                assertThrows(CancelledError.class, AnyIO::checkpointIfCancelled);
                assertThrows(CancelledError.class, () -> AnyIO.sleep(Duration.ofHours(1)));
                assertThrows(CancelledError.class, new Gate()::await);
            }
        });
        assertFalse(scope.cancelledCaught());
    }

    @AnyioTest @Proves("CS-08")
    void aBlockingCallInAFinallyBlockThrowsAtOnce() {
        CancelScope scope = AnyIO.openCancelScope();
        scope.run(() -> {
            try {
                scope.cancel();
                AnyIO.sleepForever();
            } finally {
                seen.add("finally");
                AnyIO.sleepForever();
            }
        });
        assertEquals(List.of("finally"), seen);
        assertTrue(scope.cancelledCaught());
    }

    @AnyioTest @Proves("CS-11")
    void anOuterCancelCancelsAllInnerScopesOfAllTasks() {
        CancelScope outer = AnyIO.openCancelScope();
        List<CancelScope> inner = new ArrayList<>();
        outer.run(() -> AnyIO.createTaskGroup().run(group -> {
            for (int i = 0; i < 3; i++) {
                group.spawn(() -> {
                    CancelScope first = AnyIO.openCancelScope();
                    CancelScope second = AnyIO.openCancelScope();
                    inner.add(first);
                    inner.add(second);
                    first.run(() -> second.run(() -> AnyIO.createTaskGroup().run(deeper -> {
                        deeper.spawn(this::waitAndNote);
                        waitAndNote();
                    })));
                });
            }
            AnyIO.waitAllTasksBlocked();
            outer.cancel();
        }));
        assertEquals(6, seen.size());
        assertTrue(outer.cancelledCaught());
        for (CancelScope scope : inner) {
            assertFalse(scope.cancelCalled());
            assertFalse(scope.cancelledCaught());
        }
    }

    private void waitAndNote() {
        try {
            AnyIO.sleepForever();
        } finally {
            seen.add("cancelled");
        }
    }

    @AnyioTest @Proves({"CS-12", "CS-17", "CS-19"})
    void codeAfterACancelledScopeIsNotDisturbed() {
        CancelScope outer = AnyIO.openCancelScope();
        CancelScope inner = AnyIO.openCancelScope();
        outer.run(() -> {
            inner.run(() -> {
                inner.cancel();
                AnyIO.sleepForever();
            });
            for (int i = 0; i < 100; i++) {
                AnyIO.checkpoint();
            }
            AnyIO.sleep(Duration.ofMillis(1));
            assertFalse(AnyIO.hasPendingCancellation());
            seen.add("after");
        });
        assertEquals(List.of("after"), seen);

        CancelScope left = AnyIO.openCancelScope();
        left.run(AnyIO::checkpoint);
        left.cancel();
        assertTrue(left.cancelCalled());
        AnyIO.checkpoint();
        AnyIO.sleep(Duration.ofMillis(1));
        assertFalse(left.cancelledCaught());
    }

    @AnyioTest @Proves("CS-13")
    void aScopeInAChildAffectsThatChildOnly() {
        Gate gate = new Gate();
        AnyIO.createTaskGroup().run(group -> {
            group.spawn("child", () -> {
                AnyIO.moveOnAfter(Duration.ofHours(1), scope -> {
                    scope.cancel();
                    AnyIO.sleepForever();
                });
                seen.add("child");
                gate.open();
            });
            group.spawn("sibling", () -> {
                gate.await();
                AnyIO.checkpoint();
                seen.add("sibling");
            });
            gate.await();
            AnyIO.checkpoint();
            seen.add("host");
        });
        assertEquals(3, seen.size());
    }

    @AnyioTest @Proves("CS-14")
    void anotherTaskCancelsAScopeWhileItsOwnerIsBlockedInIt() {
        CancelScope scope = AnyIO.openCancelScope();
        AnyIO.createTaskGroup().run(group -> {
            group.spawn(() -> scope.cancel());
            scope.run(() -> {
                AnyIO.sleepForever();
                fail("cancelled");
            });
            AnyIO.checkpoint();
            seen.add("host goes on");
        });
        assertTrue(scope.cancelledCaught());
        assertEquals(1, seen.size());
    }

    @AnyioTest @Proves("CS-16")
    void aTaskCanBeCancelledManyTimesThroughDifferentScopes() {
        for (int i = 0; i < 50; i++) {
            CancelScope scope = AnyIO.openCancelScope();
            AnyIO.createTaskGroup().run(group -> {
                group.spawn(() -> scope.cancel());
                scope.run(AnyIO::sleepForever);
            });
            assertTrue(scope.cancelledCaught());
        }
    }

    @AnyioTest @Proves("CS-18")
    void aCancelBeforeTheEntryIsHonouredAtTheFirstCheckpoint() {
        CancelScope scope = AnyIO.openCancelScope();
        scope.cancel();
        AnyIO.checkpoint();
        scope.run(() -> {
            seen.add("before");
            AnyIO.checkpoint();
            seen.add("beyond");
        });
        assertEquals(List.of("before"), seen);
        assertTrue(scope.cancelledCaught());
    }

    @AnyioTest @Proves({"CS-73", "CS-74"})
    void aScopeIsRunOnce() {
        CancelScope scope = AnyIO.openCancelScope(options -> options.name("twice"));
        scope.run(() -> {
            IllegalStateException active = assertThrows(IllegalStateException.class,
                    () -> scope.run(() -> fail("entered again")));
            assertTrue(active.getMessage().contains("twice") && active.getMessage().contains("active"),
                    active.getMessage());
            AnyIO.createTaskGroup().run(group -> group.spawn(
                    () -> assertThrows(IllegalStateException.class,
                            () -> scope.run(() -> fail("entered by another task")))));
            AnyIO.checkpoint();
        });
        IllegalStateException left = assertThrows(IllegalStateException.class,
                () -> scope.run(() -> fail("entered after it was left")));
        assertTrue(left.getMessage().contains("left before"), left.getMessage());
        AnyIO.checkpoint();
    }

    @AnyioTest @Proves("CS-82")
    void cancelledIsUncheckedAndNotCaughtByCatchException() {
        CancelScope scope = AnyIO.openCancelScope();
        scope.run(() -> {
            scope.cancel();
            try {
                AnyIO.checkpoint();
            } catch (Exception e) {
                fail("eaten by a catch of Exception", e);
            }
        });
        assertTrue(scope.cancelledCaught());
        assertInstanceOf(Error.class, new CancelledError(null, ""));
        assertEquals(CancelledError.class, AnyIO.cancelledClass());
    }
}
