package io.anyio.impl.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.Event;
import io.anyio.api.sync.Held;
import io.anyio.api.sync.WouldBlockException;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.util.ArrayList;
import java.util.List;

/** How many tokens a limiter has, and what happens when that changes. */
class LimiterTotalTest {
    /** Made by the test engine's thread, outside of any loop. */
    private final CapacityLimiter early = AnyIO.createCapacityLimiter(1);

    private static List<TaskHandle<?>> waiters(TaskGroup<?> group, CapacityLimiter limiter, int count) {
        List<TaskHandle<?>> handles = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            handles.add(group.spawn(() -> limiter.acquire()));
        }
        AnyIO.waitAllTasksBlocked();
        return handles;
    }

    private static long ended(List<TaskHandle<?>> handles) {
        AnyIO.waitAllTasksBlocked();
        return handles.stream().filter(handle -> handle.status() == TaskHandle.Status.FINISHED).count();
    }

    /** That it is no other type the compiler sees to. */
    @AnyioTest @Proves({"CL-01", "CL-02"})
    void theTotalIsAPositiveNumberOrUnlimitedOrZero() {
        for (int total : new int[]{0, 1, 40, Integer.MAX_VALUE - 1, CapacityLimiter.UNLIMITED}) {
            assertEquals(total, AnyIO.createCapacityLimiter(total).totalTokens());
        }
        IllegalArgumentException error = assertThrows(IllegalArgumentException.class,
                () -> AnyIO.createCapacityLimiter(-1));
        assertTrue(error.getMessage().contains("-1"), error.getMessage());
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(5);
        error = assertThrows(IllegalArgumentException.class, () -> limiter.totalTokens(-7));
        assertTrue(error.getMessage().contains("-7"), error.getMessage());
        assertEquals(5, limiter.totalTokens());
    }

    @AnyioTest @Proves("CL-02")
    void withZeroTokensAllWaitUntilTheTotalIsRaised(TaskGroup<Exception> group) {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(0);
        assertThrows(WouldBlockException.class, limiter::acquireNowait);
        List<TaskHandle<?>> waiters = waiters(group, limiter, 3);
        assertEquals(0, ended(waiters));
        assertEquals(3, limiter.statistics().tasksWaiting());
        limiter.totalTokens(3);
        assertEquals(3, ended(waiters));
    }

    @AnyioTest @Proves({"CL-03", "CL-25"})
    void anInfiniteLimiterNeverBlocksAndCountsBorrowers(TaskGroup<Exception> group) throws Exception {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(CapacityLimiter.UNLIMITED);
        for (int i = 0; i < 1_000; i++) {
            limiter.acquireOnBehalfOfNowait(i);
        }
        Event end = AnyIO.createEvent();
        for (int i = 0; i < 50; i++) {
            group.spawn(() -> {
                try (Held _ = limiter.hold()) {
                    end.await();
                }
            });
            group.spawn(() -> {
                limiter.acquireNowait();
                end.await();
                limiter.release();
            });
        }
        AnyIO.waitAllTasksBlocked();
        limiter.acquireOnBehalfOf("one more");
        limiter.acquire();
        assertEquals(1_102, limiter.borrowedTokens());
        assertEquals(0, limiter.statistics().tasksWaiting());
        assertEquals(CapacityLimiter.UNLIMITED, limiter.availableTokens());
        assertEquals(CapacityLimiter.UNLIMITED, limiter.totalTokens());
        assertEquals(1_102, limiter.statistics().borrowers().size());
        assertThrows(IllegalStateException.class, limiter::acquireNowait, "one token a borrower, also of so many");
        limiter.release();
        limiter.releaseOnBehalfOf("one more");
        end.set();
        AnyIO.waitAllTasksBlocked();
        assertEquals(1_000, limiter.borrowedTokens());
        limiter.releaseOnBehalfOf(17);
        assertEquals("CapacityLimiter[999 of unlimited borrowed, 0 waiting]", limiter.toString());
    }

    @AnyioTest @Proves("CL-15")
    void raisingTheTotalLetsAWaiterIn() {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
        Event inside = AnyIO.createEvent();
        Event second = AnyIO.createEvent();
        AnyIO.createTaskGroup().run(group -> {
            group.spawn("setter", () -> {
                inside.await();
                try (Held _ = limiter.hold()) {
                    second.set(); // only possible once the total has been raised
                }
            });
            group.spawn("waiter", () -> {
                try (Held _ = limiter.hold()) {
                    inside.set();
                    second.await();
                }
            });
            AnyIO.waitAllTasksBlocked();
            assertEquals(1, limiter.borrowedTokens());
            limiter.totalTokens(2);
        });
        assertTrue(second.isSet());
    }

    @AnyioTest @Proves({"CL-15", "CL-16"})
    void raisingTheTotalWakesAsManyAsTokensCameFreeAndLeavesTheRest(TaskGroup<Exception> group) {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
        limiter.acquireOnBehalfOf("first");
        List<TaskHandle<?>> waiters = waiters(group, limiter, 5);
        limiter.totalTokens(3);
        assertEquals(3, limiter.borrowedTokens());
        assertEquals(3, limiter.statistics().tasksWaiting());
        assertEquals(2, ended(waiters));
        limiter.totalTokens(10);
        assertEquals(5, ended(waiters));
        assertEquals(4, limiter.availableTokens());
        for (String newcomer : List.of("a", "b", "c", "d")) {
            limiter.acquireOnBehalfOfNowait(newcomer);
        }
        assertThrows(WouldBlockException.class, limiter::acquireNowait);
    }

    @AnyioTest @Proves({"CL-17", "CL-04"})
    void loweringTheTotalEvictsNobodyAndGrantsNothingUntilThereIsRoom(TaskGroup<Exception> group) {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(3);
        for (String borrower : List.of("a", "b", "c")) {
            limiter.acquireOnBehalfOf(borrower);
        }
        limiter.totalTokens(1);
        assertEquals(3, limiter.borrowedTokens());
        assertEquals(-2, limiter.availableTokens());
        List<TaskHandle<?>> waiters = waiters(group, limiter, 1);
        limiter.releaseOnBehalfOf("a");
        limiter.releaseOnBehalfOf("b");
        assertEquals(0, ended(waiters));
        assertEquals(0, limiter.availableTokens());
        limiter.releaseOnBehalfOf("c");
        assertEquals(1, ended(waiters));
        assertEquals(1, limiter.borrowedTokens());
    }

    @AnyioTest @Proves("CL-18")
    void raisingTheTotalToNotMoreThanWhatIsBorrowedWakesNobody(TaskGroup<Exception> group) {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(3);
        for (String borrower : List.of("a", "b", "c")) {
            limiter.acquireOnBehalfOf(borrower);
        }
        List<TaskHandle<?>> waiters = waiters(group, limiter, 2);
        limiter.totalTokens(1);
        limiter.totalTokens(2);
        assertEquals(0, ended(waiters));
        limiter.totalTokens(3);
        assertEquals(0, ended(waiters));
        assertEquals(3, limiter.borrowedTokens());
        limiter.totalTokens(4);
        assertEquals(1, ended(waiters));
        assertEquals(4, limiter.borrowedTokens());
        limiter.totalTokens(CapacityLimiter.UNLIMITED);
        assertEquals(2, ended(waiters));
    }

    @AnyioTest @Proves("CL-24")
    void aLimiterMadeAndChangedOutsideOfARunIsUsedInside(TaskGroup<Exception> group) throws Exception {
        early.acquire();
        List<TaskHandle<?>> waiters = waiters(group, early, 2);
        Outside.thread(() -> early.totalTokens(3));
        assertEquals(2, ended(waiters));
        early.release();
        assertEquals(1, early.availableTokens());
    }
}
