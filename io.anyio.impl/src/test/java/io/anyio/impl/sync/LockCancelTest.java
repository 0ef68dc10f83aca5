package io.anyio.impl.sync;

import static io.anyio.impl.sync.Outside.assertCancelled;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.Held;
import io.anyio.api.sync.Lock;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.TaskHandle;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A cancellation before, during and after the wait for a lock. */
class LockCancelTest {
    @AnyioTest @Proves("LK-08")
    void acquireInACancelledScopeThrowsAndLeavesTheLockFree() {
        Lock lock = AnyIO.createLock();
        assertCancelled(lock::acquire);
        assertFalse(lock.locked());
        assertCancelled(lock::hold);
        assertFalse(lock.locked());
        try (Held _ = lock.hold()) {
            assertTrue(lock.locked());
        }
    }

    @AnyioTest @Proves({"LK-08", "LK-09"})
    void aCancelledWaiterIsRemovedAndNeverOwnsTheLock() {
        Lock lock = AnyIO.createLock();
        List<String> reached = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> {
            try (Held _ = lock.hold()) {
                group.spawn(() -> {
                    reached.add("started");
                    try (Held _ = lock.hold()) {
                        reached.add("got the lock");
                    }
                });
                AnyIO.waitAllTasksBlocked();
                assertEquals(1, lock.statistics().tasksWaiting());
                group.cancel();
                assertEquals(0, lock.statistics().tasksWaiting());
                assertEquals(Optional.of(AnyIO.getCurrentTask()), lock.statistics().owner());
            }
        });
        assertEquals(List.of("started"), reached);
        assertFalse(lock.locked());
    }

    @AnyioTest @Proves("LK-10")
    void aGrantStandsThoughTheTaskIsCancelledBeforeItRuns() {
        Lock lock = AnyIO.createLock();
        List<String> reached = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> {
            lock.acquire();
            TaskHandle<?> waiter = group.spawn(() -> {
                lock.acquire();
                try {
                    reached.add("owns");
                    assertEquals(Optional.of(AnyIO.getCurrentTask()), lock.statistics().owner());
                    AnyIO.checkpoint();
                    reached.add("went on");
                } finally {
                    lock.release();
                }
            });
            AnyIO.waitAllTasksBlocked();
            lock.release();
            waiter.cancel();
            waiter.awaitEnd();
            assertEquals(TaskHandle.Status.CANCELLED, waiter.status());
        });
        assertEquals(List.of("owns"), reached);
        assertFalse(lock.locked());
    }

    @AnyioTest @Proves("LK-11")
    void aCancelledWaiterIsSkippedAndALaterOneGetsTheLock() {
        Lock lock = AnyIO.createLock();
        List<Integer> owners = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> {
            lock.acquire();
            List<TaskHandle<?>> waiters = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int number = i;
                waiters.add(group.spawn(() -> {
                    try (Held _ = lock.hold()) {
                        owners.add(number);
                    }
                }));
            }
            AnyIO.waitAllTasksBlocked();
            // Cancelled and released in one step: no cancelled waiter has had a chance to run and clean up.
            waiters.get(0).cancel();
            waiters.get(2).cancel();
            lock.release();
        });
        assertEquals(List.of(1, 3), owners);
        assertFalse(lock.locked());
    }

    @AnyioTest @Proves("LK-09")
    void aShieldedWaiterStaysInItsPlace() {
        Lock lock = AnyIO.createLock();
        List<String> reached = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> {
            lock.acquire();
            group.spawn(() -> {
                CancelScope shield = AnyIO.openCancelScope(o -> o.shield(true));
                shield.run(() -> {
                    try (Held _ = lock.hold()) {
                        reached.add("shielded");
                    }
                });
            });
            group.spawn(() -> {
                try (Held _ = lock.hold()) {
                    reached.add("not shielded");
                }
            });
            AnyIO.waitAllTasksBlocked();
            assertEquals(2, lock.statistics().tasksWaiting());
            group.cancel();
            assertEquals(1, lock.statistics().tasksWaiting());
            lock.release();
        });
        assertEquals(List.of("shielded"), reached);
        assertFalse(lock.locked());
    }

    @AnyioTest @Proves("LK-10")
    void tenThousandHandOversInTheShadowOfACancelLoseNoOwnership() {
        Lock lock = AnyIO.createLock();
        int[] owned = new int[1];
        for (int round = 0; round < 10_000; round++) {
            boolean cancelFirst = round % 2 == 0;
            AnyIO.createTaskGroup().run(group -> {
                lock.acquireNowait();
                TaskHandle<?> waiter = group.spawn(() -> {
                    try (Held _ = lock.hold()) {
                        owned[0]++;
                    }
                });
                AnyIO.cancelShieldedCheckpoint();
                if (cancelFirst) {
                    waiter.cancel();
                    lock.release();
                } else {
                    lock.release();
                    waiter.cancel();
                }
            });
            assertFalse(lock.locked());
        }
        assertEquals(5_000, owned[0]);
    }
}
