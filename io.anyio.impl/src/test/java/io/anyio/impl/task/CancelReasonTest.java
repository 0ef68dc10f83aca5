package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.task.TimedOutException;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.time.Duration;

/** Which scope was cancelled, by which caller and why; and the request to finish. */
class CancelReasonTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static CancelledError thrownBy(Block<RuntimeException> block) {
        return assertThrows(CancelledError.class, block::run);
    }

    @AnyioTest @Proves("CS-78")
    void theTextNamesScopeCancellerAndReason() {
        AnyIO.createTaskGroup().run(group -> {
            CancelScope scope = AnyIO.openCancelScope(options -> options.name("upload"));
            group.spawn("worker", () -> scope.run(() -> {
                CancelledError error = thrownBy(AnyIO::sleepForever);
                assertEquals("Cancelled (scope 'upload' of task 'worker') by task 'boss': too slow", error.reason());
                assertEquals(error.reason(), error.getMessage());
                assertSame(scope, error.scope());
                throw error;
            }));
            AnyIO.waitAllTasksBlocked();
            group.spawn("boss", () -> scope.cancel("too slow"));
        });
    }

    @AnyioTest @Proves("CS-78")
    void aHandleAGroupAndAThreadAreNamedToo() throws Exception {
        AnyIO.createTaskGroup().run(group -> {
            TaskHandle<?> handle = group.spawn("victim", () -> {
                CancelledError error = thrownBy(AnyIO::sleepForever);
                assertEquals("Cancelled (scope of task 'victim') by task 'boss'", error.reason());
            });
            AnyIO.waitAllTasksBlocked();
            group.spawn("boss", () -> handle.cancel());
        });
        assertThrows(ArithmeticException.class, () -> AnyIO.createTaskGroup().run(group -> {
            group.spawn("bad", () -> {
                throw new ArithmeticException("division\nby zero");
            });
            String reason = thrownBy(AnyIO::sleepForever).reason();
            assertTrue(
                    reason.contains(
                            "by task 'bad': a task of the group failed with java.lang.ArithmeticException: division"),
                    reason);
            assertFalse(reason.contains("by zero"), reason);
        }));
        CancelScope scope = AnyIO.openCancelScope();
        Thread.ofPlatform().name("foreign").start(() -> scope.cancel("from outside")).join();
        scope.run(() -> {
            String reason = thrownBy(AnyIO::checkpoint).reason();
            assertTrue(reason.contains("by thread 'foreign': from outside"), reason);
        });
        CancelScope virtual = AnyIO.openCancelScope();
        Thread nameless = Thread.ofVirtual().unstarted(() -> virtual.cancel());
        AnyIO.interruptibly(() -> {
            nameless.start();
            nameless.join();
            return "";
        });
        virtual.run(() -> {
            String reason = thrownBy(AnyIO::checkpoint).reason();
            assertTrue(reason.contains("by thread '#" + nameless.threadId()), reason);
        });
    }

    @AnyioTest(virtualClock = true) @Proves("CS-78")
    void aTimeoutSaysDeadline() {
        AnyIO.moveOnAfter(SECOND, () -> {
            String reason = thrownBy(AnyIO::sleepForever).reason();
            assertTrue(reason.contains("deadline") && reason.contains("PT1S"), reason);
        });
        CancelScope named = AnyIO
                .openCancelScope(options -> options.name("answer").deadline(AnyIO.currentTime().plus(SECOND)));
        named.run(() -> {
            String reason = thrownBy(AnyIO::sleepForever).reason();
            assertTrue(reason.contains("deadline") && reason.contains("'answer'"), reason);
        });
        TimedOutException error = assertThrows(TimedOutException.class,
                () -> AnyIO.failAfter(SECOND, AnyIO::sleepForever));
        assertEquals("The scope of task '" + AnyIO.getCurrentTask().name() + "' timed out after PT1S",
                error.getMessage());
        assertTrue(error.getCause().getMessage().contains("deadline"), error.getCause().getMessage());
        TimedOutException moved = assertThrows(TimedOutException.class, () -> AnyIO.failAfter(SECOND, scope -> {
            scope.deadline(Deadline.PAST);
            AnyIO.checkpoint();
        }));
        assertTrue(moved.getMessage().contains("reached its deadline"), moved.getMessage());
    }

    @AnyioTest(virtualClock = true) @Proves("CS-02")
    void aCancelWithGraceAsksFirst() {
        CancelScope scope = AnyIO.openCancelScope();
        Deadline start = AnyIO.currentTime();
        boolean[] asked = new boolean[1];
        AnyIO.createTaskGroup().run(group -> {
            group.spawn("worker", () -> scope.run(() -> {
                CancelScope inner = AnyIO.openCancelScope();
                CancelScope shielded = AnyIO.openCancelScope(options -> options.shield(true));
                inner.run(() -> {
                    while (!inner.finishRequested()) {
                        AnyIO.sleep(Duration.ofMillis(100));
                    }
                    asked[0] = true;
                    shielded.run(() -> assertFalse(shielded.finishRequested()));
                    assertFalse(scope.cancelCalled());
                    assertFalse(AnyIO.hasPendingCancellation());
                    String reason = thrownBy(AnyIO::sleepForever).reason();
                    assertTrue(reason.contains("asked to finish by task 'boss' within PT5S")
                            && reason.contains("deadline"), reason);
                    AnyIO.checkpoint();
                });
            }));
            AnyIO.waitAllTasksBlocked();
            assertFalse(scope.finishRequested());
            group.spawn("boss", () -> {
                scope.cancel(Duration.ofSeconds(5));
                assertTrue(scope.finishRequested());
                assertFalse(scope.cancelCalled());
            });
        });
        assertTrue(asked[0]);
        assertTrue(scope.cancelCalled());
        assertTrue(scope.cancelledCaught());
        assertEquals(Duration.ofSeconds(5), start.until(AnyIO.currentTime()));
    }

    @AnyioTest(virtualClock = true) @Proves("CS-02")
    void aHardCancelWinsOverTheGrace() {
        Deadline start = AnyIO.currentTime();
        TaskGroup<RuntimeException> group = AnyIO.createTaskGroup();
        group.run(tasks -> {
            tasks.spawn(AnyIO::sleepForever);
            tasks.cancelScope().cancel(MINUTE);
            assertEquals(start.plus(MINUTE), AnyIO.currentEffectiveDeadline());
            assertTrue(tasks.cancelScope().finishRequested());
            AnyIO.sleep(SECOND);
            tasks.cancelScope().cancel("now");
            assertTrue(tasks.cancelScope().cancelCalled());
            tasks.cancelScope().cancel(MINUTE);
            String reason = thrownBy(AnyIO::sleepForever).reason();
            assertTrue(reason.endsWith(": now"), reason);
        });
        assertEquals(SECOND, start.until(AnyIO.currentTime()));
    }

    @AnyioTest(virtualClock = true)
    void aGraceNeverExtendsADeadlineAndCountsFromTheEntryIfItCameBefore() {
        CancelScope scope = AnyIO.openCancelScope(options -> options.timeout(SECOND));
        scope.cancel(MINUTE);
        AnyIO.sleep(MINUTE);
        scope.run(() -> assertEquals(AnyIO.currentTime().plus(SECOND), scope.deadline()));
        CancelScope graceful = AnyIO.openCancelScope();
        graceful.cancel(SECOND);
        AnyIO.sleep(MINUTE);
        graceful.run(() -> assertEquals(AnyIO.currentTime().plus(SECOND), graceful.deadline()));
        CancelScope atOnce = AnyIO.openCancelScope();
        atOnce.run(() -> {
            atOnce.cancel(Duration.ZERO);
            assertTrue(atOnce.cancelCalled());
            assertTrue(thrownBy(AnyIO::checkpoint).reason().contains("asked to finish"));
        });
        TimedOutException error = assertThrows(TimedOutException.class, () -> AnyIO.failAfter(MINUTE, own -> {
            own.cancel(SECOND);
            AnyIO.sleepForever();
        }));
        assertTrue(error.getMessage().contains("asked to finish by task"), error.getMessage());
    }

    @AnyioTest(virtualClock = true)
    void anotherThreadMayAskToFinish() {
        CancelScope scope = AnyIO.openCancelScope();
        AnyIO.createTaskGroup().run(group -> {
            group.spawn(() -> AnyIO.interruptibly(() -> {
                Thread.ofPlatform().name("foreign").start(() -> scope.cancel(SECOND)).join();
                return "";
            }));
            scope.run(AnyIO::sleepForever);
        });
        assertTrue(scope.cancelledCaught());
    }
}
