package io.anyio.impl.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.Condition;
import io.anyio.api.sync.Event;
import io.anyio.api.sync.Held;
import io.anyio.api.sync.Lock;
import io.anyio.api.sync.Semaphore;
import io.anyio.api.task.Block;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.testing.AnyioTest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Primitives between tasks of two loops, which really run at the same time. */
class SharedByLoopsTest {
    private static final int TASKS = 10;
    private static final int TURNS = 200;
    private static final int ROUNDS = 20_000;
    private static final long NANOS = 1_500_000_000;

    /** Runs a block in many tasks of this loop and of another one. */
    private static void inBothLoops(Block<?> turn) throws Exception {
        Block<Exception> tasks = () -> AnyIO.createTaskGroup(Exception.class).run(group -> {
            for (int i = 0; i < TASKS; i++) {
                group.spawn(() -> {
                    for (int j = 0; j < TURNS; j++) {
                        turn.run();
                    }
                });
            }
        });
        Outside other = Outside.otherLoop(tasks);
        tasks.run();
        other.await();
    }

    @AnyioTest
    void aLockExcludesTasksOfBothLoops() throws Exception {
        Lock lock = AnyIO.createLock();
        int[] plain = new int[1]; // no atomic: the lock orders memory too
        inBothLoops(() -> {
            try (Held _ = lock.hold()) {
                plain[0]++;
                if (plain[0] % 7 == 0) {
                    AnyIO.checkpoint();
                }
            }
        });
        assertEquals(2 * TASKS * TURNS, plain[0]);
        assertFalse(lock.locked());
    }

    @AnyioTest
    void aConditionHandsItemsFromOneLoopToTheOther() throws Exception {
        Lock lock = AnyIO.createLock();
        Condition notEmpty = AnyIO.createCondition(lock);
        Condition notFull = AnyIO.createCondition(lock);
        Queue<Integer> queue = new ArrayDeque<>();
        Outside producers = Outside.otherLoop(() -> AnyIO.createTaskGroup().run(group -> {
            for (int i = 0; i < 4; i++) {
                int first = i;
                group.spawn(() -> {
                    for (int item = first; item < 2_000; item += 4) {
                        try (Held _ = lock.hold()) {
                            notFull.awaitFor(() -> queue.size() < 3);
                            queue.add(item);
                            notEmpty.signal();
                        }
                    }
                });
            }
        }));
        Set<Integer> received = new HashSet<>();
        AnyIO.createTaskGroup().run(group -> {
            for (int i = 0; i < 4; i++) {
                group.spawn(() -> {
                    for (int item = 0; item < 500; item++) {
                        try (Held _ = lock.hold()) {
                            notEmpty.awaitFor(() -> !queue.isEmpty());
                            assertTrue(received.add(queue.remove()));
                            notFull.signal();
                        }
                    }
                });
            }
        });
        producers.await();
        assertEquals(2_000, received.size());
    }

    @AnyioTest
    void aSemaphoreAndALimiterBoundBothLoopsTogether() throws Exception {
        Semaphore semaphore = AnyIO.createSemaphore(3);
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(2);
        inBothLoops(() -> {
            try (Held _ = semaphore.hold(); Held _ = limiter.hold()) {
                assertTrue(limiter.borrowedTokens() <= 2);
                AnyIO.checkpoint();
            }
        });
        assertEquals(3, semaphore.value());
        assertEquals(0, limiter.borrowedTokens());
    }

    /** Fresh primitives for one round, in which the tasks of two loops meet. */
    private static final class Round {
        final Lock lock = AnyIO.createLock();
        final Semaphore semaphore = AnyIO.createSemaphore(1);
        final CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
        final Event event = AnyIO.createEvent();
        final AtomicInteger there = new AtomicInteger();

        /** Lets both continue at the same moment, unless the machine is so busy that the other one does not come. */
        void meet() {
            there.incrementAndGet();
            for (int i = 0; i < 20_000 && there.get() < 2; i++) {
                Thread.onSpinWait();
            }
        }

        void use(int number, boolean here) {
            meet();
            switch (number % 4) {
                case 0 -> lock.hold().close();
                case 1 -> semaphore.hold().close();
                case 2 -> limiter.hold().close();
                default -> {
                    if (number % 8 < 4 == here) {
                        event.set();
                    } else {
                        event.await();
                    }
                }
            }
        }
    }

    /**
     * A release between a failed attempt and the entry into the queue is not missed: nothing else would wake the task.
     */
    @AnyioTest
    void nobodyMissesAReleaseWhileHeQueuesUp() throws Exception {
        List<Round> rounds = Stream.generate(Round::new).limit(ROUNDS).toList();
        int[] last = {ROUNDS - 1};
        Outside other = Outside.otherLoop(() -> {
            for (int i = 0; i <= last[0]; i++) {
                rounds.get(i).use(i, false);
            }
        });
        int[] reached = new int[1];
        long end = System.nanoTime() + NANOS;
        boolean inTime = AnyIO.moveOnAfter(Duration.ofSeconds(15), () -> {
            for (int i = 0; i <= last[0]; i++) {
                reached[0] = i;
                if (i % 8 == 3 && System.nanoTime() > end) {
                    last[0] = i; // the other sees it, because it waits for the event that is set in this round
                }
                rounds.get(i).use(i, true);
            }
        });
        Round now = rounds.get(reached[0]);
        assertTrue(inTime, () -> "round " + reached[0] + ": " + now.lock + ", " + now.semaphore + ", " + now.limiter
                + ", " + now.event);
        other.await();
    }

    @AnyioTest
    void anEventWakesTasksOfBothLoops(TaskGroup<Exception> group) throws Exception {
        for (int round = 0; round < 50; round++) {
            Event event = AnyIO.createEvent();
            Event ready = AnyIO.createEvent();
            TaskHandle<?> here = group.spawn(event::await);
            Outside other = Outside.otherLoop(() -> AnyIO.createTaskGroup().run(there -> {
                there.spawn(event::await);
                AnyIO.waitAllTasksBlocked();
                ready.set();
            }));
            ready.await();
            AnyIO.waitAllTasksBlocked();
            assertEquals(2, event.statistics().tasksWaiting());
            Outside.thread(event::set);
            here.await();
            other.await();
        }
    }

    @AnyioTest
    void theOwnerIsNoTaskOfTheOtherLoop() throws Exception {
        Lock lock = AnyIO.createLock();
        lock.acquire();
        Outside.otherLoop(() -> {
            assertThrows(IllegalStateException.class, lock::release);
        }).await();
        assertTrue(lock.locked());
        lock.release();
    }
}
