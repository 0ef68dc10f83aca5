package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.TaskHandle;
import io.anyio.testing.AnyioTest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** When the grace of a request to finish begins, and on which thread it becomes a deadline. */
class GraceBeginTest {
    private static final Duration GRACE = Duration.ofMinutes(1);

    /** Begins something on a thread that is not the loop's. */
    private static Map<String, Consumer<Runnable>> threads() {
        String backend = TaskContext.current("test").backend();
        Map<String, Consumer<Runnable>> threads = new LinkedHashMap<>();
        threads.put("an ordinary thread", code -> Thread.ofPlatform().start(code));
        threads.put("a task of another loop", code -> Thread.ofPlatform()
                .start(() -> AnyIO.run(code::run, o -> o.backend(backend))));
        return threads;
    }

    @AnyioTest
    void aTaskOfTheLoopLetsItBeginAtOnce() {
        CancelScope scope = AnyIO.openCancelScope();
        scope.run(() -> {
            Deadline before = AnyIO.currentTime();
            scope.cancel(GRACE);
            assertWithin(before.plus(GRACE), scope.deadline(), AnyIO.currentTime().plus(GRACE));
        });
    }

    private static void assertWithin(Deadline from, Deadline deadline, Deadline to) {
        assertTrue(!deadline.isBefore(from) && !to.isBefore(deadline),
                () -> deadline + " is not from " + from + " to " + to);
    }

    /** It counts from the request on; but the scope is the loop's, which a task keeps busy here. */
    @AnyioTest
    void fromOutsideItCountsFromTheRequestAndBecomesADeadlineInTheLoop() {
        threads().forEach((name, thread) -> {
            CancelScope scope = AnyIO.openCancelScope();
            scope.run(() -> {
                AtomicReference<Deadline> seen = new AtomicReference<>();
                Deadline before = AnyIO.currentTime();
                thread.accept(() -> {
                    scope.cancel(GRACE);
                    seen.set(scope.deadline());
                });
                while (seen.get() == null) {
                    Thread.onSpinWait();
                }
                assertEquals(Deadline.NEVER, seen.get(), name);
                assertTrue(scope.finishRequested(), name);
                Deadline after = AnyIO.currentTime();
                while (AnyIO.currentTime().isBefore(after.plus(Duration.ofMillis(2)))) {
                    Thread.onSpinWait();
                }
                assertEquals(Deadline.NEVER, scope.deadline(), name);
                AnyIO.waitAllTasksBlocked();
                assertWithin(before.plus(GRACE), scope.deadline(), after.plus(GRACE));
            });
        });
    }

    /** Before there is a loop, there is no time from which it could count. */
    @AnyioTest
    void beforeTheScopeIsEnteredItCountsFromItsEntry() {
        CancelScope scope = AnyIO.openCancelScope();
        scope.cancel(GRACE);
        assertEquals(Deadline.NEVER, scope.deadline());
        Deadline before = AnyIO.currentTime();
        scope.run(() -> assertWithin(before.plus(GRACE), scope.deadline(), AnyIO.currentTime().plus(GRACE)));
    }

    @AnyioTest
    void aTaskThatWaitsIsCancelledAtItsEnd() {
        threads().forEach((name, thread) -> AnyIO.createTaskGroup().run(group -> {
            TaskHandle<?> waits = group.spawn("waits", AnyIO::sleepForever);
            AnyIO.waitAllTasksBlocked();
            thread.accept(() -> group.cancelScope().cancel(Duration.ofMillis(1)));
            waits.awaitEnd();
            assertEquals(TaskHandle.Status.CANCELLED, waits.status(), name);
        }));
    }
}
