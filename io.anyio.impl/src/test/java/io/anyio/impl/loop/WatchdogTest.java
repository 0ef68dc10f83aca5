package io.anyio.impl.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.proof.ChildJvm;
import io.anyio.testing.EachBackend;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class WatchdogTest {
    private static final Duration LIMIT = Duration.ofMillis(40);

    /** Longer than a busy machine takes a thread's turn away. */
    private static final Duration PATIENT = Duration.ofMillis(250);

    private static void spinUntil(BooleanSupplier done) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!done.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "it did not come");
            Thread.onSpinWait();
        }
    }

    private static void spin(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        spinUntil(() -> System.nanoTime() >= end);
    }

    @EachBackend
    void aTaskThatKeepsItsLoopBusyIsNamedOnceForEachTime(String backend) {
        try (WatchdogLog log = new WatchdogLog()) {
            AnyIO.run(() -> AnyIO.createTaskGroup().run(group -> group.spawn("busy one", () -> {
                spinUntil(() -> log.messages.size() == 1);
                spin(LIMIT.multipliedBy(4));
                assertEquals(1, log.messages.size());
                AnyIO.sleep(Duration.ofMillis(1));
                spinUntil(() -> log.messages.size() == 2);
            })), o -> o.backend(backend).name("watched").stallAfter(LIMIT));
            for (String message : log.messages) {
                assertTrue(
                        message.contains(
                                "task 'busy one' of application has kept its loop watched (" + backend + ") busy"),
                        message);
                assertTrue(message.contains("WatchdogTest.spinUntil"), message);
            }
        }
    }

    @EachBackend("pool")
    void aTaskThatWaitsInForeignCodeKeepsThePoolsLoop(String backend) {
        LinkedBlockingQueue<Integer> queue = new LinkedBlockingQueue<>();
        try (WatchdogLog log = new WatchdogLog()) {
            Thread foreign = Thread.ofPlatform().start(() -> {
                spinUntil(() -> !log.messages.isEmpty());
                queue.add(7);
            });
            AnyIO.run(() -> AnyIO.createTaskGroup().run(group -> {
                group.spawn("waits in foreign code", () -> {
                    assertEquals(7, queue.take());
                });
            }), o -> o.backend(backend).stallAfter(LIMIT));
            String message = log.messages.getFirst();
            assertTrue(message.contains("task 'waits in foreign code'"), message);
            assertTrue(message.contains("WAITING"), message);
            assertTrue(message.contains("LinkedBlockingQueue.take"), message);
            assertTrue(foreign.isAlive() || log.messages.size() == 1);
        }
    }

    /** What deadlocks on {@code pool} is named with its stack; on {@code carrier} it does not deadlock. */
    @EachBackend
    void aMonitorHeldOverACheckpointIsNamed(String backend) throws IOException, InterruptedException {
        String wanted = backend.equals("pool") ? "MonitorOverCheckpoint.enter" : "ended";
        String output = ChildJvm.of(MonitorOverCheckpoint.class, ChildJvm.CARRIER, "-XX:TieredStopAtLevel=1")
                .until(wanted).run(backend).says(wanted).output();
        assertEquals(backend.equals("pool"), output.contains("task 'wants the monitor' of application"),
                output);
        assertEquals(backend.equals("pool"), output.toString().contains("BLOCKED"), output.toString());
    }

    @EachBackend
    void whoeverLetsOthersRunIsNotNamed(String backend) throws InterruptedException {
        try (WatchdogLog log = new WatchdogLog()) {
            AnyIO.run(() -> {
                AnyIO.sleep(PATIENT.multipliedBy(2));
                long end = System.nanoTime() + PATIENT.multipliedBy(2).toNanos();
                while (System.nanoTime() < end) {
                    AnyIO.checkpoint();
                }
                if (backend.equals("carrier")) {
                    CountDownLatch latch = new CountDownLatch(1);
                    Thread foreign = Thread.ofPlatform().start(() -> {
                        spin(PATIENT.multipliedBy(2));
                        latch.countDown();
                    });
                    latch.await();
                    foreign.join();
                }
            }, o -> o.backend(backend).stallAfter(PATIENT));
            assertEquals(List.of(), log.messages);
        }
    }

    /** The loop does not see a task come back from foreign code, but its stack is found. */
    @EachBackend
    void aTaskThatIsBackFromForeignCodeHasItsStackInTheLog(String backend) throws InterruptedException {
        try (WatchdogLog log = new WatchdogLog()) {
            AnyIO.run(() -> {
                Thread foreign = Thread.ofPlatform().start(() -> spin(Duration.ofMillis(10)));
                foreign.join();
                log.messages.clear();
                spinUntil(() -> !log.messages.isEmpty());
            }, o -> o.backend(backend).stallAfter(LIMIT));
            assertTrue(log.messages.getLast().contains("WatchdogTest.spinUntil"), log.messages.getLast());
        }
    }

    @EachBackend
    void aLogThatFailsDoesNotEndTheWatch(String backend) {
        try (WatchdogLog log = new WatchdogLog()) {
            log.fails = true;
            AnyIO.run(() -> {
                // each report is tried twice
                spinUntil(() -> log.messages.size() == 2);
                AnyIO.sleep(Duration.ofMillis(1));
                spinUntil(() -> log.messages.size() == 4);
            }, o -> o.backend(backend).stallAfter(LIMIT));
        }
    }

    @EachBackend
    void zeroTurnsTheReportOff(String backend) {
        try (WatchdogLog log = new WatchdogLog()) {
            AnyIO.run(() -> spin(LIMIT.multipliedBy(4)), o -> o.backend(backend).stallAfter(Duration.ZERO));
            assertEquals(List.of(), log.messages);
        }
    }

    @EachBackend
    void itsThreadIsThereOnlyWhileThereAreLoops(String backend) {
        AnyIO.run(() -> spinUntil(() -> watchdogs() == 1), o -> o.backend(backend));
        spinUntil(() -> watchdogs() == 0);
    }

    private static long watchdogs() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().equals("anyio-watchdog"))
                .count();
    }
}
