package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.TaskGroup;
import io.anyio.testing.AnyioTest;
import java.time.Duration;
import java.util.List;

/** A call that refuses null has changed nothing. */
class RefusedNullTest {
    @AnyioTest
    void whatRefusesNullCanBeUsedAfterwards() {
        CancelScope scope = AnyIO.openCancelScope();
        for (Block<RuntimeException> refused : List.<Block<RuntimeException>>of(() -> scope.run(null),
                () -> scope.call(null, 1), () -> scope.cancel((Duration) null), () -> scope.cancel((String) null),
                () -> scope.deadline(null))) {
            assertTrue(Thrown.caught(refused::run) instanceof NullPointerException);
        }
        assertFalse(scope.cancelCalled());
        assertFalse(scope.finishRequested());
        assertEquals(Deadline.NEVER, scope.deadline());
        scope.run(AnyIO::checkpoint);
        TaskGroup<RuntimeException> group = AnyIO.createTaskGroup();
        assertTrue(Thrown.caught(() -> group.run(null)) instanceof NullPointerException);
        assertTrue(Thrown.caught(() -> group.call(null)) instanceof NullPointerException);
        group.run(active -> {
            assertTrue(Thrown.caught(
                    () -> active.spawn("name", (Block<RuntimeException>) null)) instanceof NullPointerException);
            assertTrue(Thrown.caught(() -> active.spawn(null, () -> {})) instanceof NullPointerException);
        });
    }
}
