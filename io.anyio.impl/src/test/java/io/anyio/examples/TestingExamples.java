package io.anyio.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.Lock;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TimedOutException;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.Checkpoints;
import io.anyio.testing.EachBackend;
import io.anyio.testing.Sequencer;
import io.anyio.testing.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The examples of docs/testing.md. */
class TestingExamples {

    @EachBackend
    void runGivesTheValue(String backend) {
        assertEquals(7, AnyIO.call(() -> 7, o -> o.backend(backend)));
    }

    @AnyioTest(virtualClock = true)
    void reportsAfterAnHourOfSilence() {
        Deadline start = AnyIO.currentTime();
        assertThrows(TimedOutException.class, () -> AnyIO.failAfter(Duration.ofHours(1), () -> AnyIO.sleepForever()));
        assertEquals(Duration.ofHours(1), start.until(AnyIO.currentTime()));
    }

    @AnyioTest
    void aTaskWaitsForTheLock(TaskGroup<?> group) {
        Lock lock = AnyIO.createLock();
        lock.acquire();
        var waiting = group.spawn("waits", () -> {
            lock.acquire();
            lock.release();
        });
        AnyIO.waitAllTasksBlocked();
        assertEquals(1, lock.statistics().tasksWaiting());
        lock.release();
        waiting.await();
        assertFalse(lock.locked());
    }

    @AnyioTest
    void theOrderIsTold(TaskGroup<?> group) {
        Sequencer sequencer = new Sequencer();
        List<String> order = new ArrayList<>();
        group.spawn(() -> sequencer.run(1, () -> order.add("second")));
        sequencer.run(0, () -> order.add("first"));
        sequencer.run(2, () -> order.add("third"));
        assertEquals(List.of("first", "second", "third"), order);
    }

    @AnyioTest
    void acquireIsACheckpointAndReleaseIsNone() {
        Lock lock = AnyIO.createLock();
        Checkpoints.assertCheckpoint(() -> lock.acquire());
        Checkpoints.assertNoCheckpoint(() -> lock.release());
    }

    @AnyioTest(virtualClock = true)
    void theClockStandsStillWhileItIsHeld(VirtualClock clock) {
        Deadline start = AnyIO.currentTime();
        try (var _ = clock.hold()) {
            AnyIO.checkpoint();
        }
        clock.autojump(false);
        clock.jump(Duration.ofMinutes(5));
        assertEquals(Duration.ofMinutes(5), start.until(AnyIO.currentTime()));
    }
}
