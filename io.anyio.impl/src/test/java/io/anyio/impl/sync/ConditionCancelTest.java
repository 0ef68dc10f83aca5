package io.anyio.impl.sync;

import static io.anyio.impl.sync.Outside.assertCancelled;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.Condition;
import io.anyio.api.sync.Event;
import io.anyio.api.sync.Held;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A cancellation before, during and after the wait for a signal. */
class ConditionCancelTest {
    @AnyioTest @Proves("CO-08")
    void aCancelledWaiterIsNotNotifiedAndReleasesTheLockAsItLeaves() {
        Condition condition = AnyIO.createCondition();
        Event started = AnyIO.createEvent();
        List<String> reached = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> {
            group.spawn(() -> {
                try (Held _ = condition.hold()) {
                    started.set();
                    try {
                        condition.await();
                        reached.add("notified");
                    } finally {
                        reached.add("owner "
                                + condition.statistics().lock().owner().equals(Optional.of(AnyIO.getCurrentTask())));
                    }
                }
            });
            started.await();
            AnyIO.waitAllTasksBlocked();
            group.cancel();
        });
        assertEquals(List.of("owner true"), reached);
        assertFalse(condition.locked());
    }

    @AnyioTest @Proves("CO-08")
    void aCancelledWaiterWaitsForTheLockHoweverOftenItIsCancelled(TaskGroup<Exception> group) {
        Condition condition = AnyIO.createCondition();
        TaskHandle<?> waiter = group.spawn(() -> {
            condition.acquire();
            assertThrows(CancelledError.class, condition::await);
            assertEquals(Optional.of(AnyIO.getCurrentTask()), condition.statistics().lock().owner());
            condition.release();
        });
        AnyIO.waitAllTasksBlocked();
        condition.acquire();
        waiter.cancel();
        waiter.cancel();
        AnyIO.waitAllTasksBlocked();
        assertEquals(TaskHandle.Status.CANCELLING, waiter.status());
        assertEquals(1, condition.statistics().lock().tasksWaiting());
        assertEquals(0, condition.statistics().tasksWaiting());
        condition.release();
        waiter.awaitEnd();
        assertFalse(condition.locked());
    }

    @AnyioTest @Proves("CO-09")
    void aCancelledWaiterNoLongerCounts(TaskGroup<Exception> group) {
        Condition condition = AnyIO.createCondition();
        List<Integer> woken = new ArrayList<>();
        List<TaskHandle<?>> waiters = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int number = i;
            waiters.add(group.spawn(() -> {
                try (Held _ = condition.hold()) {
                    condition.await();
                    woken.add(number);
                }
            }));
        }
        AnyIO.waitAllTasksBlocked();
        condition.acquire();
        waiters.getFirst().cancel();
        assertEquals(2, condition.statistics().tasksWaiting());
        condition.signal();
        assertEquals(1, condition.statistics().tasksWaiting());
        condition.release();
        AnyIO.waitAllTasksBlocked();
        assertEquals(List.of(1), woken);
        condition.acquire();
        condition.signal();
        condition.release();
        AnyIO.waitAllTasksBlocked();
        assertEquals(List.of(1, 2), woken);
    }

    @AnyioTest @Proves("CO-10")
    void aNotificationCountsAlthoughTheTaskIsCancelledBeforeItRuns(TaskGroup<Exception> group) {
        Condition condition = AnyIO.createCondition();
        List<String> reached = new ArrayList<>();
        TaskHandle<?> first = group.spawn(() -> {
            try (Held _ = condition.hold()) {
                condition.await();
                reached.add("first returned, owner " + condition.locked());
                AnyIO.checkpoint();
                reached.add("first went on");
            }
        });
        TaskHandle<?> second = group.spawn(() -> {
            try (Held _ = condition.hold()) {
                condition.await();
                reached.add("second returned");
            }
        });
        AnyIO.waitAllTasksBlocked();
        condition.acquire();
        condition.signal();
        first.cancel();
        AnyIO.waitAllTasksBlocked();
        assertEquals(List.of(), reached, "The lock is still held");
        condition.release();
        first.awaitEnd();
        AnyIO.waitAllTasksBlocked();
        assertEquals(List.of("first returned, owner true"), reached);
        assertEquals(TaskHandle.Status.CANCELLED, first.status());
        try (Held _ = condition.hold()) {
            assertEquals(1, condition.statistics().tasksWaiting());
            condition.signal();
        }
        second.await();
    }

    @AnyioTest @Proves("CO-14")
    void awaitInACancelledScopeThrowsAtOnceAndKeepsTheLock(TaskGroup<Exception> group) {
        Condition condition = AnyIO.createCondition();
        condition.acquire();
        TaskHandle<?> next = group.spawn(() -> condition.hold().close());
        AnyIO.waitAllTasksBlocked();
        assertCancelled(condition::await);
        assertCancelled(() -> condition.awaitFor(() -> true));
        assertCancelled(() -> condition.awaitValue(() -> Optional.of(1)));
        assertTrue(condition.locked());
        assertEquals(Optional.of(AnyIO.getCurrentTask()), condition.statistics().lock().owner());
        assertEquals(0, condition.statistics().tasksWaiting());
        assertEquals(1, condition.statistics().lock().tasksWaiting(), "nobody had the lock meanwhile");
        condition.release();
        next.await();
        assertCancelled(condition::acquire);
        assertFalse(condition.locked());
    }

    @AnyioTest @Proves({"CO-08", "CO-09"})
    void allWaitersCancelledAtOnceTakeTheLockOneAfterTheOther() {
        Condition condition = AnyIO.createCondition();
        int[] inside = new int[1];
        int[] left = new int[1];
        AnyIO.createTaskGroup().run(group -> {
            for (int i = 0; i < 50; i++) {
                group.spawn(() -> {
                    try (Held _ = condition.hold()) {
                        try {
                            condition.await();
                        } finally {
                            assertEquals(1, ++inside[0]);
                            AnyIO.cancelShieldedCheckpoint();
                            inside[0]--;
                            left[0]++;
                        }
                    }
                });
            }
            AnyIO.waitAllTasksBlocked();
            group.cancel();
        });
        assertEquals(50, left[0]);
        assertFalse(condition.locked());
        assertEquals(0, condition.statistics().tasksWaiting());
    }
}
