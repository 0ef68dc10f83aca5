package io.anyio.impl.thread;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.Event;
import io.anyio.api.task.Block;
import io.anyio.api.task.Body;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.NoEventLoopException;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskInfo;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class WorkerThreadTest {

    @AnyioTest @Proves({"TH-01", "TH-03"})
    void aFunctionRunsInAnotherThreadAndItsValueComesBack() {
        Thread task = Thread.currentThread();
        int a = 1;
        int b = 2;
        int sum = AnyIO.runInWorkerThread(() -> {
            assertNotSame(task, Thread.currentThread());
            assertFalse(Thread.currentThread().isVirtual());
            assertTrue(Thread.currentThread().isDaemon());
            assertThrows(NoEventLoopException.class, AnyIO::getCurrentTask);
            return a + b;
        });
        assertEquals(3, sum);
        assertSame(task, Thread.currentThread());
    }

    @AnyioTest @Proves("TH-02")
    void itsExceptionIsThrownToTheCallerAsItself() {
        IOException error = new IOException("disk");
        assertSame(error, assertThrows(IOException.class, () -> AnyIO.runInWorkerThread(() -> {
            throw error;
        })));
        Error fatal = new AssertionError("fatal");
        assertSame(fatal,
                assertThrows(AssertionError.class, () -> AnyIO.runInWorkerThread((Block<RuntimeException>) () -> {
                    throw fatal;
                })));
    }

    @AnyioTest @Proves("TH-04")
    void inACancelledScopeItIsNeverStarted() {
        AtomicBoolean started = new AtomicBoolean();
        CancelScope scope = AnyIO.openCancelScope();
        scope.run(() -> {
            scope.cancel();
            assertThrows(CancelledError.class, () -> AnyIO.runInWorkerThread(() -> started.set(true)));
            assertThrows(CancelledError.class,
                    () -> AnyIO.runInWorkerThread(() -> started.set(true), o -> o.cancellable(true)));
            AnyIO.runInWorkerThread(() -> started.set(true));
        });
        assertTrue(scope.cancelledCaught());
        assertFalse(started.get());
        assertEquals(0, AnyIO.currentDefaultWorkerThreadLimiter().borrowedTokens());
    }

    @AnyioTest @Proves({"TH-05", "TH-06"})
    void aCancelIsHeldBackUntilTheFunctionHasEnded(TaskGroup<Exception> group) throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CancelScope scope = AnyIO.openCancelScope();
        AtomicInteger value = new AtomicInteger();
        AtomicBoolean back = new AtomicBoolean();
        group.spawn("canceller", () -> {
            AnyIO.waitAllTasksBlocked();
            scope.cancel();
            AnyIO.sleep(Duration.ofMillis(10));
            assertFalse(back.get());
            release.countDown();
        });
        scope.run(() -> {
            value.set(AnyIO.runInWorkerThread(() -> {
                release.await();
                return 7;
            }));
            back.set(true);
            assertTrue(AnyIO.hasPendingCancellation());
            AnyIO.checkpoint();
            throw new AssertionError("not cancelled");
        });
        assertEquals(7, value.get());
        assertTrue(scope.cancelledCaught());
    }

    @AnyioTest @Proves({"TH-07", "TH-08", "TH-09"})
    void aCancellableCallLeavesAtOnceAndItsTokenComesBackWithTheThread(TaskGroup<Exception> group) throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Event ended = AnyIO.createEvent();
        AtomicReference<Throwable> uncaught = new AtomicReference<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((_, e) -> uncaught.set(e));
        try {
            CancelScope scope = AnyIO.openCancelScope();
            group.spawn("canceller", () -> {
                AnyIO.waitAllTasksBlocked();
                scope.cancel();
            });
            scope.run(() -> AnyIO.runInWorkerThread(() -> {
                release.await();
                assertFalse(Thread.currentThread().isInterrupted());
                ended.set();
                throw new IOException("dropped");
            }, o -> o.cancellable(true)));
            assertTrue(scope.cancelledCaught());
            assertFalse(ended.isSet());
            assertEquals(1, AnyIO.currentDefaultWorkerThreadLimiter().borrowedTokens());
            release.countDown();
            ended.await();
            while (AnyIO.currentDefaultWorkerThreadLimiter().borrowedTokens() > 0) {
                AnyIO.sleep(Duration.ofMillis(1));
            }
            // the thread is good for more
            assertEquals(1, AnyIO.<Integer, RuntimeException>runInWorkerThread(() -> 1));
            assertNull(uncaught.get());
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    @AnyioTest @Proves("TH-32")
    void anAbandonedThreadStillSeesLaterEventsAndEnds(TaskGroup<Exception> group) throws Exception {
        Event event = AnyIO.createEvent();
        Event seen = AnyIO.createEvent();
        CancelScope scope = AnyIO.openCancelScope();
        group.spawn("canceller", () -> {
            AnyIO.waitAllTasksBlocked();
            scope.cancel();
        });
        scope.run(() -> AnyIO.runInWorkerThread(() -> {
            AnyIO.runFromThread(event::await);
            seen.set();
        }, o -> o.cancellable(true)));
        assertTrue(scope.cancelledCaught());
        AnyIO.waitAllTasksBlocked();
        assertFalse(seen.isSet());
        event.set();
        AnyIO.failAfter(Duration.ofSeconds(10), () -> seen.await());
    }

    @AnyioTest @Proves("TH-33")
    void functionsThatHoldMonitorsDoNotStallOtherTasks(TaskGroup<Exception> group) throws Exception {
        holdMonitors(group, false);
        holdMonitors(group, true);
    }

    private static void holdMonitors(TaskGroup<Exception> group, boolean virtual) {
        int count = Runtime.getRuntime().availableProcessors() * 2 + 4;
        CountDownLatch inside = new CountDownLatch(count);
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger ended = new AtomicInteger();
        for (int i = 0; i < count; i++) {
            Object monitor = new Object();
            group.spawn("holder " + i, () -> {
                AnyIO.runInWorkerThread(() -> {
                    assertEquals(virtual, Thread.currentThread().isVirtual());
                    synchronized (monitor) {
                        inside.countDown();
                        release.await();
                    }
                }, o -> o.virtual(virtual));
                ended.incrementAndGet();
            });
        }
        AnyIO.failAfter(Duration.ofSeconds(10), () -> {
            while (inside.getCount() > 0) {
                AnyIO.sleep(Duration.ofMillis(1));
            }
            for (int i = 0; i < 100; i++) {
                AnyIO.checkpoint();
            }
            assertEquals(0, ended.get());
            release.countDown();
            while (ended.get() < count) {
                AnyIO.sleep(Duration.ofMillis(1));
            }
        });
    }

    @AnyioTest
    void aVirtualWorkerDoesNotRideTheLoop() {
        String loop = AnyIO.<String, RuntimeException>runInWorkerThread(() -> Thread.currentThread().toString(),
                o -> o.virtual(true));
        assertTrue(loop.contains("ForkJoinPool"), loop);
    }

    @AnyioTest @Proves("TH-34")
    void aCancellableCallInterruptsItsThreadOnlyOnRequest(TaskGroup<Exception> group) throws Exception {
        for (boolean interrupt : new boolean[]{false, true}) {
            CountDownLatch release = new CountDownLatch(1);
            Event ended = AnyIO.createEvent();
            AtomicBoolean interrupted = new AtomicBoolean();
            CancelScope scope = AnyIO.openCancelScope();
            group.spawn("canceller", () -> {
                AnyIO.waitAllTasksBlocked();
                scope.cancel();
                if (!interrupt) {
                    AnyIO.sleep(Duration.ofMillis(10));
                    release.countDown();
                }
            });
            scope.run(() -> AnyIO.runInWorkerThread(() -> {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    interrupted.set(true);
                }
                ended.set();
            }, o -> o.cancellable(true).interruptOnCancel(interrupt)));
            assertTrue(scope.cancelledCaught());
            AnyIO.failAfter(Duration.ofSeconds(10), () -> ended.await());
            assertEquals(interrupt, interrupted.get());
            assertFalse(
                    AnyIO.<Boolean, RuntimeException>runInWorkerThread(() -> Thread.currentThread().isInterrupted()));
        }
        assertFalse(io.anyio.api.thread.WorkerOptions.DEFAULT.interruptOnCancel());
    }

    @AnyioTest
    void anInterruptedCallThatIsAwaitedEndsAsCancelled(TaskGroup<Exception> group) throws Exception {
        AtomicBoolean cleaned = new AtomicBoolean();
        CancelScope scope = AnyIO.openCancelScope();
        CancelledError[] seen = new CancelledError[1];
        group.spawn("canceller", () -> {
            AnyIO.waitAllTasksBlocked();
            scope.cancel("enough");
        });
        scope.run(() -> {
            try {
                AnyIO.runInWorkerThread(() -> {
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        cleaned.set(true);
                    }
                }, o -> o.interruptOnCancel(true));
            } catch (CancelledError e) {
                assertTrue(cleaned.get());
                seen[0] = e;
                throw e;
            }
        });
        assertTrue(scope.cancelledCaught());
        assertSame(scope, seen[0].scope());
        assertInstanceOf(InterruptedException.class, seen[0].getCause());
    }

    @AnyioTest(virtualClock = true)
    void aVirtualClockStandsStillWhileAWorkerIsOut() throws Exception {
        long before = AnyIO.currentTime().nanos();
        AnyIO.createTaskGroup().run(group -> {
            group.spawn("sleeper", () -> AnyIO.sleep(Duration.ofHours(1)));
            long during = AnyIO.runInWorkerThread(() -> {
                Thread.sleep(30);
                return AnyIO.runFromThread(() -> AnyIO.currentTime().nanos());
            });
            assertEquals(before, during);
            // while the worker waits for the loop, the clock advances
            AnyIO.runInWorkerThread(() -> AnyIO.runFromThread(() -> AnyIO.sleep(Duration.ofHours(2))));
        });
        assertEquals(before + Duration.ofHours(2).toNanos(), AnyIO.currentTime().nanos());
    }

    @AnyioTest
    void aWorkerHasItsNameAndTheLoopsClassLoader() {
        ClassLoader loops = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(null);
        ClassLoader loader = AnyIO.runInWorkerThread(() -> Thread.currentThread().getContextClassLoader());
        assertSame(loops, loader);
        assertEquals("digest",
                AnyIO.<String, RuntimeException>runInWorkerThread(() -> Thread.currentThread().getName(),
                        o -> o.name("digest")));
        assertTrue(AnyIO.<String, RuntimeException>runInWorkerThread(() -> Thread.currentThread().getName())
                .contains("-worker-"));
    }

    @AnyioTest
    void aTaskThatWaitsForAWorkerCountsAsBlocked() {
        CountDownLatch release = new CountDownLatch(1);
        AnyIO.createTaskGroup().run(group -> {
            group.spawn("worker", () -> AnyIO.runInWorkerThread(() -> release.await()));
            AnyIO.waitAllTasksBlocked();
            release.countDown();
        });
    }

    @AnyioTest
    void aNullBodyIsRefusedWhereItIsGiven() {
        TaskInfo task = AnyIO.getCurrentTask();
        Body<Integer, RuntimeException> body = null;
        Block<RuntimeException> block = null;
        assertThrows(NullPointerException.class, () -> AnyIO.runInWorkerThread(body));
        assertThrows(NullPointerException.class, () -> AnyIO.runInWorkerThread(block));
        assertThrows(NullPointerException.class, () -> AnyIO.runInWorkerThread(() -> 1, o -> o.limiter(null)));
        assertEquals(task, AnyIO.getCurrentTask());
        assertEquals(0, AnyIO.currentDefaultWorkerThreadLimiter().borrowedTokens());
    }

    @Test @Proves("EL-18")
    void withoutALoopThereIsAClearError() {
        NoEventLoopException error = assertThrows(NoEventLoopException.class, () -> AnyIO.runInWorkerThread(() -> 1));
        assertTrue(error.getMessage().contains("AnyIO.runInWorkerThread"));
        assertThrows(NoEventLoopException.class, AnyIO::currentDefaultWorkerThreadLimiter);
        assertThrows(NoEventLoopException.class, AnyIO::createBlockingPortal);
        assertThrows(NoEventLoopException.class, AnyIO::currentToken);
    }
}
