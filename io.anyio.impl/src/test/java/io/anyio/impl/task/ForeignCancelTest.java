package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.TaskGroup;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Cancels and spawns that come from threads outside of the loop. */
class ForeignCancelTest {
    private static final int ROUNDS = Integer.getInteger("anyio.stress.rounds", 100_000);

    private final List<String> seen = new ArrayList<>();

    @AnyioTest @Proves("CS-15")
    void anyThreadMayCancel() throws Exception {
        List<ThreadFactory> kinds = List.of(Thread.ofPlatform().factory(), Thread.ofVirtual().factory(),
                job -> Thread.ofPlatform().unstarted(() -> AnyIO.run(job::run)),
                job -> Thread.ofPlatform().unstarted(() -> AnyIO.run(job::run, options -> options.backend("pool"))));
        for (ThreadFactory kind : kinds) {
            CancelScope scope = AnyIO.openCancelScope();
            CountDownLatch go = new CountDownLatch(1);
            Thread canceller = kind.newThread(() -> {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                scope.cancel();
            });
            AnyIO.createTaskGroup().run(group -> {
                group.spawn(() -> scope.run(AnyIO::sleepForever));
                AnyIO.waitAllTasksBlocked();
                canceller.start();
                go.countDown();
            });
            assertTrue(scope.cancelledCaught());
            AnyIO.interruptibly(() -> {
                canceller.join();
                return "";
            });
        }
    }

    @AnyioTest @Proves("TG-36")
    void anyThreadMaySpawnIntoAnActiveGroup() throws Exception {
        TaskGroup<RuntimeException> group = AnyIO.createTaskGroup();
        AtomicReference<Throwable> tooEarly = new AtomicReference<>();
        Thread early = Thread.ofPlatform().start(() -> spawnExpectingRefusal(group, tooEarly));
        early.join();
        assertTrue(tooEarly.get().getMessage().contains("not active"));
        group.run(active -> {
            Gate gate = new Gate();
            Thread foreign = Thread.ofPlatform().start(() -> active.spawn("from afar", () -> {
                seen.add(AnyIO.getCurrentTask().name());
                assertEquals(active.cancelScope(), Task.current("test").own().enclosing());
                gate.open();
                AnyIO.checkpoint();
                seen.add("waited for");
            }));
            gate.await();
            foreign.join();
        });
        assertEquals(List.of("from afar", "waited for"), seen);
        AtomicReference<Throwable> tooLate = new AtomicReference<>();
        Thread late = Thread.ofPlatform().start(() -> spawnExpectingRefusal(group, tooLate));
        late.join();
        assertTrue(tooLate.get().getMessage().contains("not active"));
    }

    /** The loop learns of the cancel only when the host waits. */
    @AnyioTest
    void aCancelThatIsDecidedCountsForWhatTheHostThrows() throws Exception {
        TaskGroup<RuntimeException> group = AnyIO.createTaskGroup();
        Thread[] canceller = new Thread[1];
        group.run(active -> {
            canceller[0] = Thread.ofPlatform().start(() -> active.cancelScope().cancel());
            while (!active.cancelScope().cancelCalled()) {
                Thread.onSpinWait();
            }
            throw new CancelledError(null, "thrown by hand");
        });
        assertTrue(group.cancelScope().cancelledCaught());
        canceller[0].join();
    }

    private void spawnExpectingRefusal(TaskGroup<?> group, AtomicReference<Throwable> refusal) {
        try {
            group.spawn(() -> seen.add("started"));
        } catch (IllegalStateException e) {
            refusal.set(e);
        }
    }

    @AnyioTest @Proves("TG-36")
    void aForeignSpawnThatRacesWithTheEndIsWaitedForOrRefused() throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        AtomicReference<TaskGroup<RuntimeException>> target = new AtomicReference<>();
        AtomicInteger admitted = new AtomicInteger();
        CancelScope stop = AnyIO.openCancelScope();
        int[] ran = new int[1];
        FutureTask<?> spawner = new FutureTask<>(() -> {
            while (!stop.cancelCalled()) {
                TaskGroup<RuntimeException> group = target.getAndSet(null);
                try {
                    for (int i = 0; group != null && i < 5; i++) {
                        group.spawn(() -> ran[0]++);
                        admitted.incrementAndGet();
                    }
                } catch (IllegalStateException e) {
                    assertTrue(e.getMessage().contains("not active"));
                }
            }
        }, null);
        Thread.ofPlatform().start(spawner);
        for (int i = 0; i < 2_000 || ran[0] == 0; i++) {
            int yields = random.nextInt(4);
            AnyIO.createTaskGroup().run(group -> {
                target.set(group);
                for (int y = 0; y < yields; y++) {
                    AnyIO.checkpoint();
                }
            });
            int before = ran[0];
            AnyIO.checkpoint();
            assertEquals(before, ran[0], "a child ran after its group, seed " + seed);
        }
        stop.cancel();
        spawner.get();
        assertEquals(admitted.get(), ran[0], "each admitted child ran, seed " + seed);
    }

    @AnyioTest(timeout = 60) @Proves("CS-85")
    void aCancelThatRacesWithTheEndOfItsBlockNeverReachesTheCodeAfterIt() throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        AtomicReference<CancelScope> target = new AtomicReference<>();
        CancelScope stop = AnyIO.openCancelScope();
        Thread canceller = Thread.ofPlatform().start(() -> {
            SplittableRandom own = new SplittableRandom(seed + 1);
            while (!stop.cancelCalled()) {
                CancelScope scope = target.getAndSet(null);
                for (int spin = scope == null ? 1 : own.nextInt(200); spin > 0; spin--) {
                    Thread.onSpinWait();
                }
                if (scope != null) {
                    scope.cancel();
                }
            }
        });
        int inTime = 0;
        for (int i = 0; i < ROUNDS; i++) {
            CancelScope scope = AnyIO.openCancelScope();
            int kind = random.nextInt(i % 8 == 0 ? 64 : 8) + (i % 8 == 0 ? 0 : 8);
            boolean[] ended = new boolean[1];
            target.set(scope);
            scope.run(() -> {
                doSomething(kind);
                ended[0] = true;
            });
            boolean undisturbed = !AnyIO.hasPendingCancellation() && !Thread.currentThread().isInterrupted();
            assertTrue(undisturbed && (ended[0] || scope.cancelCalled()),
                    "round " + i + ", kind " + kind + ", seed " + seed);
            assertEquals(!ended[0], scope.cancelledCaught(), "round " + i + ", kind " + kind + ", seed " + seed);
            inTime += ended[0] ? 0 : 1;
            if (i % 128 == 0) {
                AnyIO.checkpoint();
                var end = AnyIO.currentTime().plus(Duration.ofNanos(1000));
                AnyIO.sleepUntil(end);
                assertFalse(AnyIO.currentTime().isBefore(end), "woken early, seed " + seed);
            }
        }
        stop.cancel();
        canceller.join();
        assertTrue(inTime > 0 && inTime < ROUNDS, inTime + " of " + ROUNDS + " cancels were in time, seed " + seed);
    }

    private static void doSomething(int kind) throws InterruptedException {
        switch (kind) {
            case 0 -> AnyIO.sleep(Duration.ofNanos(20_000));
            case 1, 2 -> AnyIO.interruptibly(() -> {
                Thread.sleep(0, 10_000);
                return "";
            });
            case 3, 4 -> AnyIO.createTaskGroup().run(group -> group.spawn(AnyIO::checkpoint));
            case 5 -> AnyIO.openCancelScope(options -> options.shield(true)).run(AnyIO::checkpoint);
            case 6 -> AnyIO.moveOnAfter(Duration.ofNanos(10_000), AnyIO::sleepForever);
            default -> {
                for (int i = kind; i >= 8; i -= 16) {
                    AnyIO.checkpoint();
                }
            }
        }
    }

    @AnyioTest
    void aForeignCancelInterruptsARegionAndStaysInItsScope() throws Exception {
        for (int i = 0; i < 200; i++) {
            CancelScope scope = AnyIO.openCancelScope();
            CountDownLatch in = new CountDownLatch(i % 2);
            Thread canceller = Thread.ofPlatform().start(() -> {
                try {
                    in.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                scope.cancel();
            });
            scope.run(() -> AnyIO.interruptibly(() -> {
                in.countDown();
                new CountDownLatch(1).await();
                return "";
            }));
            assertTrue(scope.cancelledCaught());
            assertFalse(Thread.currentThread().isInterrupted());
            AnyIO.checkpoint();
            canceller.join();
        }
    }

    @AnyioTest
    void aDeadlineInterruptsARegionAndStaysInItsScope() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertFalse(AnyIO.moveOnAfter(Duration.ofMillis(i % 3), () -> AnyIO.interruptibly(() -> {
                new CountDownLatch(1).await();
                return "";
            })));
            assertFalse(Thread.currentThread().isInterrupted());
            AnyIO.checkpoint();
        }
    }

    @AnyioTest
    void anInterruptFromElsewhereIsNotACancellation() {
        CancelScope scope = AnyIO.openCancelScope();
        Thread task = Thread.currentThread();
        assertThrows(InterruptedException.class, () -> scope.run(() -> AnyIO.interruptibly(() -> {
            task.interrupt();
            new CountDownLatch(1).await();
            return "";
        })));
        assertFalse(scope.cancelledCaught());
        scope.cancel();
        CancelScope another = AnyIO.openCancelScope();
        another.cancel();
        another.run(() -> assertSame(another, assertThrows(CancelledError.class, AnyIO::checkpoint).scope()));
    }

    @AnyioTest
    void aForeignCancelOfAnotherScopeLeavesARegionAlone() throws Exception {
        CancelScope other = AnyIO.openCancelScope();
        AnyIO.createTaskGroup(Exception.class).run(group -> {
            group.spawn(() -> other.run(AnyIO::sleepForever));
            AnyIO.waitAllTasksBlocked();
            CountDownLatch cancelled = new CountDownLatch(1);
            AnyIO.interruptibly(() -> {
                Thread.ofPlatform().start(() -> {
                    other.cancel();
                    cancelled.countDown();
                });
                cancelled.await();
                return "";
            });
        });
        assertTrue(other.cancelledCaught());
        assertFalse(Thread.interrupted());
    }
}
