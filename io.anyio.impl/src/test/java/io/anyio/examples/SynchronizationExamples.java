package io.anyio.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.BrokenLockException;
import io.anyio.api.sync.BusyResourceException;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.CapacityLimiterStatistics;
import io.anyio.api.sync.Condition;
import io.anyio.api.sync.Event;
import io.anyio.api.sync.Held;
import io.anyio.api.sync.Lock;
import io.anyio.api.sync.LockStatistics;
import io.anyio.api.sync.ResourceGuard;
import io.anyio.api.sync.Semaphore;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.sync.WouldBlockException;
import io.anyio.testing.AnyioTest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/** The examples of docs/synchronization.md. */
class SynchronizationExamples {
    private int balance = 10;

    private int readBalance() {
        AnyIO.checkpoint();
        return balance;
    }

    private void writeBalance(int value) {
        AnyIO.checkpoint();
        balance = value;
    }

    @AnyioTest
    void locks() {
        Lock lock = AnyIO.createLock();
        AnyIO.createTaskGroup().run(group -> {
            for (int i = 0; i < 3; i++) {
                group.spawn("deposit", () -> {
                    try (Held _ = lock.hold()) {
                        int before = readBalance();
                        writeBalance(before + 5);
                    }
                });
            }
        });
        assertEquals(25, balance);

        lock.acquire();
        try {
            writeBalance(0);
        } finally {
            lock.release();
        }

        try {
            lock.acquireNowait();
            lock.release();
        } catch (WouldBlockException e) {
            // somebody else has it
        }
        assertFalse(lock.locked());
    }

    @AnyioTest
    void brokenLocks() {
        Lock lock = AnyIO.createLock();
        AnyIO.createTaskGroup().run(group -> {
            group.spawn("careless", () -> lock.acquire());
            AnyIO.waitAllTasksBlocked();
            assertThrows(BrokenLockException.class, () -> lock.acquire());
        });
    }

    @AnyioTest
    void events() {
        Event ready = AnyIO.createEvent();
        List<String> order = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> {
            group.spawn("client", () -> {
                ready.await();
                order.add("connected");
            });
            order.add("listening");
            ready.set();
        });
        assertEquals(List.of("listening", "connected"), order);
    }

    /** A queue that holds no more than so many items. */
    static final class Mailbox {
        private final Lock lock = AnyIO.createLock();
        private final Condition notEmpty = AnyIO.createCondition(lock);
        private final Condition notFull = AnyIO.createCondition(lock);
        private final Queue<String> letters = new ArrayDeque<>();

        void put(String letter) {
            try (Held _ = lock.hold()) {
                notFull.awaitFor(() -> letters.size() < 2);
                letters.add(letter);
                notEmpty.signal();
            }
        }

        String take() {
            try (Held _ = lock.hold()) {
                String letter = notEmpty.awaitValue(() -> Optional.ofNullable(letters.poll()));
                notFull.signal();
                return letter;
            }
        }
    }

    @AnyioTest
    void conditions() {
        Mailbox mailbox = new Mailbox();
        List<String> read = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> {
            group.spawn("reader", () -> {
                for (int i = 0; i < 4; i++) {
                    read.add(mailbox.take());
                }
            });
            for (String letter : List.of("a", "b", "c", "d")) {
                mailbox.put(letter);
            }
        });
        assertEquals(List.of("a", "b", "c", "d"), read);
    }

    @AnyioTest
    void semaphores() {
        Semaphore downloads = AnyIO.createSemaphore(2, options -> options.maxValue(2));
        AnyIO.createTaskGroup().run(group -> {
            for (int i = 0; i < 5; i++) {
                group.spawn("download " + i, () -> {
                    try (Held _ = downloads.hold()) {
                        assertTrue(downloads.value() < 2);
                        AnyIO.checkpoint();
                    }
                });
            }
        });
        assertEquals(2, downloads.value());
    }

    @AnyioTest
    void limiters() {
        CapacityLimiter connections = AnyIO.createCapacityLimiter(2, options -> options.name("database"));
        try (Held _ = connections.hold()) {
            connections.acquireOnBehalfOf("nightly job");
            assertThrows(WouldBlockException.class, () -> connections.acquireOnBehalfOfNowait("report"));
            connections.totalTokens(3);
            connections.acquireOnBehalfOfNowait("report");
            CapacityLimiterStatistics now = connections.statistics();
            assertEquals(3, now.borrowedTokens());
            assertTrue(now.borrowers().contains("nightly job"));
        }
        connections.releaseOnBehalfOf("nightly job");
        connections.releaseOnBehalfOf("report");
    }

    @AnyioTest
    void guards() {
        ResourceGuard reading = AnyIO.createResourceGuard("reading from");
        try (Held _ = reading.use()) {
            assertThrows(BusyResourceException.class, () -> reading.use());
        }
    }

    @AnyioTest(virtualClock = true)
    void cancellation() {
        Lock lock = AnyIO.createLock();
        lock.acquire();
        AnyIO.createTaskGroup().run(group -> {
            group.spawn("impatient", () -> {
                boolean finished = AnyIO.moveOnAfter(Duration.ofSeconds(5), () -> {
                    try (Held _ = lock.hold()) {
                        writeBalance(1);
                    }
                });
                assertFalse(finished);
            });
        });
        lock.release();
    }

    @AnyioTest
    void statistics() {
        Lock lock = AnyIO.createLock();
        try (Held _ = lock.hold()) {
            LockStatistics now = lock.statistics();
            assertEquals(Optional.of(AnyIO.getCurrentTask()), now.owner());
            assertEquals(0, now.tasksWaiting());
        }
    }

    /** Gets the service by injection, or in plain Java from {@code AnyIO.service(Synchronization.class)}. */
    static final class Cache {
        private final Lock lock;

        Cache(Synchronization synchronization) {
            lock = synchronization.createLock();
        }

        boolean isBusy() {
            return lock.locked();
        }
    }

    @AnyioTest
    void services() {
        assertFalse(new Cache(AnyIO.service(Synchronization.class)).isBusy());
    }
}
