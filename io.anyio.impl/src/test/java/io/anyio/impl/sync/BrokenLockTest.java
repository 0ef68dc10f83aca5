package io.anyio.impl.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.BrokenLockException;
import io.anyio.api.sync.Condition;
import io.anyio.api.sync.Event;
import io.anyio.api.sync.Held;
import io.anyio.api.sync.Lock;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A lock whose owner ends without releasing it. */
class BrokenLockTest {
    private static TaskHandle<?> breaker(TaskGroup<?> group, Lock lock, Event end) {
        TaskHandle<?> owner = group.spawn("careless", () -> {
            lock.acquire();
            end.await();
        });
        AnyIO.waitAllTasksBlocked();
        return owner;
    }

    @AnyioTest @Proves("LK-17")
    void allWhoWaitForALockGetAnErrorWhenItsOwnerEnds(TaskGroup<Exception> group) {
        Lock lock = AnyIO.createLock();
        Event end = AnyIO.createEvent();
        TaskHandle<?> owner = breaker(group, lock, end);
        List<String> messages = new ArrayList<>();
        AnyIO.createTaskGroup().run(waiters -> {
            for (int i = 0; i < 3; i++) {
                waiters.spawn(() -> {
                    messages.add(assertThrows(BrokenLockException.class, lock::acquire).getMessage());
                });
            }
            AnyIO.waitAllTasksBlocked();
            end.set();
        });
        assertEquals(3, messages.size());
        assertTrue(messages.getFirst().contains("the task 'careless' ended while it held it"), messages.getFirst());
        assertTrue(lock.statistics().broken());
        assertEquals(Optional.of(owner.info()), lock.statistics().owner());
        assertEquals(0, lock.statistics().tasksWaiting());
    }

    @AnyioTest @Proves("LK-17")
    void aBrokenLockStaysBrokenForEveryCall(TaskGroup<Exception> group) {
        Lock lock = AnyIO.createLock();
        Condition condition = AnyIO.createCondition(lock);
        group.spawn("careless", lock::acquire).await();
        assertThrows(BrokenLockException.class, lock::acquire);
        assertThrows(BrokenLockException.class, lock::acquireNowait);
        assertThrows(BrokenLockException.class, lock::release);
        assertThrows(BrokenLockException.class, lock::hold);
        assertThrows(BrokenLockException.class, condition::acquire);
        assertThrows(BrokenLockException.class, condition::await);
        assertThrows(BrokenLockException.class, condition::signal);
        assertTrue(lock.locked());
        assertEquals("Lock[broken by 'careless', 0 waiting]", lock.toString());
    }

    @AnyioTest
    void aTaskThatFailsOrIsCancelledBreaksItsLockToo() {
        Lock failed = AnyIO.createLock();
        assertThrows(ArithmeticException.class, () -> AnyIO.createTaskGroup().run(group -> {
            group.spawn(() -> {
                failed.acquire();
                throw new ArithmeticException();
            });
        }));
        assertThrows(BrokenLockException.class, failed::acquire);
        Lock cancelled = AnyIO.createLock();
        AnyIO.createTaskGroup().run(group -> {
            breaker(group, cancelled, AnyIO.createEvent());
            group.cancel();
        });
        assertThrows(BrokenLockException.class, cancelled::acquire);
    }

    @AnyioTest
    void allLocksOfTheTaskBreakAndNoOther(TaskGroup<Exception> group) {
        List<Lock> locks = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            locks.add(AnyIO.createLock());
        }
        group.spawn(() -> {
            locks.forEach(Lock::acquire);
            locks.get(0).release();
            locks.get(3).release();
            locks.get(5).release();
            locks.get(3).acquireNowait();
        }).await();
        List<Boolean> broken = locks.stream().map(lock -> lock.statistics().broken()).toList();
        assertEquals(List.of(false, true, true, true, true, false), broken);
    }

    @AnyioTest
    void aLockThatWasHandedOverBreaksWithItsNewOwner(TaskGroup<Exception> group) {
        Lock lock = AnyIO.createLock();
        lock.acquire();
        TaskHandle<?> next = group.spawn("next", lock::acquire);
        AnyIO.waitAllTasksBlocked();
        lock.release();
        next.await();
        assertEquals(Optional.of(next.info()), lock.statistics().owner());
        assertTrue(lock.statistics().broken());
    }

    @AnyioTest
    void whoWaitsInAConditionLearnsThatItsLockBroke(TaskGroup<Exception> group) {
        Lock lock = AnyIO.createLock();
        Condition first = AnyIO.createCondition(lock);
        Condition second = AnyIO.createCondition(lock);
        List<String> outcomes = new ArrayList<>();
        for (Condition condition : List.of(first, second, first)) {
            group.spawn(() -> {
                lock.acquire();
                assertThrows(BrokenLockException.class, condition::await);
                // It does not own the lock any more, and says so in the same words.
                assertThrows(BrokenLockException.class, lock::release);
                outcomes.add("told");
            });
        }
        AnyIO.waitAllTasksBlocked();
        assertEquals(2, first.statistics().tasksWaiting());
        group.spawn("careless", () -> {
            lock.acquire();
            first.signal(); // that one waits for the lock when it breaks
        }).await();
        AnyIO.waitAllTasksBlocked();
        assertEquals(List.of("told", "told", "told"), outcomes);
        assertEquals(0, first.statistics().tasksWaiting() + second.statistics().tasksWaiting()
                + lock.statistics().tasksWaiting());
    }

    @AnyioTest
    void aCancelledWaiterOfAConditionIsCancelledAndTellsOfTheBrokenLock(TaskGroup<Exception> group) {
        Lock lock = AnyIO.createLock();
        Condition condition = AnyIO.createCondition(lock);
        CancelScope scope = AnyIO.openCancelScope();
        TaskHandle<?> waiter = group.spawn(() -> scope.run(() -> {
            lock.acquire();
            CancelledError cancelled = assertThrows(CancelledError.class, condition::await);
            assertInstanceOf(BrokenLockException.class, cancelled.getSuppressed()[0]);
            assertSame(scope, cancelled.scope());
        }));
        AnyIO.waitAllTasksBlocked();
        group.spawn(() -> {
            lock.acquire();
            scope.cancel();
            AnyIO.waitAllTasksBlocked(); // the waiter waits for the lock now
        }).await();
        waiter.await();
    }

    private static void endWait(TaskHandle<?> waiter, Condition condition, Lock lock, boolean signalled) {
        AnyIO.waitAllTasksBlocked();
        if (signalled) {
            lock.acquire();
            condition.signal();
            lock.release();
        } else {
            waiter.cancel();
        }
        waiter.awaitEnd();
    }

    /** By a signal, or by its cancellation. */
    @AnyioTest
    void aTaskThatOwnsTheLockAgainAfterItsWaitBreaksIt(TaskGroup<Exception> group) {
        for (boolean signalled : List.of(true, false)) {
            Lock lock = AnyIO.createLock();
            Condition condition = AnyIO.createCondition(lock);
            TaskHandle<?> careless = group.spawn("careless", () -> {
                lock.acquire();
                condition.await();
            });
            endWait(careless, condition, lock, signalled);
            assertThrows(BrokenLockException.class, lock::acquire);
        }
    }

    /** After a signal, and after a cancellation. */
    @AnyioTest
    void aLockForgetsAConditionThatNobodyWaitsFor(TaskGroup<Exception> group) throws InterruptedException {
        Lock lock = AnyIO.createLock();
        List<WeakReference<Condition>> used = new ArrayList<>();
        for (boolean signalled : List.of(true, false)) {
            group.spawn(() -> {
                Condition condition = AnyIO.createCondition(lock);
                used.add(new WeakReference<>(condition));
                TaskHandle<?> waiter = group.spawn(() -> {
                    try (Held _ = lock.hold()) {
                        condition.await();
                    }
                });
                endWait(waiter, condition, lock, signalled);
            }).await();
        }
        for (int i = 0; i < 20 && used.stream().anyMatch(condition -> condition.get() != null); i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(i);
        }
        assertEquals(List.of(true, true), used.stream().map(condition -> condition.get() == null).toList());
        assertFalse(lock.locked());
    }

    @AnyioTest
    void aLockBreaksForWaitersInAnotherLoop(TaskGroup<Exception> group) throws Exception {
        Lock lock = AnyIO.createLock();
        Event asked = AnyIO.createEvent();
        Event held = AnyIO.createEvent();
        group.spawn(() -> {
            lock.acquire();
            held.set();
            asked.await();
        });
        Outside other = Outside.otherLoop(() -> {
            held.await();
            AnyIO.createTaskGroup().run(there -> {
                there.spawn(() -> {
                    assertThrows(BrokenLockException.class, lock::acquire);
                });
                AnyIO.waitAllTasksBlocked();
                asked.set();
            });
        });
        other.await();
    }

    @AnyioTest
    void aTaskThatReleasesInTimeBreaksNothing(TaskGroup<Exception> group) {
        Lock lock = AnyIO.createLock();
        Condition condition = AnyIO.createCondition(lock);
        TaskHandle<?> waiter = group.spawn(() -> {
            try (Held _ = lock.hold()) {
                condition.await();
            }
        });
        AnyIO.waitAllTasksBlocked();
        group.spawn(() -> {
            try (Held _ = lock.hold()) {
                condition.signal();
            }
        }).await();
        waiter.await();
        assertFalse(lock.statistics().broken());
        lock.acquire();
        lock.release();
    }
}
