package io.anyio.impl.sync;

import static io.anyio.impl.sync.Outside.assertCancelled;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.anyio.api.AnyIO;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.CapacityLimiterStatistics;
import io.anyio.api.sync.Held;
import io.anyio.api.sync.WouldBlockException;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tokens, their borrowers and the tasks that wait for them; for the total see {@link LimiterTotalTest}. */
class CapacityLimiterTest {
    @AnyioTest @Proves({"CL-04", "CL-22"})
    void holdTakesATokenForTheCurrentTask() {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(2);
        assertEquals(2, limiter.totalTokens());
        assertEquals(2, limiter.availableTokens());
        assertEquals(0, limiter.borrowedTokens());
        try (Held _ = limiter.hold()) {
            assertEquals(2, limiter.totalTokens());
            assertEquals(1, limiter.availableTokens());
            assertEquals(1, limiter.borrowedTokens());
            assertEquals(List.of(AnyIO.getCurrentTask()), limiter.statistics().borrowers());
        }
        assertEquals(0, limiter.borrowedTokens());
        assertThrows(ArithmeticException.class, () -> {
            try (Held _ = limiter.hold()) {
                throw new ArithmeticException();
            }
        });
        assertEquals(2, limiter.availableTokens());
    }

    @AnyioTest @Proves("CL-05")
    void acquireWaitsIfThereIsNoToken() {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
        int[] inside = new int[1];
        int[] turns = new int[1];
        AnyIO.createTaskGroup().run(group -> {
            for (int i = 0; i < 3; i++) {
                group.spawn(() -> {
                    for (int turn = 0; turn < 5; turn++) {
                        limiter.acquire();
                        try {
                            assertEquals(1, ++inside[0]);
                            AnyIO.checkpoint();
                            inside[0]--;
                            turns[0]++;
                        } finally {
                            limiter.release();
                        }
                    }
                });
            }
        });
        assertEquals(15, turns[0]);
        assertEquals(0, limiter.borrowedTokens());
    }

    @AnyioTest @Proves({"CL-06", "CL-26"})
    void acquireNowaitTakesATokenOrRefuses(TaskGroup<Exception> group) {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
        limiter.acquireNowait();
        assertEquals(List.of(AnyIO.getCurrentTask()), limiter.statistics().borrowers());
        group.spawn(() -> {
            assertThrows(WouldBlockException.class, limiter::acquireNowait);
            assertThrows(WouldBlockException.class, () -> limiter.acquireOnBehalfOfNowait("x"));
        }).await();
        limiter.release();
        assertEquals(0, limiter.borrowedTokens());
    }

    @AnyioTest @Proves({"CL-07", "CL-14"})
    void aReleasedTokenIsBookedOnTheNextWaiterInTheSameStep(TaskGroup<Exception> group) {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
        limiter.acquire();
        TaskHandle<?> waiter = group.spawn(() -> limiter.hold().close());
        AnyIO.waitAllTasksBlocked();
        limiter.release();
        assertEquals(1, limiter.borrowedTokens());
        assertEquals(0, limiter.availableTokens());
        assertEquals(List.of(waiter.info()), limiter.statistics().borrowers());
        assertThrows(WouldBlockException.class, limiter::acquireNowait);
        assertThrows(WouldBlockException.class, () -> limiter.acquireOnBehalfOfNowait("thief"));
        waiter.await();
        assertEquals(1, limiter.availableTokens());
    }

    @AnyioTest @Proves("CL-07")
    void acquireNowaitRefusesWhileOthersWait(TaskGroup<Exception> group) {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(2);
        limiter.acquireOnBehalfOf("a");
        limiter.acquireOnBehalfOf("b");
        TaskHandle<?> waiters = group.spawn(() -> AnyIO.createTaskGroup().run(inner -> {
            for (int i = 0; i < 3; i++) {
                inner.spawn(() -> limiter.hold().close());
            }
        }));
        AnyIO.waitAllTasksBlocked();
        for (String borrower : List.of("a", "b")) {
            limiter.releaseOnBehalfOf(borrower); // a token becomes free, but waiting tasks come first
            assertThrows(WouldBlockException.class, limiter::acquireNowait);
        }
        waiters.await();
        limiter.acquireNowait();
        limiter.release();
    }

    @AnyioTest @Proves({"CL-08", "CL-09"})
    void aTokenIsBookedOnAnyObjectByEquality() {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(3);
        Object identity = new Object();
        limiter.acquireOnBehalfOf(identity);
        limiter.acquireOnBehalfOfNowait(new StringBuilder("job").toString());
        assertEquals(Set.of(identity, "job"), Set.copyOf(limiter.statistics().borrowers()));
        assertThrows(IllegalStateException.class, () -> limiter.acquireOnBehalfOf(identity));
        IllegalStateException error = assertThrows(IllegalStateException.class,
                () -> limiter.acquireOnBehalfOfNowait(new StringBuilder("job").toString()));
        assertTrue(error.getMessage().contains("job already holds"), error.getMessage());
        limiter.acquireOnBehalfOf(new Object());
        assertEquals(3, limiter.borrowedTokens());
        limiter.releaseOnBehalfOf(new StringBuilder("job").toString());
        limiter.releaseOnBehalfOf(identity);
        assertEquals(1, limiter.borrowedTokens());
    }

    @AnyioTest @Proves("CL-08")
    void borrowersWithTheSameHashAreToldApart() {
        record Job(String name) {
            @Override
            public int hashCode() {
                return 7;
            }
        }
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(10);
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 10; i++) {
                limiter.acquireOnBehalfOf(new Job("job " + i));
                int number = i;
                assertThrows(IllegalStateException.class, () -> limiter.acquireOnBehalfOf(new Job("job " + number)));
            }
            assertThrows(WouldBlockException.class, () -> limiter.acquireOnBehalfOfNowait(new Job("job 10")));
            for (int i : new int[]{3, 0, 9, 5, 4, 8, 1, 2, 7, 6}) {
                limiter.releaseOnBehalfOf(new Job("job " + i));
                assertThrows(IllegalStateException.class, () -> limiter.releaseOnBehalfOf(new Job("job " + i)));
            }
            assertEquals(new CapacityLimiterStatistics(0, 10, List.of(), 0), limiter.statistics());
        }
    }

    @AnyioTest
    void theEqualsOfABorrowerMayUseTheLimiter() {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(2);
        record Nosy(CapacityLimiter limiter, String name) {
            @Override
            public boolean equals(Object other) {
                AnyIO.checkpoint();
                return limiter.borrowedTokens() > 0 && other instanceof Nosy nosy && nosy.name.equals(name);
            }

            @Override
            public int hashCode() {
                return limiter.statistics().tasksWaiting();
            }
        }
        limiter.acquireOnBehalfOf(new Nosy(limiter, "a"));
        limiter.acquireOnBehalfOf(new Nosy(limiter, "b"));
        assertThrows(IllegalStateException.class, () -> limiter.acquireOnBehalfOf(new Nosy(limiter, "b")));
        limiter.releaseOnBehalfOf(new Nosy(limiter, "a"));
        limiter.releaseOnBehalfOf(new Nosy(limiter, "b"));
    }

    @AnyioTest @Proves("CL-09")
    void theSameTaskCannotBorrowTwice() {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(2);
        limiter.acquire();
        IllegalStateException error = assertThrows(IllegalStateException.class, limiter::acquire);
        assertTrue(error.getMessage().contains("already holds"), error.getMessage());
        assertThrows(IllegalStateException.class, limiter::acquireNowait);
        assertThrows(IllegalStateException.class, limiter::hold);
        assertThrows(IllegalStateException.class, () -> limiter.acquireOnBehalfOf(AnyIO.getCurrentTask()));
        assertEquals(1, limiter.borrowedTokens());
        limiter.release();
    }

    @AnyioTest @Proves("CL-10")
    void aBorrowerThatWaitsAlreadyIsRejected(TaskGroup<Exception> group) {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
        limiter.acquireOnBehalfOf("holder");
        TaskHandle<?> first = group.spawn(() -> limiter.acquireOnBehalfOf("twice"));
        AnyIO.waitAllTasksBlocked();
        assertThrows(IllegalStateException.class, () -> limiter.acquireOnBehalfOf("twice"));
        assertThrows(IllegalStateException.class, () -> limiter.acquireOnBehalfOfNowait("twice"));
        assertTrue(assertThrows(IllegalStateException.class, () -> limiter.releaseOnBehalfOf("twice")).getMessage()
                .endsWith(", it still waits for one"));
        assertEquals(1, limiter.statistics().tasksWaiting());
        limiter.releaseOnBehalfOf("holder");
        first.await();
        assertEquals(List.of("twice"), limiter.statistics().borrowers());
    }

    @AnyioTest @Proves("CL-11")
    void releaseWithoutATokenIsAnError(TaskGroup<Exception> group) {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
        IllegalStateException error = assertThrows(IllegalStateException.class, limiter::release);
        assertTrue(error.getMessage().endsWith("holds none of the tokens of " + limiter), error.getMessage());
        assertThrows(IllegalStateException.class, () -> limiter.releaseOnBehalfOf("nobody"));
        limiter.acquire();
        group.spawn(() -> {
            assertThrows(IllegalStateException.class, limiter::release);
        }).await();
        limiter.release();
        assertThrows(IllegalStateException.class, limiter::release);
        assertEquals(1, limiter.availableTokens());
    }

    @AnyioTest @Proves("CL-12")
    void anotherTaskOrThreadMayReleaseABorrowersToken(TaskGroup<Exception> group) throws Exception {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
        limiter.acquireOnBehalfOf("worker");
        group.spawn(() -> limiter.releaseOnBehalfOf("worker")).await();
        assertEquals(0, limiter.borrowedTokens());
        limiter.acquire();
        TaskHandle<?> waiter = group.spawn(() -> limiter.acquireOnBehalfOf("worker"));
        AnyIO.waitAllTasksBlocked();
        Object me = AnyIO.getCurrentTask();
        Outside.thread(() -> limiter.releaseOnBehalfOf(me));
        waiter.await();
        Outside.thread(() -> {
            limiter.releaseOnBehalfOf("worker");
            limiter.acquireOnBehalfOfNowait("thread");
        });
        assertEquals(List.of("thread"), limiter.statistics().borrowers());
    }

    @AnyioTest @Proves("CL-13")
    void waitersAreServedInTheOrderInWhichTheyAsked() {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
        List<Integer> order = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> {
            limiter.acquire();
            for (int i = 0; i < 10; i++) {
                int number = i;
                group.spawn(() -> {
                    try (Held _ = limiter.hold()) {
                        order.add(number);
                    }
                });
            }
            AnyIO.waitAllTasksBlocked();
            limiter.release();
        });
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), order);
    }

    @AnyioTest @Proves("CL-19")
    void aCancelledWaiterIsRemovedAndLosesNoToken() {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
        List<String> reached = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> {
            limiter.acquire();
            TaskHandle<?> cancelled = group.spawn(() -> limiter.acquireOnBehalfOf("again"));
            group.spawn(() -> {
                limiter.hold().close();
                reached.add("later one");
            });
            AnyIO.waitAllTasksBlocked();
            assertEquals(2, limiter.statistics().tasksWaiting());
            cancelled.cancel();
            assertEquals(1, limiter.statistics().tasksWaiting());
            assertThrows(WouldBlockException.class, () -> limiter.acquireOnBehalfOfNowait("again"));
            limiter.release();
        });
        assertEquals(List.of("later one"), reached);
        limiter.acquireOnBehalfOf("again");
        assertEquals(List.of("again"), limiter.statistics().borrowers());
    }

    @AnyioTest @Proves("CL-20")
    void aTokenThatWasBookedStaysThoughTheTaskIsCancelledBeforeItRuns() {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
        List<String> reached = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> {
            limiter.acquire();
            TaskHandle<?> waiter = group.spawn(() -> {
                try (Held _ = limiter.hold()) {
                    reached.add("has it");
                    AnyIO.checkpoint();
                    reached.add("went on");
                }
            });
            AnyIO.waitAllTasksBlocked();
            limiter.release();
            waiter.cancel();
            assertEquals(1, limiter.borrowedTokens());
        });
        assertEquals(List.of("has it"), reached);
        assertEquals(0, limiter.borrowedTokens());
    }

    @AnyioTest @Proves("CL-21")
    void acquireInACancelledScopeThrowsAndBooksNothing() {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
        assertCancelled(limiter::acquire);
        assertCancelled(limiter::hold);
        assertCancelled(() -> limiter.acquireOnBehalfOf("x"));
        assertEquals(new CapacityLimiterStatistics(0, 1, List.of(), 0), limiter.statistics());
    }

    @AnyioTest @Proves("CL-23")
    void statisticsTellBorrowersAndWaiters(TaskGroup<Exception> group) {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(1, o -> o.name("database"));
        assertEquals(new CapacityLimiterStatistics(0, 1, List.of(), 0), limiter.statistics());
        limiter.acquire();
        for (int i = 1; i <= 3; i++) {
            group.spawn(() -> limiter.hold().close());
            AnyIO.waitAllTasksBlocked();
            assertEquals(new CapacityLimiterStatistics(1, 1, List.of(AnyIO.getCurrentTask()), i), limiter.statistics());
        }
        assertEquals("database", limiter.name());
        assertEquals("CapacityLimiter[database, 1 of 1 borrowed, 3 waiting]", limiter.toString());
        limiter.release();
        AnyIO.waitAllTasksBlocked();
        assertEquals(new CapacityLimiterStatistics(0, 1, List.of(), 0), limiter.statistics());
    }

    @AnyioTest
    void closingAHoldTwiceGivesBackOnce(TaskGroup<Exception> group) {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
        Held held = limiter.hold();
        group.spawn(held::close).await(); // the task that took the token is its borrower, whichever task closes it
        assertEquals(0, limiter.borrowedTokens());
        limiter.acquire();
        held.close();
        assertEquals(1, limiter.borrowedTokens());
        limiter.release();
    }

    /** It may be called without any memory left; otherwise the token would be lost. */
    @Test
    void aReleaseTakesNoMemory() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
        // its hash code is in no cache
        Object borrower = 100_000;
        long taken = -1;
        // what is done for the first time may be linked
        for (int round = 0; round < 3; round++) {
            limiter.acquireOnBehalfOfNowait(borrower);
            long before = threads.getCurrentThreadAllocatedBytes();
            limiter.releaseOnBehalfOf(borrower);
            taken = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(0, taken);
    }
}
