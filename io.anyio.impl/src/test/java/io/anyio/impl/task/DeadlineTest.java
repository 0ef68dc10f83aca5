package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.anyio.api.AnyIO;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.TimedOutException;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Deadlines of scopes, and the tasks that they cancel. */
class DeadlineTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final List<String> seen = new ArrayList<>();

    @AnyioTest(virtualClock = true) @Proves("CS-49")
    void aScopeWithoutTimeoutHasNoDeadline() {
        CancelScope scope = AnyIO.openCancelScope();
        assertSame(Deadline.NEVER, scope.deadline());
        scope.run(() -> {
            assertEquals(Deadline.NEVER, scope.deadline());
            AnyIO.sleep(Duration.ofDays(1000));
        });
        assertFalse(scope.cancelCalled());
    }

    @AnyioTest(virtualClock = true) @Proves({"CS-50", "CS-54"})
    void moveOnAfterEndsTheBlockSilently() {
        Deadline start = AnyIO.currentTime();
        CancelScope[] scope = new CancelScope[1];
        boolean finished = AnyIO.moveOnAfter(SECOND, own -> {
            scope[0] = own;
            AnyIO.sleep(MINUTE);
            fail("code after the blocked call does not run");
        });
        assertFalse(finished);
        assertEquals(SECOND, start.until(AnyIO.currentTime()));
        assertTrue(scope[0].cancelCalled());
        assertTrue(scope[0].cancelledCaught());
        assertTrue(AnyIO.moveOnAfter(SECOND, AnyIO::checkpoint));
        assertEquals("value", AnyIO.moveOnAfter(SECOND, () -> "value", "otherwise"));
        assertEquals("otherwise", AnyIO.moveOnAfter(SECOND, () -> {
            AnyIO.sleep(MINUTE);
            return "value";
        }, "otherwise"));
        assertFalse(AnyIO.moveOnAt(AnyIO.currentTime().plus(SECOND), AnyIO::sleepForever));
    }

    @AnyioTest(virtualClock = true) @Proves({"CS-51", "CS-52"})
    void aDeadlineInThePastCancelsAtOnceAndIsMetAtTheFirstCheckpoint() {
        for (Duration timeout : List.of(Duration.ZERO, SECOND.negated(), Duration.ofSeconds(Long.MIN_VALUE))) {
            boolean finished = AnyIO.moveOnAfter(timeout, scope -> {
                assertTrue(scope.cancelCalled());
                seen.add("before");
                AnyIO.checkpoint();
                fail("the first checkpoint throws");
            });
            assertFalse(finished);
        }
        assertEquals(3, seen.size());
        CancelScope past = AnyIO.openCancelScope(options -> options.deadline(Deadline.PAST));
        assertFalse(past.cancelCalled());
        past.run(() -> assertTrue(past.cancelCalled()));
        assertFalse(past.cancelledCaught());
    }

    @AnyioTest(virtualClock = true) @Proves("CS-55")
    void failAfterThrowsWhenTheBlockDidNotFinish() {
        Deadline start = AnyIO.currentTime();
        CancelScope[] scope = new CancelScope[1];
        TimedOutException error = assertThrows(TimedOutException.class, () -> AnyIO.failAfter(SECOND, own -> {
            scope[0] = own;
            AnyIO.sleep(MINUTE);
        }));
        assertEquals(SECOND, start.until(AnyIO.currentTime()));
        assertSame(scope[0], error.scope());
        assertTrue(scope[0].cancelCalled());
        assertEquals(5, AnyIO.failAfter(SECOND, () -> 5));
        assertThrows(TimedOutException.class, () -> AnyIO.failAfter(SECOND, () -> {
            AnyIO.sleepForever();
            return 5;
        }));
        assertThrows(TimedOutException.class,
                () -> AnyIO.failAt(AnyIO.currentTime().plus(SECOND), AnyIO::sleepForever));
        AnyIO.failAfter(SECOND, () -> AnyIO.sleep(Duration.ofMillis(999)));
    }

    @AnyioTest(virtualClock = true) @Proves("CS-57")
    void failAfterThrowsOneErrorForManyCancelledTasks() {
        TimedOutException error = assertThrows(TimedOutException.class,
                () -> AnyIO.failAfter(SECOND, () -> AnyIO.createTaskGroup().run(group -> {
                    for (int i = 0; i < 5; i++) {
                        group.spawn(() -> AnyIO.sleep(MINUTE));
                    }
                    AnyIO.sleep(MINUTE);
                })));
        assertEquals(0, error.getSuppressed().length);
    }

    @AnyioTest(virtualClock = true) @Proves({"CS-58", "CS-59"})
    void anExplicitCancelBeforeTheDeadlineIsNoTimeout(VirtualClock clock) {
        AnyIO.failAfter(SECOND, scope -> {
            scope.cancel();
            AnyIO.sleepForever();
        });
        AnyIO.failAfter(SECOND, scope -> {
            scope.cancel();
            clock.jump(MINUTE);
            AnyIO.cancelShieldedCheckpoint();
            AnyIO.checkpoint();
        });
        AnyIO.failAfter(SECOND, scope -> {
            scope.cancel();
            AnyIO.openCancelScope(options -> options.shield(true)).run(() -> AnyIO.sleep(MINUTE));
            AnyIO.checkpoint();
        });
    }

    @AnyioTest(virtualClock = true) @Proves("CS-60")
    void aBlockThatOverranWithoutACheckpointHasNotTimedOut(VirtualClock clock) {
        AnyIO.failAfter(SECOND, () -> clock.jump(MINUTE));
        AnyIO.failAfter(SECOND, scope -> {
            clock.jump(MINUTE);
            while (!scope.cancelCalled()) {
                AnyIO.cancelShieldedCheckpoint();
            }
        });
        AnyIO.checkpoint();
    }

    @AnyioTest(virtualClock = true) @Proves("CS-61")
    void anOuterCancellationPassesThroughFailAfter() {
        CancelScope outer = AnyIO.openCancelScope();
        outer.run(() -> {
            assertThrows(CancelledError.class, () -> AnyIO.failAfter(SECOND, () -> {
                outer.cancel();
                AnyIO.sleepForever();
            }));
            assertThrows(CancelledError.class, () -> AnyIO.failAfter(Duration.ZERO, AnyIO::sleepForever));
            AnyIO.checkpoint();
        });
        assertTrue(outer.cancelledCaught());
    }

    @AnyioTest(virtualClock = true) @Proves("CS-62")
    void failAfterWorksAfterACancelledGroup() {
        AnyIO.createTaskGroup().run(group -> {
            group.cancel();
            AnyIO.sleepForever();
        });
        AnyIO.createTaskGroup().run(group -> {
            group.spawn(AnyIO::checkpoint);
            assertThrows(TimedOutException.class, () -> AnyIO.failAfter(SECOND, AnyIO::sleepForever));
        });
    }

    @AnyioTest(virtualClock = true) @Proves({"CS-63", "CS-64"})
    void theEarlierOuterDeadlineEndsBothBlocks() {
        Deadline start = AnyIO.currentTime();
        CancelScope[] scopes = new CancelScope[2];
        assertFalse(AnyIO.moveOnAfter(SECOND, outer -> {
            scopes[0] = outer;
            assertEquals(start.plus(SECOND), AnyIO.currentEffectiveDeadline());
            AnyIO.moveOnAfter(MINUTE, inner -> {
                scopes[1] = inner;
                assertEquals(start.plus(SECOND), AnyIO.currentEffectiveDeadline());
                AnyIO.moveOnAfter(Duration.ofMillis(10),
                        () -> assertEquals(start.plus(Duration.ofMillis(10)), AnyIO.currentEffectiveDeadline()));
                AnyIO.sleepForever();
            });
            fail("both blocks end");
        }));
        assertTrue(scopes[0].cancelCalled() && scopes[0].cancelledCaught());
        assertFalse(scopes[1].cancelCalled() || scopes[1].cancelledCaught());
        assertEquals(SECOND, start.until(AnyIO.currentTime()));
    }

    @AnyioTest(virtualClock = true) @Proves({"CS-65", "CS-67"})
    void deadlinesOutsideAShieldDoNotCount() {
        Deadline start = AnyIO.currentTime();
        AnyIO.moveOnAfter(SECOND, outer -> {
            AnyIO.openCancelScope(options -> options.shield(true)).run(() -> {
                assertEquals(Deadline.NEVER, AnyIO.currentEffectiveDeadline());
                outer.cancel();
                assertEquals(Deadline.NEVER, AnyIO.currentEffectiveDeadline());
                AnyIO.moveOnAfter(MINUTE, () -> assertEquals(start.plus(MINUTE), AnyIO.currentEffectiveDeadline()));
            });
            AnyIO.openCancelScope(options -> options.shield(true).timeout(MINUTE))
                    .run(() -> assertEquals(start.plus(MINUTE), AnyIO.currentEffectiveDeadline()));
        });
    }

    @AnyioTest @Proves({"CS-66", "CS-68"})
    void theEffectiveDeadlineOfACancelledScopeIsPastAndWithoutScopesNever() {
        assertEquals(Deadline.NEVER, AnyIO.currentEffectiveDeadline());
        CancelScope outer = AnyIO.openCancelScope();
        outer.run(() -> {
            outer.cancel();
            assertEquals(Deadline.PAST, AnyIO.currentEffectiveDeadline());
            AnyIO.moveOnAfter(MINUTE, () -> assertEquals(Deadline.PAST, AnyIO.currentEffectiveDeadline()));
            AnyIO.openCancelScope(options -> options.shield(true)).run(() -> {
                AnyIO.openCancelScope().run(() -> assertEquals(Deadline.NEVER, AnyIO.currentEffectiveDeadline()));
            });
        });
        assertEquals(Deadline.NEVER, AnyIO.currentEffectiveDeadline());
    }

    @AnyioTest(virtualClock = true) @Proves("CS-69")
    void theTimeoutCountsFromTheEntry() {
        CancelScope scope = AnyIO.openCancelScope(options -> options.timeout(SECOND));
        assertEquals(Deadline.NEVER, scope.deadline());
        AnyIO.sleep(MINUTE);
        Deadline entered = AnyIO.currentTime();
        scope.run(() -> {
            assertEquals(entered.plus(SECOND), scope.deadline());
            AnyIO.sleep(Duration.ofMillis(999));
            AnyIO.sleepForever();
        });
        assertEquals(SECOND, entered.until(AnyIO.currentTime()));
        CancelScope both = AnyIO.openCancelScope(
                options -> options.timeout(MINUTE).deadline(AnyIO.currentTime().plus(SECOND)));
        both.run(() -> assertEquals(AnyIO.currentTime().plus(SECOND), both.deadline()));
    }

    @AnyioTest(virtualClock = true) @Proves("CS-70")
    void movingTheDeadlineLaterPreventsTheTimeout() {
        Deadline start = AnyIO.currentTime();
        assertTrue(AnyIO.moveOnAfter(SECOND, scope -> {
            scope.deadline(scope.deadline().plus(SECOND));
            assertEquals(start.plus(Duration.ofSeconds(2)), scope.deadline());
            AnyIO.sleep(Duration.ofMillis(1900));
        }));
        assertFalse(AnyIO.moveOnAfter(MINUTE, scope -> {
            scope.deadline(AnyIO.currentTime().plus(SECOND));
            AnyIO.sleepForever();
        }));
        assertEquals(Duration.ofMillis(2900), start.until(AnyIO.currentTime()));
    }

    @AnyioTest(virtualClock = true) @Proves("CS-71")
    void aDeadlineMovedToThePastCancelsAtOnceAndNeverStopsTheTimer() {
        CancelScope scope = AnyIO.openCancelScope(options -> options.timeout(MINUTE));
        Deadline start = AnyIO.currentTime();
        AnyIO.createTaskGroup().run(group -> {
            group.spawn(() -> scope.run(AnyIO::sleepForever));
            AnyIO.waitAllTasksBlocked();
            scope.deadline(AnyIO.currentTime().plus(SECOND.negated()));
            assertTrue(scope.cancelCalled());
        });
        assertTrue(scope.cancelledCaught());
        assertEquals(Duration.ZERO, start.until(AnyIO.currentTime()));

        assertTrue(AnyIO.moveOnAfter(SECOND, endless -> {
            endless.deadline(Deadline.NEVER);
            AnyIO.sleep(Duration.ofDays(1));
        }));
        assertFalse(AnyIO.moveOnAfter(SECOND, again -> {
            again.deadline(Deadline.NEVER);
            AnyIO.sleep(MINUTE);
            again.deadline(AnyIO.currentTime().plus(SECOND));
            AnyIO.sleep(MINUTE);
        }));
    }

    @AnyioTest(virtualClock = true) @Proves("CS-72")
    void aLaterDeadlineDoesNotTakeACancellationBack() {
        assertFalse(AnyIO.moveOnAfter(SECOND, scope -> {
            assertThrows(CancelledError.class, AnyIO::sleepForever);
            scope.deadline(Deadline.NEVER);
            assertTrue(scope.cancelCalled());
            assertThrows(CancelledError.class, AnyIO::checkpoint);
            scope.deadline(AnyIO.currentTime().plus(MINUTE));
            AnyIO.sleepForever();
        }));
    }

    @AnyioTest(virtualClock = true)
    void aDeadlineThatIsSetBeforeTheEntryCounts() {
        CancelScope scope = AnyIO.openCancelScope();
        Deadline deadline = AnyIO.currentTime().plus(SECOND);
        scope.deadline(deadline);
        assertEquals(deadline, scope.deadline());
        scope.run(AnyIO::sleepForever);
        assertTrue(scope.cancelledCaught());
        assertEquals(deadline, AnyIO.currentTime());
    }
}
