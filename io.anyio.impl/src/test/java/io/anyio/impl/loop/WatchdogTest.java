package io.anyio.impl.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.testing.EachBackend;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
        Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.lang=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("java.class.path"),
                MonitorOverCheckpoint.class.getName(), backend).redirectErrorStream(true).start();
        Thread guard = Thread.ofPlatform().daemon().start(() -> {
            try {
                Thread.sleep(Duration.ofSeconds(20));
                child.destroyForcibly();
            } catch (InterruptedException e) {
                // the child has said what it should
            }
        });
        StringBuilder output = new StringBuilder();
        String wanted = backend.equals("pool") ? "MonitorOverCheckpoint.enter" : "ended";
        try (BufferedReader reader = child.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null
                    && !output.toString().contains(wanted); line = reader.readLine()) {
                output.append(line).append('\n');
            }
        } finally {
            guard.interrupt();
            child.destroyForcibly().waitFor();
        }
        assertTrue(output.toString().contains(wanted), output.toString());
        assertEquals(backend.equals("pool"), output.toString().contains("task 'wants the monitor' of application"),
                output.toString());
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
    void zeroTurnsItOff(String backend) {
        try (WatchdogLog log = new WatchdogLog()) {
            AnyIO.run(() -> {
                spin(LIMIT.multipliedBy(4));
                assertEquals(0, watchdogs());
            }, o -> o.backend(backend).stallAfter(Duration.ZERO));
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
