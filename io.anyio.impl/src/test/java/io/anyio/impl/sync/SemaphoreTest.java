package io.anyio.impl.sync;

import static io.anyio.impl.sync.Outside.assertCancelled;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.Held;
import io.anyio.api.sync.Semaphore;
import io.anyio.api.sync.SemaphoreStatistics;
import io.anyio.api.sync.WouldBlockException;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

class SemaphoreTest {
    /** Made by the test engine's thread, outside of any loop. */
    private final Semaphore early = AnyIO.createSemaphore(1);

    @AnyioTest @Proves({"SE-01", "SE-13"})
    void twoTasksHoldASlotEach() {
        Semaphore semaphore = AnyIO.createSemaphore(2);
        assertEquals(2, semaphore.value());
        AnyIO.createTaskGroup().run(group -> {
            for (int i = 1; i <= 2; i++) {
                group.spawn("task " + i, () -> {
                    try (Held _ = semaphore.hold()) {
                        int value = semaphore.value();
                        assertTrue(value == 0 || value == 1, "value " + value);
                        AnyIO.checkpoint();
                    }
                });
            }
        });
        assertEquals(2, semaphore.value());
    }

    @AnyioTest @Proves("SE-01")
    void acquireLowersTheValueAndReleaseRaisesIt() {
        Semaphore semaphore = AnyIO.createSemaphore(2);
        semaphore.acquire();
        assertEquals(1, semaphore.value());
        semaphore.acquire();
        assertEquals(0, semaphore.value());
        semaphore.release();
        assertEquals(1, semaphore.value());
        semaphore.release();
        assertEquals(2, semaphore.value());
    }

    @AnyioTest @Proves({"SE-02", "SE-05", "SE-15"})
    void acquireBlocksAtZeroAndACancelLosesNothing() {
        Semaphore semaphore = AnyIO.createSemaphore(1);
        List<String> reached = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> {
            semaphore.acquire();
            group.spawn(() -> {
                reached.add("started");
                try (Held _ = semaphore.hold()) {
                    reached.add("acquired");
                }
            });
            AnyIO.waitAllTasksBlocked();
            assertEquals(new SemaphoreStatistics(0, 1), semaphore.statistics());
            group.cancel();
            assertEquals(new SemaphoreStatistics(0, 0), semaphore.statistics());
            semaphore.release();
        });
        assertEquals(List.of("started"), reached);
        assertEquals(1, semaphore.value());
    }

    @AnyioTest @Proves("SE-03")
    void waitersAreServedInTheOrderInWhichTheyAsked() {
        Semaphore semaphore = AnyIO.createSemaphore(0);
        List<Integer> order = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> {
            for (int i = 0; i < 10; i++) {
                int number = i;
                group.spawn(() -> {
                    semaphore.acquire();
                    order.add(number);
                });
            }
            AnyIO.waitAllTasksBlocked();
            for (int i = 0; i < 10; i++) {
                semaphore.release();
            }
        });
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), order);
        assertEquals(0, semaphore.value());
    }

    @AnyioTest @Proves({"SE-04", "SE-14"})
    void aReleasedSlotIsReservedForTheLongestWaiter(TaskGroup<Exception> group) {
        Semaphore semaphore = AnyIO.createSemaphore(1);
        semaphore.acquire();
        List<String> order = new ArrayList<>();
        TaskHandle<?> waiter = group.spawn(() -> {
            semaphore.acquire();
            order.add("waiter");
            semaphore.release();
        });
        AnyIO.waitAllTasksBlocked();
        semaphore.release();
        assertEquals(0, semaphore.value());
        assertThrows(WouldBlockException.class, semaphore::acquireNowait);
        semaphore.acquire();
        order.add("newcomer");
        waiter.awaitEnd();
        semaphore.release();
        assertEquals(List.of("waiter", "newcomer"), order);
        assertEquals(1, semaphore.value());
    }

    @AnyioTest @Proves("SE-06")
    void aSlotThatWasHandedOverStaysWithTheTaskThoughItIsCancelledBeforeItRuns() {
        Semaphore semaphore = AnyIO.createSemaphore(1);
        List<String> reached = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> {
            semaphore.acquire();
            TaskHandle<?> waiter = group.spawn(() -> {
                semaphore.acquire();
                try {
                    reached.add("has it");
                    AnyIO.checkpoint();
                    reached.add("went on");
                } finally {
                    semaphore.release();
                }
            });
            AnyIO.waitAllTasksBlocked();
            semaphore.release();
            waiter.cancel();
        });
        assertEquals(List.of("has it"), reached);
        assertEquals(1, semaphore.value());
    }

    @AnyioTest @Proves("SE-07")
    void aCancelledWaiterIsSkipped() {
        Semaphore semaphore = AnyIO.createSemaphore(0);
        List<Integer> served = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> {
            List<TaskHandle<?>> waiters = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int number = i;
                waiters.add(group.spawn(() -> {
                    semaphore.acquire();
                    served.add(number);
                }));
            }
            AnyIO.waitAllTasksBlocked();
            waiters.getFirst().cancel();
            semaphore.release();
            semaphore.release();
        });
        assertEquals(List.of(1, 2), served);
        assertEquals(0, semaphore.value());
    }

    @AnyioTest @Proves("SE-08")
    void acquireInACancelledScopeThrowsAndTakesNothing() {
        Semaphore semaphore = AnyIO.createSemaphore(1);
        assertCancelled(semaphore::acquire);
        assertCancelled(semaphore::hold);
        assertEquals(1, semaphore.value());
    }

    @AnyioTest @Proves("SE-09")
    void anyTaskAndAnyThreadMayRelease(TaskGroup<Exception> group) throws Exception {
        Semaphore semaphore = AnyIO.createSemaphore(1);
        semaphore.acquire();
        group.spawn(semaphore::release).await();
        assertEquals(1, semaphore.value());
        semaphore.acquire();
        TaskHandle<?> waiter = group.spawn(semaphore::acquire);
        AnyIO.waitAllTasksBlocked();
        Outside.thread(semaphore::release);
        waiter.await();
        Outside.thread(() -> {
            semaphore.release();
            semaphore.acquireNowait();
            semaphore.release();
        });
        assertEquals(1, semaphore.value());
    }

    @AnyioTest @Proves("SE-10")
    void withoutAMaximumReleaseRaisesTheValueAboveTheInitialOne() {
        Semaphore semaphore = AnyIO.createSemaphore(0);
        assertEquals(OptionalInt.empty(), semaphore.maxValue());
        for (int i = 1; i <= 10; i++) {
            semaphore.release();
            assertEquals(i, semaphore.value());
        }
    }

    @AnyioTest @Proves("SE-11")
    void aReleaseAboveTheMaximumIsAnError() {
        Semaphore semaphore = AnyIO.createSemaphore(1, o -> o.maxValue(2));
        assertEquals(OptionalInt.of(2), semaphore.maxValue());
        semaphore.release();
        IllegalStateException error = assertThrows(IllegalStateException.class, semaphore::release);
        assertTrue(error.getMessage().contains("at its maximum 2"), error.getMessage());
        assertEquals(2, semaphore.value());
        IllegalArgumentException below = assertThrows(IllegalArgumentException.class,
                () -> AnyIO.createSemaphore(2, o -> o.maxValue(1)));
        assertTrue(below.getMessage().contains("1 < 2"), below.getMessage());
    }

    /** That it is an integer the compiler sees to. */
    @AnyioTest @Proves("SE-12")
    void aNegativeInitialValueIsRejected() {
        IllegalArgumentException error = assertThrows(IllegalArgumentException.class, () -> AnyIO.createSemaphore(-1));
        assertTrue(error.getMessage().contains("-1"), error.getMessage());
        assertEquals(0, AnyIO.createSemaphore(0).value());
    }

    @AnyioTest @Proves("SE-13")
    void aBlockThatThrowsReleasesItsSlot() {
        Semaphore semaphore = AnyIO.createSemaphore(1);
        assertThrows(ArithmeticException.class, () -> {
            try (Held _ = semaphore.hold()) {
                assertEquals(0, semaphore.value());
                throw new ArithmeticException();
            }
        });
        assertEquals(1, semaphore.value());
        Held held = semaphore.hold();
        held.close();
        held.close();
        assertEquals(1, semaphore.value());
    }

    @AnyioTest @Proves("SE-14")
    void acquireNowaitTakesASlotOrRefuses() {
        Semaphore semaphore = AnyIO.createSemaphore(1);
        semaphore.acquireNowait();
        assertEquals(0, semaphore.value());
        assertThrows(WouldBlockException.class, semaphore::acquireNowait);
        semaphore.release();
        assertEquals(1, semaphore.value());
    }

    @AnyioTest @Proves("SE-15")
    void statisticsCountWaiters(TaskGroup<Exception> group) {
        Semaphore semaphore = AnyIO.createSemaphore(1);
        assertEquals(new SemaphoreStatistics(1, 0), semaphore.statistics());
        semaphore.acquire();
        for (int i = 1; i <= 3; i++) {
            group.spawn(semaphore::acquire);
            AnyIO.waitAllTasksBlocked();
            assertEquals(new SemaphoreStatistics(0, i), semaphore.statistics());
        }
        for (int i = 2; i >= 0; i--) {
            semaphore.release();
            assertEquals(new SemaphoreStatistics(0, i), semaphore.statistics());
        }
        assertEquals("Semaphore[0 free, 0 waiting]", semaphore.toString());
    }

    @AnyioTest
    void aSemaphoreMadeOutsideOfARunIsUsedInside(TaskGroup<Exception> group) {
        early.acquire();
        TaskHandle<?> waiter = group.spawn(early::acquire);
        assertTrue(AnyIO.moveOnAfter(Duration.ofSeconds(5), AnyIO::waitAllTasksBlocked));
        early.release();
        waiter.await();
    }
}
