package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.TimedOutException;
import io.anyio.impl.scope.Scope;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.VirtualClock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A deadline that was acted on is a cancellation; a deadline that was not seen may still be moved. */
class ObservedDeadlineTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** Has a worker look while the loop, in foreign code, does not see that the deadline has passed. */
    private static CancelledError seenByAWorker(VirtualClock clock, CancelScope scope) throws Exception {
        CountDownLatch passed = new CountDownLatch(1);
        CountDownLatch seen = new CountDownLatch(1);
        CancelledError[] error = new CancelledError[1];
        AnyIO.createTaskGroup(Exception.class).run(group -> {
            group.spawn("calls", () -> scope.run(() -> AnyIO.runInWorkerThread(() -> {
                passed.await();
                try {
                    AnyIO.checkCancelled();
                } catch (CancelledError e) {
                    error[0] = e;
                    throw e;
                } finally {
                    seen.countDown();
                }
            })));
            AnyIO.waitAllTasksBlocked();
            clock.jump(SECOND);
            passed.countDown();
            seen.await();
            scope.deadline(Deadline.NEVER);
        });
        return error[0];
    }

    @AnyioTest(backends = "pool", virtualClock = true) @Proves({"CS-70", "CS-72"})
    void whatAWorkerHasSeenCannotBeTakenBack(VirtualClock clock) throws Exception {
        CancelScope scope = AnyIO.openCancelScope(options -> options.timeout(SECOND).name("session"));
        CancelledError error = seenByAWorker(clock, scope);
        assertSame(scope, error.scope());
        assertTrue(scope.cancelCalled());
        assertTrue(scope.cancelledCaught());
    }

    @AnyioTest(virtualClock = true) @Proves({"CS-70", "CS-72"})
    void thatSomebodyHasSeenItDecidesTheCancellation(VirtualClock clock) {
        for (boolean ofOuter : new boolean[]{false, true}) {
            Throwable left = Thrown.caught(() -> AnyIO.failAfter(SECOND, outer -> {
                CancelScope inner = AnyIO
                        .openCancelScope(options -> options.timeout(ofOuter ? Duration.ofHours(1) : SECOND));
                AnyIO.failAfter(ofOuter ? Duration.ofHours(1) : SECOND, scope -> {
                    clock.jump(SECOND);
                    CancelledError seen = ((Scope) scope).dueError();
                    outer.deadline(Deadline.NEVER);
                    scope.deadline(Deadline.NEVER);
                    assertSame(outer, seen.scope());
                    throw seen;
                });
                assertFalse(inner.cancelCalled());
            }));
            assertInstanceOf(TimedOutException.class, left);
        }
        AnyIO.checkpoint();
    }

    @AnyioTest(virtualClock = true) @Proves("CS-70")
    void whatNobodyHasSeenMayBeMoved(VirtualClock clock) {
        assertTrue(AnyIO.moveOnAfter(SECOND, scope -> {
            clock.jump(SECOND);
            scope.deadline(Deadline.NEVER);
            AnyIO.checkpoint();
            assertFalse(scope.cancelCalled());
        }));
    }

    /** Foreign code that has ended is not interrupted. */
    @AnyioTest(virtualClock = true)
    void anotherThreadThatInterruptsNobodyDecidesNothing(VirtualClock clock) {
        assertTrue(AnyIO.moveOnAfter(SECOND, scope -> {
            AnyIO.<String, RuntimeException>interruptibly(() -> "");
            clock.jump(SECOND);
            Thread guard = Thread.ofPlatform().start(((Scope) scope)::deadlinePassed);
            while (guard.isAlive()) {
                Thread.onSpinWait();
            }
            assertFalse(scope.cancelCalled());
            scope.deadline(Deadline.NEVER);
            AnyIO.checkpoint();
        }));
    }

    // ---- requests to finish

    @AnyioTest(virtualClock = true) @Proves("CS-02")
    void ofTwoRequestsToFinishTheOneThatEndsSoonerCounts() throws Exception {
        for (boolean shortFirst : new boolean[]{true, false}) {
            for (int where = 0; where < 4; where++) {
                int kind = where;
                CancelScope scope = AnyIO.openCancelScope();
                Runnable one = () -> scope.cancel(shortFirst ? SECOND : SECOND.multipliedBy(100));
                Runnable other = () -> scope.cancel(shortFirst ? SECOND.multipliedBy(100) : SECOND);
                Runnable both = () -> {
                    one.run();
                    other.run();
                };
                if (kind == 0) {
                    both.run();
                } else if (kind == 1) {
                    one.run();
                }
                Deadline begin = AnyIO.currentTime();
                scope.run(() -> {
                    switch (kind) {
                        case 0 -> {}
                        case 1 -> other.run();
                        case 2 -> both.run();
                        default -> AnyIO.runInWorkerThread(both::run);
                    }
                    assertTrue(scope.finishRequested());
                    AnyIO.sleepForever();
                });
                assertEquals(SECOND, begin.until(AnyIO.currentTime()), "kind " + kind);
            }
        }
    }

    @AnyioTest
    void aTimeoutIsNoRequestToFinish() {
        assertTrue(AnyIO.moveOnAfter(SECOND, scope -> assertFalse(scope.finishRequested())));
    }

    @AnyioTest(virtualClock = true)
    void aDeadlineThatIsSetAfterwardsTakesAGraceBackAndTheNextGraceCountsAlone() {
        CancelScope scope = AnyIO.openCancelScope();
        Deadline begin = AnyIO.currentTime();
        scope.run(() -> {
            scope.cancel(SECOND);
            scope.deadline(Deadline.NEVER);
            AnyIO.sleep(Duration.ofMinutes(1));
            assertTrue(scope.finishRequested());
            scope.cancel(Duration.ofMinutes(1));
            AnyIO.sleepForever();
        });
        assertEquals(Duration.ofMinutes(2), begin.until(AnyIO.currentTime()));
    }

    // ---- the arithmetic

    @AnyioTest
    void timesThatDoNotFitAreCut() {
        Duration longest = Duration.ofNanos(Long.MAX_VALUE);
        Duration shortest = Duration.ofNanos(Long.MIN_VALUE);
        Deadline early = new Deadline(Long.MIN_VALUE + 1);
        Deadline late = new Deadline(Long.MAX_VALUE - 1);
        assertEquals(longest, early.until(late));
        assertEquals(shortest, late.until(early));
        assertEquals(Duration.ofNanos(-1), new Deadline(0).until(new Deadline(-1)));
        assertEquals(longest, new Deadline(0).until(Deadline.NEVER));
        assertEquals(shortest, Deadline.NEVER.until(late));
        assertEquals(Deadline.NEVER, late.plus(Duration.ofSeconds(Long.MAX_VALUE)));
        assertEquals(Deadline.PAST, early.plus(Duration.ofSeconds(Long.MIN_VALUE)));
        assertEquals(Deadline.NEVER, new Deadline(1).plus(Duration.ofDays(1_000_000)));
    }
}
