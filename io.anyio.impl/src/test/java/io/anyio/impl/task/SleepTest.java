package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.Checkpoints;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class SleepTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private static CancelledError cancelled(Runnable code) {
        CancelScope scope = AnyIO.openCancelScope();
        scope.cancel();
        CancelledError[] thrown = new CancelledError[1];
        scope.run(() -> {
            thrown[0] = assertThrows(CancelledError.class, code::run);
            throw thrown[0];
        });
        assertTrue(scope.cancelledCaught());
        return thrown[0];
    }

    @AnyioTest @Proves("EL-06")
    void theCancelledClassIsWhatACancelledCheckpointThrows() {
        assertSame(AnyIO.cancelledClass(), cancelled(AnyIO::checkpoint).getClass());
        CancelScope scope = AnyIO.openCancelScope();
        boolean[] caught = new boolean[1];
        scope.run(() -> {
            scope.cancel();
            try {
                AnyIO.sleepForever();
            } catch (Throwable e) {
                caught[0] = AnyIO.cancelledClass().isInstance(e);
            }
        });
        assertTrue(caught[0]);
    }

    @AnyioTest @Proves("EL-10")
    void timeIsTheMonotonicClockInNanoseconds() {
        Deadline previous = AnyIO.currentTime();
        for (int i = 0; i < 10_000; i++) {
            long before = System.nanoTime();
            Deadline now = AnyIO.currentTime();
            // System.nanoTime does not move when the wall clock is set
            assertTrue(before <= now.nanos() && now.nanos() <= System.nanoTime());
            assertFalse(now.isBefore(previous));
            previous = now;
            AnyIO.checkpoint();
        }
    }

    @AnyioTest @Proves("EL-11")
    void sleepNeverReturnsTooEarly(TaskGroup<Exception> group) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<TaskHandle<?>> sleepers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Duration time = Duration.ofNanos(random.nextInt(20_000_000));
            sleepers.add(group.spawn(() -> {
                Deadline start = AnyIO.currentTime();
                AnyIO.sleep(time);
                assertTrue(start.until(AnyIO.currentTime()).compareTo(time) >= 0, () -> "seed " + seed);
            }));
        }
        sleepers.forEach(TaskHandle::await);
    }

    @AnyioTest @Proves("EL-12")
    void sleepOfZeroIsAFullCheckpoint(TaskGroup<Exception> group) {
        cancelled(() -> AnyIO.sleep(Duration.ZERO));
        boolean[] ran = new boolean[1];
        group.spawn(() -> ran[0] = true);
        Checkpoints.assertCheckpoint(() -> AnyIO.sleep(Duration.ZERO));
        assertTrue(ran[0]);
    }

    @AnyioTest(virtualClock = true) @Proves("EL-13")
    void sleepInACancelledScopeThrowsAtOnce() {
        Deadline start = AnyIO.currentTime();
        cancelled(() -> AnyIO.sleep(HOUR));
        cancelled(() -> AnyIO.sleepUntil(start.plus(HOUR)));
        cancelled(AnyIO::sleepForever);
        assertEquals(start, AnyIO.currentTime());
    }

    @AnyioTest(virtualClock = true) @Proves("EL-14")
    void sleepForeverEndsByCancellationOnly(TaskGroup<Exception> group) {
        TaskHandle<?> forever = group.spawn(AnyIO::sleepForever);
        TaskHandle<?> endless = group.spawn(() -> AnyIO.sleep(Duration.ofSeconds(Long.MAX_VALUE)));
        TaskHandle<?> never = group.spawn(() -> AnyIO.sleepUntil(Deadline.NEVER));
        for (int year = 0; year < 100; year++) {
            AnyIO.sleep(Duration.ofDays(365));
        }
        for (TaskHandle<?> task : List.of(forever, endless, never)) {
            assertEquals(TaskHandle.Status.PENDING, task.status());
            task.cancel();
            task.awaitEnd();
            assertEquals(TaskHandle.Status.CANCELLED, task.status());
        }
    }

    @AnyioTest(virtualClock = true) @Proves("EL-15")
    void aNegativeSleepIsLikeZero(TaskGroup<Exception> group) {
        Deadline start = AnyIO.currentTime();
        for (Duration time : List.of(Duration.ofNanos(-1), HOUR.negated(), Duration.ofSeconds(Long.MIN_VALUE))) {
            boolean[] ran = new boolean[1];
            group.spawn(() -> ran[0] = true);
            Checkpoints.assertCheckpoint(() -> AnyIO.sleep(time));
            assertTrue(ran[0]);
            cancelled(() -> AnyIO.sleep(time));
        }
        Checkpoints.assertCheckpoint(() -> AnyIO.sleepUntil(Deadline.PAST));
        assertEquals(start, AnyIO.currentTime());
    }

    @AnyioTest(virtualClock = true) @Proves("EL-20")
    void theEffectiveDeadlineLessTheTimeIsTheTimeLeft() {
        AnyIO.moveOnAfter(HOUR, () -> {
            assertEquals(HOUR, AnyIO.currentTime().until(AnyIO.currentEffectiveDeadline()));
            AnyIO.sleep(Duration.ofMinutes(10));
            assertEquals(Duration.ofMinutes(50), AnyIO.currentTime().until(AnyIO.currentEffectiveDeadline()));
        });
    }

    /** On the real clock: a virtual one would jump to a timer that was left, and so hide it. */
    @AnyioTest
    void aCancelledSleepAndAnEndedScopeLeaveNoTimer(TaskGroup<Exception> group) {
        TaskContext task = TaskContext.current("test");
        List<String> before = timers(task);
        for (int i = 0; i < 10; i++) {
            TaskHandle<?> sleeping = group
                    .spawn(() -> AnyIO.moveOnAfter(Duration.ofHours(2), () -> AnyIO.sleep(Duration.ofHours(1))));
            AnyIO.waitAllTasksBlocked();
            assertNotEquals(before, timers(task));
            sleeping.cancel();
            sleeping.awaitEnd();
            assertEquals(before, timers(task));
        }
    }

    private static List<String> timers(TaskContext task) {
        return task.openBooks().stream().filter(left -> left.endsWith("timers")).toList();
    }
}
