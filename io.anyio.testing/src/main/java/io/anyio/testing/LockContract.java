package io.anyio.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.Lock;
import io.anyio.api.sync.WouldBlockException;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.TaskHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/**
 * Tests what every lock must do that lets one task at a time proceed. A test class extends it, for a lock of its own,
 * or for a semaphore or limiter with one token.
 *
 * {@snippet :
 * Lock lock = AnyIO.createLock();
 * return new Subject(lock::acquire, lock::acquireNowait, lock::release);
 * }
 *
 * <p>Guide: {@code docs/testing.md}. AnyIO has no counterpart.
 */
public abstract class LockContract {
    private static final int STRESS_ROUNDS = 300;

    /** For subclasses. */
    protected LockContract() {}

    /**
     * The lock to be tested.
     *
     * @param acquire waits for the lock and takes it
     * @param acquireNowait takes the lock or throws {@link WouldBlockException}
     * @param release releases the lock
     */
    public record Subject(Runnable acquire, Runnable acquireNowait, Runnable release) {
        /** Refuses null. */
        public Subject {
            Objects.requireNonNull(acquire, "Subject.acquire is null");
            Objects.requireNonNull(acquireNowait, "Subject.acquireNowait is null");
            Objects.requireNonNull(release, "Subject.release is null");
        }

        /**
         * Makes a subject of a {@link Lock}.
         *
         * @param lock the lock
         * @return the subject
         */
        public static Subject of(Lock lock) {
            Objects.requireNonNull(lock, "LockContract.Subject.of: the lock is null");
            return new Subject(lock::acquire, lock::acquireNowait, lock::release);
        }
    }

    /**
     * Makes the lock to be tested, in the task of the test.
     *
     * @return a lock that is free
     */
    protected abstract Subject create();

    @AnyioTest
    void oneTaskAtATimeGoesOn() {
        Subject lock = create();
        int[] inside = new int[1];
        int[] entered = new int[1];
        AnyIO.createTaskGroup().run(group -> {
            for (int i = 0; i < 20; i++) {
                group.spawn(() -> {
                    for (int round = 0; round < 10; round++) {
                        lock.acquire().run();
                        assertEquals(1, ++inside[0]);
                        entered[0]++;
                        AnyIO.checkpoint();
                        inside[0]--;
                        lock.release().run();
                    }
                });
            }
        });
        assertEquals(200, entered[0]);
    }

    @AnyioTest
    void whoAskedFirstGetsItFirst() {
        Subject lock = create();
        List<Integer> order = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> {
            lock.acquire().run();
            for (int i = 0; i < 5; i++) {
                int number = i;
                group.spawn(() -> {
                    lock.acquire().run();
                    order.add(number);
                    lock.release().run();
                });
                AnyIO.waitAllTasksBlocked();
            }
            lock.release().run();
        });
        assertEquals(List.of(0, 1, 2, 3, 4), order);
    }

    @AnyioTest
    void aReleaseHandsItOverDirectly() {
        Subject lock = create();
        List<String> order = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> {
            lock.acquire().run();
            group.spawn("waiter", () -> {
                lock.acquire().run();
                order.add("waiter");
                AnyIO.checkpoint();
                lock.release().run();
            });
            AnyIO.waitAllTasksBlocked();
            lock.release().run();
            assertThrows(WouldBlockException.class, lock.acquireNowait()::run,
                    "the releaser took it away from the waiter");
            lock.acquire().run();
            order.add("releaser");
            lock.release().run();
        });
        assertEquals(List.of("waiter", "releaser"), order);
    }

    @AnyioTest
    void acquireIsACheckpointAlsoIfItIsFree() {
        Subject lock = create();
        Checkpoints.assertCheckpoint(lock.acquire()::run);
        Checkpoints.assertNoCheckpoint(lock.release()::run);
        Checkpoints.assertNoCheckpoint(lock.acquireNowait()::run);
        Checkpoints.assertNoCheckpoint(lock.release()::run);
    }

    @AnyioTest
    void acquireInACancelledScopeLeavesItFree() {
        Subject lock = create();
        CancelScope scope = AnyIO.openCancelScope();
        scope.cancel();
        scope.run(lock.acquire()::run);
        assertTrue(scope.cancelledCaught());
        lock.acquireNowait().run();
        lock.release().run();
    }

    @AnyioTest
    void acquireWithoutWaitingFailsIfItIsTaken() {
        Subject lock = create();
        AnyIO.createTaskGroup().run(group -> {
            lock.acquireNowait().run();
            group.spawn(() -> {
                assertThrows(WouldBlockException.class, lock.acquireNowait()::run);
            });
            AnyIO.waitAllTasksBlocked();
            lock.release().run();
        });
    }

    @AnyioTest
    void aCancelledWaiterLeavesNothingBehind() {
        Subject lock = create();
        List<String> order = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> {
            lock.acquire().run();
            TaskHandle<?> cancelled = group.spawn("cancelled", () -> {
                lock.acquire().run();
                order.add("cancelled");
            });
            AnyIO.waitAllTasksBlocked();
            group.spawn("next", () -> {
                lock.acquire().run();
                order.add("next");
                lock.release().run();
            });
            AnyIO.waitAllTasksBlocked();
            cancelled.cancel();
            cancelled.awaitEnd();
            assertEquals(TaskHandle.Status.CANCELLED, cancelled.status());
            lock.release().run();
        });
        assertEquals(List.of("next"), order);
        lock.acquireNowait().run();
        lock.release().run();
    }

    @AnyioTest
    void aWaiterThatIsCancelledJustBeforeTheReleaseIsSkipped() {
        Subject lock = create();
        boolean[] got = new boolean[2];
        AnyIO.createTaskGroup().run(group -> {
            lock.acquire().run();
            TaskHandle<?> first = group.spawn("first", () -> {
                lock.acquire().run();
                got[0] = true;
            });
            group.spawn("second", () -> {
                lock.acquire().run();
                got[1] = true;
                lock.release().run();
            });
            AnyIO.waitAllTasksBlocked();
            first.cancel();
            lock.release().run();
        });
        assertFalse(got[0]);
        assertTrue(got[1]);
    }

    @AnyioTest
    void aGrantStandsAgainstALaterCancel() {
        Subject lock = create();
        boolean[] got = new boolean[2];
        AnyIO.createTaskGroup().run(group -> {
            lock.acquire().run();
            TaskHandle<?> waiter = group.spawn("waiter", () -> {
                lock.acquire().run();
                got[0] = true;
                try {
                    AnyIO.checkpoint();
                } catch (CancelledError e) {
                    got[1] = true;
                    throw e;
                } finally {
                    lock.release().run();
                }
            });
            AnyIO.waitAllTasksBlocked();
            lock.release().run();
            waiter.cancel();
        });
        assertTrue(got[0], "the grant was taken back");
        assertTrue(got[1], "the cancellation was lost");
        lock.acquireNowait().run();
        lock.release().run();
    }

    @AnyioTest(timeout = 60)
    void nothingIsLostUnderRandomCancels() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Subject lock = create();
        int[] inside = new int[1];
        AnyIO.createTaskGroup().run(group -> {
            for (int i = 0; i < 8; i++) {
                group.spawn(() -> {
                    for (int round = 0; round < STRESS_ROUNDS; round++) {
                        AnyIO.moveOnAfter(Duration.ofNanos(random.nextInt(20_000)), () -> {
                            lock.acquire().run();
                            try {
                                assertEquals(1, ++inside[0], () -> "seed " + seed);
                                if (random.nextBoolean()) {
                                    AnyIO.checkpoint();
                                }
                            } finally {
                                inside[0]--;
                                lock.release().run();
                            }
                        });
                        AnyIO.checkpoint();
                    }
                });
            }
        });
        lock.acquireNowait().run();
        lock.release().run();
    }
}
