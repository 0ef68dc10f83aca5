package io.anyio.impl.sync;

import static io.anyio.impl.sync.Outside.assertCancelled;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.sync.Held;
import io.anyio.api.sync.Lock;
import io.anyio.api.sync.LockStatistics;
import io.anyio.api.sync.WouldBlockException;
import io.anyio.api.task.Block;
import io.anyio.api.task.NoEventLoopException;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class LockTest {
    /** Made by the test engine's thread, outside of any loop. */
    private final Lock early = AnyIO.createLock();

    @AnyioTest @Proves({"LK-01", "LK-02", "LK-16"})
    void whoHoldsTheLockKeepsOthersOut() {
        Lock lock = AnyIO.createLock();
        List<String> results = new ArrayList<>();
        assertFalse(lock.locked());
        AnyIO.createTaskGroup().run(group -> {
            try (Held _ = lock.hold()) {
                group.spawn(() -> {
                    assertTrue(lock.locked());
                    try (Held _ = lock.hold()) {
                        results.add("2");
                    }
                });
                AnyIO.waitAllTasksBlocked();
                results.add("1");
            }
        });
        assertFalse(lock.locked());
        assertEquals(List.of("1", "2"), results);
    }

    @AnyioTest @Proves({"LK-01", "LK-02"})
    void acquireAndReleaseByHand() {
        Lock lock = AnyIO.createLock();
        List<String> results = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> {
            lock.acquire();
            try {
                group.spawn(() -> {
                    lock.acquire();
                    try {
                        assertTrue(lock.locked());
                        results.add("2");
                    } finally {
                        lock.release();
                    }
                });
                AnyIO.waitAllTasksBlocked();
                results.add("1");
            } finally {
                lock.release();
            }
        });
        assertFalse(lock.locked());
        assertEquals(List.of("1", "2"), results);
    }

    @AnyioTest @Proves("LK-01")
    void noTwoTasksAreInsideAtOnce() {
        Lock lock = AnyIO.createLock();
        int[] inside = new int[1];
        int[] turns = new int[1];
        AnyIO.createTaskGroup().run(group -> {
            for (int i = 0; i < 20; i++) {
                group.spawn(() -> {
                    for (int turn = 0; turn < 20; turn++) {
                        try (Held _ = lock.hold()) {
                            assertEquals(1, ++inside[0]);
                            AnyIO.checkpoint();
                            inside[0]--;
                            turns[0]++;
                        }
                    }
                });
            }
        });
        assertEquals(400, turns[0]);
    }

    @AnyioTest @Proves("LK-03")
    void waitersGetTheLockInTheOrderInWhichTheyAsked() {
        Lock lock = AnyIO.createLock();
        List<Integer> order = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> {
            lock.acquire();
            for (int i = 0; i < 10; i++) {
                int number = i;
                group.spawn(() -> {
                    try (Held _ = lock.hold()) {
                        order.add(number);
                        AnyIO.checkpoint();
                    }
                });
            }
            AnyIO.waitAllTasksBlocked();
            lock.release();
        });
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), order);
    }

    @AnyioTest @Proves({"LK-04", "LK-12"})
    void releaseHandsTheLockToTheNextWaiterSoThatNobodyOvertakes() {
        Lock lock = AnyIO.createLock();
        List<String> order = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> {
            lock.acquire();
            TaskHandle<?> waiter = group.spawn("waiter", () -> {
                try (Held _ = lock.hold()) {
                    order.add("waiter");
                }
            });
            AnyIO.waitAllTasksBlocked();
            lock.release();
            assertEquals(Optional.of(waiter.info()), lock.statistics().owner());
            assertThrows(WouldBlockException.class, lock::acquireNowait);
            group.spawn(() -> assertThrows(WouldBlockException.class, lock::acquireNowait));
            try (Held _ = lock.hold()) {
                order.add("releaser");
            }
        });
        assertEquals(List.of("waiter", "releaser"), order);
    }

    @AnyioTest @Proves("LK-05")
    void acquiringALockThatTheTaskOwnsIsAnError() {
        Lock lock = AnyIO.createLock();
        lock.acquire();
        IllegalStateException error = assertThrows(IllegalStateException.class, lock::acquire);
        assertTrue(error.getMessage().contains("owns the lock already"), error.getMessage());
        assertThrows(IllegalStateException.class, lock::acquireNowait);
        assertThrows(IllegalStateException.class, lock::hold);
        lock.release();
        assertFalse(lock.locked());
    }

    @AnyioTest @Proves("LK-06")
    void releasingALockThatAnotherTaskOwnsIsAnError(TaskGroup<Exception> group) {
        Lock lock = AnyIO.createLock();
        lock.acquire();
        group.spawn("thief", () -> {
            IllegalStateException error = assertThrows(IllegalStateException.class, lock::release);
            assertTrue(error.getMessage().contains("'thief' does not own the lock"), error.getMessage());
        }).await();
        assertTrue(lock.locked());
        lock.release();
    }

    @AnyioTest @Proves("LK-07")
    void releasingAFreeLockIsAnError() {
        Lock lock = AnyIO.createLock();
        assertThrows(IllegalStateException.class, lock::release);
        lock.acquire();
        lock.release();
        IllegalStateException error = assertThrows(IllegalStateException.class, lock::release);
        assertTrue(error.getMessage().contains("nobody does"), error.getMessage());
    }

    @AnyioTest @Proves("LK-12")
    void acquireNowaitTakesAFreeLockAndRefusesAHeldOne(TaskGroup<Exception> group) {
        Lock lock = AnyIO.createLock();
        lock.acquireNowait();
        assertTrue(lock.locked());
        group.spawn(() -> {
            assertThrows(WouldBlockException.class, lock::acquireNowait);
        }).await();
        lock.release();
    }

    @AnyioTest @Proves("LK-13")
    void acquiringAFreeLockIsACheckpoint(TaskGroup<Exception> group) {
        Lock lock = AnyIO.createLock();
        assertCancelled(lock::acquire);
        boolean[] ran = new boolean[1];
        TaskHandle<?> other = group.spawn(() -> {
            ran[0] = true;
        });
        int turns = 0;
        while (!ran[0]) {
            lock.acquire();
            lock.release();
            assertTrue(turns++ < 1_000_000, "A task that acquires a free lock again and again never lets others run");
        }
        other.awaitEnd();
    }

    @AnyioTest @Proves("LK-14")
    void statisticsTellOwnerAndWaiters(TaskGroup<Exception> group) {
        Lock lock = AnyIO.createLock();
        assertEquals(new LockStatistics(false, Optional.empty(), 0, false), lock.statistics());
        lock.acquire();
        assertEquals(new LockStatistics(true, Optional.of(AnyIO.getCurrentTask()), 0, false), lock.statistics());
        for (int i = 1; i <= 3; i++) {
            group.spawn(() -> lock.hold().close());
            AnyIO.waitAllTasksBlocked();
            assertEquals(i, lock.statistics().tasksWaiting());
        }
        lock.release();
        AnyIO.waitAllTasksBlocked();
        assertEquals(new LockStatistics(false, Optional.empty(), 0, false), lock.statistics());
        assertEquals("Lock[free, 0 waiting]", lock.toString());
    }

    @AnyioTest @Proves("LK-15")
    void aLockMadeOutsideOfARunIsUsedInside(TaskGroup<Exception> group) {
        early.acquire();
        TaskHandle<?> waiter = group.spawn(() -> early.hold().close());
        AnyIO.waitAllTasksBlocked();
        assertEquals(1, early.statistics().tasksWaiting());
        early.release();
        waiter.await();
        assertFalse(early.locked());
    }

    @AnyioTest @Proves("LK-16")
    void aBlockThatThrowsReleasesTheLock() {
        Lock lock = AnyIO.createLock();
        assertThrows(ArithmeticException.class, () -> {
            try (Held _ = lock.hold()) {
                assertTrue(lock.locked());
                throw new ArithmeticException();
            }
        });
        assertFalse(lock.locked());
        assertCancelled(() -> {
            lock.acquireNowait();
            try (Held _ = held(lock)) {
                AnyIO.checkpoint();
            }
        });
        assertFalse(lock.locked());
    }

    private static Held held(Lock lock) {
        return lock::release;
    }

    @AnyioTest
    void closingAHoldTwiceReleasesOnce() {
        Lock lock = AnyIO.createLock();
        Held first = lock.hold();
        first.close();
        first.close();
        try (Held _ = lock.hold()) {
            first.close();
            assertTrue(lock.locked());
        }
        assertFalse(lock.locked());
    }

    /** The platform thread below the task, as the JDK tells it. */
    private static String carrier() {
        String text = Thread.currentThread().toString();
        return text.substring(text.lastIndexOf('@') + 1);
    }

    @AnyioTest @Proves("LK-18")
    void theOwnerIsATaskAndNoThread() throws Exception {
        Lock lock = AnyIO.createLock();
        lock.acquire();
        boolean pool = TaskContext.current("test").backend().equals("pool");
        String first = carrier();
        AnyIO.failAfter(Duration.ofSeconds(15), () -> {
            do {
                assertEquals(Optional.of(AnyIO.getCurrentTask()), lock.statistics().owner());
                AnyIO.runInWorkerThread(() -> {}); // long enough for another carrier to come first
            } while (pool && carrier().equals(first) && Runtime.getRuntime().availableProcessors() > 1);
        });
        assertEquals(Optional.of(AnyIO.getCurrentTask()), lock.statistics().owner());
        Block<Exception> notTheOwner = () -> {
            assertThrows(NoEventLoopException.class, lock::release);
            assertThrows(NoEventLoopException.class, lock::acquire);
            assertThrows(NoEventLoopException.class, lock::acquireNowait);
            assertThrows(NoEventLoopException.class, lock::hold);
        };
        Outside.thread(notTheOwner);
        AnyIO.runInWorkerThread(notTheOwner);
        assertTrue(lock.locked());
        lock.release();
    }
}
