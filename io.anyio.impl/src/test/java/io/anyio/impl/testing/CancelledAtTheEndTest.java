package io.anyio.impl.testing;

import io.anyio.api.AnyIO;
import io.anyio.api.task.Block;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.testing.AnyioTest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** Tests that cancel a task, and leave it to its end. */
class CancelledAtTheEndTest {
    private static final Duration A_LITTLE = Duration.ofMillis(20);

    @AnyioTest
    void itMaySleepBeforeItEnds(TaskGroup<?> group) {
        cancelled(group, () -> AnyIO.sleep(A_LITTLE)).cancel();
    }

    /** The time of the thread is real. */
    @AnyioTest(virtualClock = true)
    void itMayWaitForAThreadBeforeItEnds(TaskGroup<?> group) {
        cancelled(group, () -> AnyIO.runInWorkerThread(() -> LockSupport.parkNanos(A_LITTLE.toNanos()))).cancel();
    }

    @AnyioTest
    void theGroupMayBeCancelled(TaskGroup<?> group) {
        cancelled(group, () -> AnyIO.sleep(A_LITTLE));
        group.cancel();
    }

    @AnyioTest
    void itsChildrenMayRunOnAnotherLoop(TaskGroup<?> group) {
        AtomicReference<TaskGroup<?>> children = new AtomicReference<>();
        spanning(group, children).cancel();
    }

    @AnyioTest
    void theGroupOfItsChildrenMayBeCancelled(TaskGroup<?> group) {
        AtomicReference<TaskGroup<?>> children = new AtomicReference<>();
        spanning(group, children);
        children.get().cancel();
    }

    private static TaskHandle<?> spanning(TaskGroup<?> group, AtomicReference<TaskGroup<?>> children) {
        TaskHandle<?> task = group.spawn("spanning",
                () -> AnyIO.createTaskGroup(RuntimeException.class, o -> o.loops(2)).run(made -> {
                    for (int i = 0; i < 4; i++) {
                        made.spawn(() -> endingWith(() -> AnyIO.sleep(A_LITTLE)));
                    }
                    children.set(made);
                }));
        while (children.get() == null) {
            AnyIO.sleep(Duration.ZERO);
        }
        AnyIO.waitAllTasksBlocked();
        return task;
    }

    private static TaskHandle<?> cancelled(TaskGroup<?> group, Block<RuntimeException> end) {
        TaskHandle<?> task = group.spawn("cancelled", () -> endingWith(end));
        AnyIO.waitAllTasksBlocked();
        return task;
    }

    private static void endingWith(Block<RuntimeException> end) {
        try {
            AnyIO.sleepForever();
        } finally {
            AnyIO.openCancelScope(options -> options.shield(true)).run(end);
        }
    }
}
