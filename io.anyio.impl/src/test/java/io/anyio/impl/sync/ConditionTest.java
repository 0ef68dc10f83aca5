package io.anyio.impl.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.Condition;
import io.anyio.api.sync.ConditionStatistics;
import io.anyio.api.sync.Held;
import io.anyio.api.sync.Lock;
import io.anyio.api.sync.LockStatistics;
import io.anyio.api.sync.WouldBlockException;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

class ConditionTest {
    /** Made by the test engine's thread, outside of any loop. */
    private final Condition early = AnyIO.createCondition();

    private static List<TaskHandle<?>> waiters(TaskGroup<?> group, Condition condition, int count,
            List<Integer> woken) {
        List<TaskHandle<?>> handles = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            handles.add(group.spawn("waiter " + i, () -> {
                try (Held _ = condition.hold()) {
                    condition.await();
                    woken.add(number);
                }
            }));
        }
        AnyIO.waitAllTasksBlocked();
        return handles;
    }

    @AnyioTest @Proves({"CO-01", "CO-16"})
    void acquireReleaseAndLockedActOnTheLock(TaskGroup<Exception> group) {
        Lock lock = AnyIO.createLock();
        for (Condition condition : List.of(AnyIO.createCondition(), AnyIO.createCondition(lock))) {
            assertFalse(condition.locked());
            condition.acquire();
            assertTrue(condition.locked());
            assertEquals(Optional.of(AnyIO.getCurrentTask()), condition.statistics().lock().owner());
            group.spawn(() -> {
                assertThrows(WouldBlockException.class, condition::acquireNowait);
                assertThrows(IllegalStateException.class, condition::release);
            }).await();
            condition.release();
            assertFalse(condition.locked());
            condition.acquireNowait();
            condition.release();
        }
        Condition ofLock = AnyIO.createCondition(lock);
        lock.acquire();
        assertTrue(ofLock.locked());
        assertThrows(IllegalStateException.class, ofLock::acquire);
        ofLock.release();
        assertFalse(lock.locked());
    }

    @AnyioTest @Proves({"CO-02", "CO-06", "CO-01"})
    void awaitReleasesTheLockAndHoldsItAgainOnReturn() {
        Condition condition = AnyIO.createCondition();
        AnyIO.createTaskGroup().run(group -> {
            try (Held _ = condition.hold()) {
                assertTrue(condition.locked());
                TaskHandle<?> notifier = group.spawn(() -> {
                    try (Held _ = condition.hold()) {
                        condition.signalAll();
                    }
                });
                condition.await();
                assertTrue(condition.locked());
                assertEquals(Optional.of(AnyIO.getCurrentTask()), condition.statistics().lock().owner());
                notifier.awaitEnd();
            }
        });
        assertFalse(condition.locked());
    }

    @AnyioTest @Proves({"CO-01", "CO-02"})
    void acquireAndReleaseByHand() {
        Condition condition = AnyIO.createCondition();
        AnyIO.createTaskGroup().run(group -> {
            condition.acquire();
            try {
                group.spawn(() -> {
                    condition.acquire();
                    try {
                        condition.signalAll();
                    } finally {
                        condition.release();
                    }
                });
                condition.await();
            } finally {
                condition.release();
            }
        });
        assertFalse(condition.locked());
    }

    @AnyioTest @Proves("CO-02")
    void aSignalledTaskReturnsOnlyOnceTheSignallerHasReleasedTheLock(TaskGroup<Exception> group) {
        Condition condition = AnyIO.createCondition();
        List<Integer> woken = new ArrayList<>();
        waiters(group, condition, 2, woken);
        condition.acquire();
        condition.signalAll();
        AnyIO.waitAllTasksBlocked();
        assertEquals(List.of(), woken);
        assertEquals(2, condition.statistics().lock().tasksWaiting());
        condition.release();
        AnyIO.waitAllTasksBlocked();
        assertEquals(List.of(0, 1), woken);
    }

    @AnyioTest @Proves({"CO-03", "CO-04"})
    void awaitAndSignalNeedTheLock(TaskGroup<Exception> group) {
        Condition condition = AnyIO.createCondition();
        assertThrows(IllegalStateException.class, condition::await);
        assertThrows(IllegalStateException.class, () -> condition.awaitFor(() -> true));
        assertThrows(IllegalStateException.class, () -> condition.awaitValue(() -> Optional.of(1)));
        assertThrows(IllegalStateException.class, condition::signal);
        assertThrows(IllegalStateException.class, () -> condition.signal(2));
        assertThrows(IllegalStateException.class, condition::signalAll);
        condition.acquire();
        group.spawn(() -> {
            assertThrows(IllegalStateException.class, condition::await);
            assertThrows(IllegalStateException.class, condition::signal);
            assertThrows(IllegalStateException.class, condition::signalAll);
        }).await();
        condition.release();
        assertEquals(0, condition.statistics().tasksWaiting());
    }

    @AnyioTest @Proves({"CO-05", "CO-13"})
    void signalWakesTheLongestWaitingTasks(TaskGroup<Exception> group) {
        Condition condition = AnyIO.createCondition();
        List<Integer> woken = new ArrayList<>();
        waiters(group, condition, 6, woken);
        assertEquals(6, condition.statistics().tasksWaiting());
        signal(condition, 1);
        assertEquals(List.of(0), woken);
        assertEquals(5, condition.statistics().tasksWaiting());
        signal(condition, 2);
        assertEquals(List.of(0, 1, 2), woken);
        signal(condition, 0);
        assertEquals(3, condition.statistics().tasksWaiting());
        signal(condition, 10);
        assertEquals(List.of(0, 1, 2, 3, 4, 5), woken);
        assertEquals(0, condition.statistics().tasksWaiting());
    }

    private static void signal(Condition condition, int count) {
        try (Held _ = condition.hold()) {
            if (count == 1) {
                condition.signal();
            } else {
                condition.signal(count);
            }
        }
        AnyIO.waitAllTasksBlocked();
    }

    @AnyioTest @Proves("CO-06")
    void signalAllWakesThoseWhoWaitNowAndNotThoseWhoComeLater() {
        Condition condition = AnyIO.createCondition();
        List<String> woken = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> {
            for (int i = 0; i < 3; i++) {
                group.spawn(() -> {
                    try (Held _ = condition.hold()) {
                        condition.await();
                        woken.add("first");
                        condition.await();
                        woken.add("again");
                    }
                });
            }
            AnyIO.waitAllTasksBlocked();
            try (Held _ = condition.hold()) {
                condition.signalAll();
            }
            AnyIO.waitAllTasksBlocked();
            assertEquals(List.of("first", "first", "first"), woken);
            assertEquals(3, condition.statistics().tasksWaiting());
            try (Held _ = condition.hold()) {
                condition.signalAll();
            }
        });
        assertEquals(6, woken.size());
    }

    @AnyioTest @Proves("CO-07")
    void aSignalThatNobodyWaitsForIsLost(TaskGroup<Exception> group) {
        Condition condition = AnyIO.createCondition();
        signal(condition, 1);
        try (Held _ = condition.hold()) {
            condition.signalAll();
        }
        List<Integer> woken = new ArrayList<>();
        waiters(group, condition, 1, woken);
        assertEquals(List.of(), woken);
        assertEquals(1, condition.statistics().tasksWaiting());
        signal(condition, 1);
        assertEquals(List.of(0), woken);
    }

    @AnyioTest @Proves({"CO-11", "CO-12"})
    void awaitValueReturnsTheValueOnceThePredicateHasOne(TaskGroup<Exception> group) {
        Condition condition = AnyIO.createCondition();
        Queue<String> queue = new ArrayDeque<>();
        int[] looks = new int[1];
        TaskHandle<String> consumer = group.spawn("consumer", () -> {
            try (Held _ = condition.hold()) {
                return condition.awaitValue(() -> {
                    looks[0]++;
                    assertTrue(condition.locked());
                    return Optional.ofNullable(queue.poll());
                });
            }
        });
        AnyIO.waitAllTasksBlocked();
        assertEquals(1, looks[0]);
        try (Held _ = condition.hold()) {
            condition.release();
            AnyIO.waitAllTasksBlocked();
            condition.acquire();
        }
        assertEquals(1, looks[0], "Only a signal wakes it");
        signal(condition, 1);
        assertEquals(2, looks[0]);
        assertEquals(TaskHandle.Status.PENDING, consumer.status());
        try (Held _ = condition.hold()) {
            queue.add("item");
            condition.signal();
        }
        assertEquals("item", consumer.await());
        assertFalse(condition.locked());
    }

    @AnyioTest @Proves("CO-12")
    void awaitForWaitsUntilItsConditionHolds(TaskGroup<Exception> group) {
        Condition condition = AnyIO.createCondition();
        int[] level = new int[1];
        TaskHandle<Integer> waiter = group.spawn("waiter", () -> {
            try (Held _ = condition.hold()) {
                condition.awaitFor(() -> level[0] >= 3);
                return level[0];
            }
        });
        for (int i = 1; i <= 3; i++) {
            AnyIO.waitAllTasksBlocked();
            assertEquals(TaskHandle.Status.PENDING, waiter.status());
            level[0] = i;
            signal(condition, 1);
        }
        assertEquals(3, waiter.await());
        try (Held _ = condition.hold()) {
            assertThrows(ArithmeticException.class, () -> condition.awaitFor(() -> {
                throw new ArithmeticException();
            }));
            assertTrue(condition.locked());
        }
    }

    @AnyioTest @Proves("CO-13")
    void statisticsTellWaitersAndTheLock(TaskGroup<Exception> group) {
        Condition condition = AnyIO.createCondition();
        LockStatistics free = new LockStatistics(false, Optional.empty(), 0, false);
        assertEquals(new ConditionStatistics(0, free), condition.statistics());
        waiters(group, condition, 2, new ArrayList<>());
        assertEquals(new ConditionStatistics(2, free), condition.statistics());
        condition.acquire();
        condition.signal();
        assertEquals(
                new ConditionStatistics(1, new LockStatistics(true, Optional.of(AnyIO.getCurrentTask()), 1, false)),
                condition.statistics());
        condition.signal();
        condition.release();
        AnyIO.waitAllTasksBlocked();
        assertEquals(new ConditionStatistics(0, free), condition.statistics());
        assertEquals("Condition[0 waiting, Lock[free, 0 waiting]]", condition.toString());
    }

    @AnyioTest @Proves({"CO-15", "CO-16"})
    void twoConditionsShareALockAndWakeTheirOwnWaiters(TaskGroup<Exception> group) {
        Lock lock = AnyIO.createLock();
        Condition notEmpty = AnyIO.createCondition(lock);
        Condition notFull = AnyIO.createCondition(lock);
        Queue<Integer> queue = new ArrayDeque<>();
        List<Integer> received = new ArrayList<>();
        TaskHandle<?> producer = group.spawn(() -> {
            for (int i = 0; i < 100; i++) {
                try (Held _ = lock.hold()) {
                    notFull.awaitFor(() -> queue.size() < 2);
                    queue.add(i);
                    notEmpty.signal();
                }
            }
        });
        TaskHandle<?> consumer = group.spawn(() -> {
            for (int i = 0; i < 100; i++) {
                try (Held _ = lock.hold()) {
                    notEmpty.awaitFor(() -> !queue.isEmpty());
                    received.add(queue.remove());
                    notFull.signal();
                }
            }
        });
        producer.await();
        consumer.await();
        assertEquals(100, received.size());
        assertEquals(received.stream().sorted().toList(), received);
        List<Integer> woken = new ArrayList<>();
        List<TaskHandle<?>> two = waiters(group, notEmpty, 1, woken);
        try (Held _ = lock.hold()) {
            notFull.signalAll();
        }
        AnyIO.waitAllTasksBlocked();
        assertEquals(List.of(), woken);
        signal(notEmpty, 1);
        two.getFirst().await();
    }

    @AnyioTest @Proves("CO-11")
    void nothingButASignalEndsAWait(TaskGroup<Exception> group) {
        Condition condition = AnyIO.createCondition();
        List<Integer> woken = new ArrayList<>();
        List<TaskHandle<?>> two = waiters(group, condition, 2, woken);
        for (int i = 0; i < 50; i++) {
            condition.hold().close();
            two.get(i % 2).info().thread().getStackTrace(); // wakes a fiber too early on carrier
            two.get(i % 2).info().thread().interrupt();
            AnyIO.checkpoint();
        }
        assertEquals(List.of(), woken);
        assertEquals(2, condition.statistics().tasksWaiting());
        signal(condition, 2);
        assertEquals(List.of(0, 1), woken);
    }

    @AnyioTest
    void aConditionMadeOutsideOfARunIsUsedInside(TaskGroup<Exception> group) {
        List<Integer> woken = new ArrayList<>();
        waiters(group, early, 1, woken);
        signal(early, 1);
        assertEquals(List.of(0), woken);
    }
}
