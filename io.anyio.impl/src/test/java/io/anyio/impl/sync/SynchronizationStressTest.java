package io.anyio.impl.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.CapacityLimiterStatistics;
import io.anyio.api.sync.Condition;
import io.anyio.api.sync.Event;
import io.anyio.api.sync.Held;
import io.anyio.api.sync.Lock;
import io.anyio.api.sync.LockStatistics;
import io.anyio.api.sync.Semaphore;
import io.anyio.api.sync.SemaphoreStatistics;
import io.anyio.api.sync.WouldBlockException;
import io.anyio.api.task.CancelScope;
import io.anyio.testing.AnyioTest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Every primitive at once, between the tasks of two loops, while foreign threads cancel at random: nothing is lost, and
 * no task is left waiting.
 *
 * <p>{@code -Danyio.seed} repeats a failed run, except for the timing of threads.
 */
class SynchronizationStressTest {
    private static final int TASKS = 24;
    private static final int SLOTS = 3;
    private static final int TOKENS = 2;
    private static final int ROOM = 2;

    /** For so long, and longer if the machine is so busy that not enough has happened. */
    private static final long NANOS = 600_000_000;
    private static final long PATIENCE = 8_000_000_000L;
    private static final int TURNS = 3_000;

    private final long seed = Long.getLong("anyio.seed", System.nanoTime());
    private final long end = System.nanoTime() + NANOS;

    private final Lock lock = AnyIO.createLock();
    private final Lock roomLock = AnyIO.createLock();
    private final Condition notEmpty = AnyIO.createCondition(roomLock);
    private final Condition notFull = AnyIO.createCondition(roomLock);
    private final Semaphore semaphore = AnyIO.createSemaphore(SLOTS, o -> o.maxValue(SLOTS));
    private final CapacityLimiter limiter = AnyIO.createCapacityLimiter(TOKENS);
    private final AtomicReference<Event> event = new AtomicReference<>(AnyIO.createEvent());

    /** The scopes of the tasks, for the threads that cancel. */
    private final AtomicReferenceArray<CancelScope> scopes = new AtomicReferenceArray<>(2 * TASKS);
    private final Queue<Runnable> forForeigners = new ConcurrentLinkedQueue<>();
    private final AtomicInteger withSlot = new AtomicInteger();
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger received = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final AtomicInteger finished = new AtomicInteger();
    private final AtomicInteger left = new AtomicInteger(2 * TASKS);
    private final Queue<Integer> room = new ArrayDeque<>();
    private Object inside;

    @AnyioTest(timeout = 60)
    void betweenTwoLoopsOfTheSameKind() throws Exception {
        stress(TaskContext.current("test").backend());
    }

    @AnyioTest(timeout = 60)
    void betweenTwoLoopsOfDifferentKind() throws Exception {
        stress(TaskContext.current("test").backend().equals("pool") ? "carrier" : "pool");
    }

    private void stress(String otherBackend) throws Exception {
        try {
            Outside first = Outside.onThread(() -> disturb(1));
            Outside second = Outside.onThread(() -> disturb(2));
            Outside other = Outside.otherLoop(otherBackend, () -> tasks(TASKS));
            tasks(0);
            other.await();
            first.await();
            second.await();
            assertNothingIsLost();
        } catch (Throwable e) {
            left.set(0);
            throw new AssertionError(
                    "seed " + seed + ": " + lock + ", " + notEmpty + ", " + notFull + ", " + semaphore + ", " + limiter
                            + ", " + event.get() + ", " + finished + " turns finished, " + cancelled + " cancelled",
                    e);
        }
    }

    private void assertNothingIsLost() {
        assertFalse(lock.locked());
        assertEquals(0, lock.statistics().tasksWaiting());
        assertFalse(roomLock.locked());
        assertEquals(0, notEmpty.statistics().tasksWaiting() + notFull.statistics().tasksWaiting());
        assertEquals(sent.get(), received.get() + room.size());
        assertEquals(new SemaphoreStatistics(SLOTS, 0), semaphore.statistics());
        limiter.totalTokens(TOKENS);
        assertEquals(new CapacityLimiterStatistics(0, TOKENS, List.of(), 0), limiter.statistics());
        assertEquals(0, event.get().statistics().tasksWaiting());
        assertTrue(cancelled.get() > 0 && finished.get() > 0, "Not stressed");
    }

    private boolean goesOn() {
        long late = System.nanoTime() - end;
        return late < 0 || (late < PATIENCE && finished.get() < TURNS);
    }

    /** The tasks of one loop; all end by themselves, or it hangs and the test's timeout tells where. */
    private void tasks(int from) {
        AnyIO.createTaskGroup().run(group -> {
            for (int i = from; i < from + TASKS; i++) {
                int slot = i;
                group.spawn("stress " + i, () -> {
                    Random random = new Random(seed + slot);
                    while (goesOn()) {
                        inScope(slot, random);
                        if (random.nextInt(100) == 0) {
                            AnyIO.sleep(Duration.ofNanos(random.nextInt(200_000)));
                        }
                    }
                    left.decrementAndGet();
                });
            }
            group.spawn("drain", this::drain);
        });
    }

    /** Lets tasks continue whose counterparts have ended. */
    private void drain() {
        while (goesOn()) {
            AnyIO.sleep(Duration.ofMillis(10));
        }
        while (left.get() > 0) {
            event.get().set();
            limiter.totalTokens(TOKENS);
            try (Held _ = roomLock.hold()) {
                notEmpty.signalAll();
                notFull.signalAll();
            }
            AnyIO.sleep(Duration.ofMillis(1));
        }
    }

    /** Checks what holds at any time: no task waits for something that is available. */
    private void checkInvariants() {
        SemaphoreStatistics slots = semaphore.statistics();
        assertTrue(slots.tasksWaiting() == 0 || slots.value() == 0, slots::toString);
        CapacityLimiterStatistics tokens = limiter.statistics();
        assertTrue(tokens.tasksWaiting() == 0 || tokens.borrowedTokens() >= tokens.totalTokens(), tokens::toString);
        assertEquals(tokens.borrowedTokens(), tokens.borrowers().size());
        LockStatistics held = lock.statistics();
        assertTrue(held.tasksWaiting() == 0 || held.locked(), held::toString);
        Event now = event.get();
        assertTrue(!now.isSet() || now.statistics().tasksWaiting() == 0, now::toString);
    }

    private void inScope(int slot, Random random) {
        CancelScope scope = AnyIO.openCancelScope(
                o -> random.nextInt(4) == 0 ? o.timeout(Duration.ofNanos(random.nextInt(300_000))) : o);
        scopes.set(slot, scope);
        scope.run(() -> {
            if (random.nextInt(4) == 0) {
                AnyIO.openCancelScope(o -> o.shield(true)).run(() -> {
                    turn(slot, random);
                    scope.deadline(AnyIO.currentTime().plus(Duration.ofNanos(random.nextInt(100_000))));
                });
            } else if (random.nextInt(4) == 0) {
                CancelScope inner = AnyIO.openCancelScope();
                inner.run(() -> {
                    inner.shield(true);
                    AnyIO.checkpoint();
                    inner.shield(false);
                    turn(slot, random);
                });
            } else {
                turn(slot, random);
            }
            finished.incrementAndGet();
        });
        if (scope.cancelledCaught()) {
            cancelled.incrementAndGet();
        }
    }

    private void turn(int slot, Random random) {
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3 -> useLock(random);
            case 4, 5, 6 -> useSemaphore(random);
            case 7, 8 -> useLimiter(slot, random);
            case 9 -> limiter.totalTokens(random.nextInt(20) == 0 ? 0 : TOKENS + random.nextInt(2));
            case 10, 11 -> put(slot);
            case 12, 13 -> take();
            case 14 -> event.get().await();
            default -> {
                Event before = event.getAndSet(AnyIO.createEvent());
                if (random.nextBoolean()) {
                    before.set();
                } else {
                    forForeigners.add(before::set);
                }
            }
        }
    }

    private void useLock(Random random) {
        if (random.nextInt(4) == 0) {
            try {
                lock.acquireNowait();
            } catch (WouldBlockException e) {
                return;
            }
        } else {
            lock.acquire();
        }
        try {
            assertEquals(null, inside);
            inside = AnyIO.getCurrentTask();
            try {
                if (random.nextBoolean()) {
                    AnyIO.checkpoint();
                }
            } finally {
                inside = null;
            }
        } finally {
            lock.release();
        }
    }

    private void useSemaphore(Random random) {
        semaphore.acquire();
        boolean foreign = false;
        try {
            assertTrue(withSlot.incrementAndGet() <= SLOTS);
            AnyIO.checkpoint();
            foreign = random.nextInt(3) == 0;
        } finally {
            withSlot.decrementAndGet();
            if (foreign) {
                forForeigners.add(semaphore::release);
            } else {
                semaphore.release();
            }
        }
    }

    private void useLimiter(int slot, Random random) {
        if (random.nextBoolean()) {
            try (Held _ = limiter.hold()) {
                AnyIO.checkpoint();
            }
            return;
        }
        String borrower = "borrower " + slot;
        limiter.acquireOnBehalfOf(borrower);
        forForeigners.add(() -> limiter.releaseOnBehalfOf("borrower " + slot));
        // Only once it was given back may it be borrowed again.
        while (limiter.statistics().borrowers().contains(borrower)) {
            AnyIO.cancelShieldedCheckpoint();
        }
    }

    private void put(int item) {
        try (Held _ = roomLock.hold()) {
            notFull.awaitFor(() -> room.size() < ROOM || !goesOn());
            room.add(item);
            sent.incrementAndGet();
            notEmpty.signal();
        }
    }

    private void take() {
        try (Held _ = roomLock.hold()) {
            notEmpty.awaitFor(() -> !room.isEmpty() || !goesOn());
            if (room.poll() != null) {
                received.incrementAndGet();
            }
            notFull.signal(2);
        }
    }

    /** Cancels, sets and releases from a thread that is no task. */
    private void disturb(int number) {
        Random random = new Random(seed - number);
        while (left.get() > 0 || !forForeigners.isEmpty()) {
            CancelScope scope = scopes.get(random.nextInt(2 * TASKS));
            if (scope != null && random.nextInt(4) == 0 && goesOn()) {
                scope.cancel();
            }
            for (Runnable todo = forForeigners.poll(); todo != null; todo = forForeigners.poll()) {
                todo.run();
            }
            if (random.nextInt(10) == 0) {
                event.get().set();
                limiter.totalTokens(TOKENS);
            }
            checkInvariants();
            LockSupport.parkNanos(random.nextInt(20_000));
        }
    }
}
