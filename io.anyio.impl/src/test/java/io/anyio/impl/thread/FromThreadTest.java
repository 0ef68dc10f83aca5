package io.anyio.impl.thread;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.Event;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.task.NoEventLoopException;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskInfo;
import io.anyio.api.thread.RunToken;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FromThreadTest {

    @AnyioTest @Proves("TH-21")
    void calledBackCodeIsATaskOfTheRun() {
        TaskInfo me = AnyIO.getCurrentTask();
        int sum = AnyIO.runInWorkerThread(() -> AnyIO.runFromThread(() -> {
            TaskInfo task = AnyIO.getCurrentTask();
            assertEquals(me.id(), task.parentId().orElseThrow());
            assertTrue(AnyIO.getRunningTasks().contains(me));
            return 1 + 2;
        }));
        assertEquals(3, sum);
    }

    @AnyioTest @Proves("TH-22")
    void itsExceptionIsThrownInTheWorker() {
        IOException error = new IOException("called back");
        AtomicReference<Throwable> inWorker = new AtomicReference<>();
        assertSame(error, assertThrows(IOException.class, () -> AnyIO.runInWorkerThread(() -> {
            try {
                AnyIO.runFromThread(() -> {
                    throw error;
                });
            } catch (IOException e) {
                inWorker.set(e);
                throw e;
            }
        })));
        assertSame(error, inWorker.get());
    }

    @AnyioTest(virtualClock = true) @Proves("TH-23")
    void operationsOfTheLibraryWorkInIt(TaskGroup<Exception> group) throws Exception {
        Event event = AnyIO.createEvent();
        long before = AnyIO.currentTime().nanos();
        group.spawn("setter", () -> {
            AnyIO.sleep(Duration.ofMinutes(2));
            event.set();
        });
        AnyIO.runInWorkerThread(() -> {
            AnyIO.runFromThread(() -> AnyIO.sleep(Duration.ofMinutes(1)));
            AnyIO.runFromThread(event::await);
        });
        assertEquals(before + Duration.ofMinutes(2).toNanos(), AnyIO.currentTime().nanos());
    }

    @Test @Proves({"TH-24", "TH-29"})
    void elsewhereItIsAStateError() {
        NoEventLoopException run = assertThrows(NoEventLoopException.class, () -> AnyIO.runFromThread(() -> 1));
        assertTrue(run.getMessage().contains("worker thread of AnyIO"), run::getMessage);
        assertInstanceOf(IllegalStateException.class, run);
        NoEventLoopException check = assertThrows(NoEventLoopException.class, AnyIO::checkCancelled);
        assertTrue(check.getMessage().contains("worker thread of AnyIO"), check::getMessage);
    }

    @AnyioTest @Proves({"TH-24", "TH-29"})
    void inATaskItIsAStateError() {
        assertThrows(NoEventLoopException.class, () -> AnyIO.runFromThread(() -> 1));
        assertThrows(NoEventLoopException.class, AnyIO::checkCancelled);
    }

    @AnyioTest
    void aThreadThatAWorkerStartsIsNoWorker() throws Exception {
        AnyIO.runInWorkerThread(() -> {
            FutureTask<NoEventLoopException> other = new FutureTask<>(
                    () -> assertThrows(NoEventLoopException.class, () -> AnyIO.runFromThread(() -> 1)));
            Thread.ofPlatform().start(other);
            assertNotNull(other.get());
        });
    }

    @AnyioTest @Proves("TH-25")
    void calledBackCodeIsInTheScopeOfTheWaitingTask() {
        CancelScope scope = AnyIO.openCancelScope();
        AtomicBoolean ranOn = new AtomicBoolean();
        scope.run(() -> {
            AnyIO.runInWorkerThread(() -> AnyIO.runFromThread(() -> {
                scope.cancel();
                AnyIO.sleepForever();
            }));
            ranOn.set(true);
        });
        assertTrue(scope.cancelledCaught());
        assertFalse(ranOn.get());
    }

    @AnyioTest @Proves("TH-26")
    void calledBackCodeOfAnAbandonedWorkerGoesOn() {
        CancelScope scope = AnyIO.openCancelScope();
        Event left = AnyIO.createEvent();
        Event completed = AnyIO.createEvent();
        AtomicBoolean workerSaw = new AtomicBoolean();
        scope.run(() -> AnyIO.runInWorkerThread(() -> {
            AnyIO.runFromThread(() -> {
                scope.cancel();
                AnyIO.failAfter(Duration.ofSeconds(10), () -> left.await());
                assertFalse(AnyIO.hasPendingCancellation());
            });
            // the worker itself sees that its scope was abandoned
            workerSaw.set(assertThrows(CancelledError.class, AnyIO::checkCancelled).scope() == scope);
            completed.set();
        }, o -> o.cancellable(true)));
        assertTrue(scope.cancelledCaught());
        left.set();
        AnyIO.failAfter(Duration.ofSeconds(10), () -> completed.await());
        assertTrue(workerSaw.get());
    }

    @AnyioTest @Proves("TH-27")
    void checkCancelledThrowsOnceTheWaitingTaskIsCancelled(TaskGroup<Exception> group) throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        AtomicBoolean finished = new AtomicBoolean();
        AtomicBoolean shielded = new AtomicBoolean();
        CancelScope scope = AnyIO.openCancelScope();
        group.spawn("canceller", () -> {
            AnyIO.waitAllTasksBlocked();
            scope.cancel("enough");
            cancelled.countDown();
        });
        scope.run(() -> {
            AnyIO.openCancelScope(o -> o.shield(true)).run(() -> AnyIO.runInWorkerThread(() -> {
                AnyIO.checkCancelled();
                cancelled.await();
                AnyIO.checkCancelled();
                shielded.set(true);
            }));
            AnyIO.runInWorkerThread(() -> finished.set(true));
        });
        assertTrue(shielded.get());
        assertFalse(finished.get());
        CancelScope inner = AnyIO.openCancelScope();
        inner.run(() -> AnyIO.runInWorkerThread(() -> {
            AnyIO.checkCancelled();
            AnyIO.runFromThread(() -> inner.cancel("enough"));
            CancelledError error = assertThrows(CancelledError.class, AnyIO::checkCancelled);
            assertSame(inner, error.scope());
            assertTrue(error.reason().contains("enough"));
            AnyIO.checkCancelled();
            finished.set(true);
        }));
        assertTrue(inner.cancelledCaught());
        assertFalse(finished.get());
    }

    @AnyioTest
    void aWorkerThatKnowsOfADeadlineBeforeTheLoopEndsItsScope() {
        for (int i = 0; i < 200; i++) {
            CancelScope scope = AnyIO.openCancelScope(o -> o.timeout(Duration.ofNanos(300_000)));
            scope.run(() -> AnyIO.runInWorkerThread(() -> {
                while (true) {
                    AnyIO.checkCancelled();
                }
            }));
            assertTrue(scope.cancelledCaught());
        }
    }

    @AnyioTest @Proves("TH-28")
    void checkCancelledThrowsInAnAbandonedWorker(TaskGroup<Exception> group) throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Event ended = AnyIO.createEvent();
        AtomicReference<CancelledError> seen = new AtomicReference<>();
        CancelScope scope = AnyIO.openCancelScope();
        group.spawn("canceller", () -> {
            AnyIO.waitAllTasksBlocked();
            scope.cancel();
        });
        scope.run(() -> AnyIO.runInWorkerThread(() -> {
            release.await();
            seen.set(assertThrows(CancelledError.class, AnyIO::checkCancelled));
            ended.set();
        }, o -> o.cancellable(true)));
        assertTrue(scope.cancelledCaught());
        release.countDown();
        AnyIO.failAfter(Duration.ofSeconds(10), () -> ended.await());
        assertSame(scope, seen.get().scope());
    }

    @AnyioTest @Proves("TH-31")
    void aForeignThreadCallsInWithAToken() throws Exception {
        RunToken token = AnyIO.currentToken();
        Event event = AnyIO.createEvent();
        FutureTask<Integer> foreign = new FutureTask<>(() -> token.call(() -> {
            event.set();
            AnyIO.checkpoint();
            return 7;
        }));
        Thread.ofPlatform().daemon().start(foreign);
        event.await();
        assertEquals(7, AnyIO.<Integer, Exception>runInWorkerThread(foreign::get));
        IllegalStateException error = assertThrows(IllegalStateException.class, () -> token.call(() -> 1));
        assertTrue(error.getMessage().contains("wait for itself"), error::getMessage);
    }

    @AnyioTest
    void aTokensTaskIsOutsideOfTheScopesOfTheCode() {
        CancelScope scope = AnyIO.openCancelScope();
        scope.run(() -> {
            RunToken token = AnyIO.currentToken();
            boolean pending = AnyIO.runInWorkerThread(() -> {
                scope.cancel();
                return token.call(() -> {
                    AnyIO.checkpoint();
                    return AnyIO.hasPendingCancellation();
                });
            });
            assertFalse(pending);
        });
    }

    @ParameterizedTest @ValueSource(strings = {"carrier", "pool"}) @Proves("EL-19")
    void aTokenOfAFinishedRunIsRefused(String backend, TestReporter reporter) {
        reporter.publishEntry("anyio.backend", backend);
        RunToken token = AnyIO.call(AnyIO::currentToken, o -> o.backend(backend));
        LoopClosedException error = assertThrows(LoopClosedException.class, () -> token.call(() -> 1));
        assertTrue(error.getMessage().contains("has finished"), error::getMessage);
    }

    @ParameterizedTest @ValueSource(strings = {"carrier", "pool"}) @Proves("EL-19")
    void anAbandonedWorkerOfAFinishedRunIsRefused(String backend, TestReporter reporter) throws Exception {
        reporter.publishEntry("anyio.backend", backend);
        CountDownLatch release = new CountDownLatch(1);
        FutureTask<LoopClosedException> outcome = new FutureTask<>(() -> {
            release.await();
            return assertThrows(LoopClosedException.class,
                    () -> AnyIO.runFromThread(() -> AnyIO.sleep(Duration.ofSeconds(1))));
        });
        AnyIO.run(
                () -> AnyIO.moveOnAfter(Duration.ofMillis(5),
                        () -> AnyIO.runInWorkerThread(outcome::run, o -> o.cancellable(true))),
                o -> o.backend(backend));
        release.countDown();
        assertTrue(outcome.get().getMessage().contains("has finished"));
    }

    @ParameterizedTest @ValueSource(strings = {"carrier", "pool"})
    void callsIntoARunThatIsAboutToFinishEitherRunOrAreRefused(String backend, TestReporter reporter) throws Exception {
        reporter.publishEntry("anyio.backend", backend);
        int ran = 0;
        int refused = 0;
        for (long end = System.nanoTime() + 1_000_000_000; System.nanoTime() < end;) {
            AtomicReference<RunToken> token = new AtomicReference<>();
            FutureTask<Integer> caller = new FutureTask<>(() -> {
                while (token.get() == null) {
                    Thread.onSpinWait();
                }
                int count = 0;
                while (true) {
                    try {
                        count += token.get().call(() -> {
                            AnyIO.checkpoint();
                            return 1;
                        });
                    } catch (LoopClosedException e) {
                        return count;
                    }
                }
            });
            Thread.ofPlatform().daemon().start(caller);
            AnyIO.run(() -> {
                token.set(AnyIO.currentToken());
                for (int i = 0; i < 3; i++) {
                    AnyIO.checkpoint();
                }
            }, o -> o.backend(backend));
            ran += caller.get();
            refused++;
        }
        assertTrue(refused > 0 && ran >= 0, ran + " ran, " + refused + " refused");
    }
}
