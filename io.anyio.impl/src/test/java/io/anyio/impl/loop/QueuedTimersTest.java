package io.anyio.impl.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.AnyIO;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.TimedOutException;
import io.anyio.impl.task.Task;
import io.anyio.testing.EachBackend;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** What has ended leaves no timer behind, however it ended. */
class QueuedTimersTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SOON = Duration.ofMillis(1);

    private interface Use {
        void run() throws Exception;
    }

    private static Map<String, Use> uses() {
        Map<String, Use> uses = new LinkedHashMap<>();
        uses.put("a sleep that is over", () -> AnyIO.sleep(SOON));
        uses.put("a sleep that was cancelled before", () -> {
            CancelScope scope = AnyIO.openCancelScope();
            scope.cancel();
            scope.run(() -> AnyIO.sleep(HOUR));
        });
        uses.put("a sleep that is cancelled", () -> AnyIO.createTaskGroup().run(group -> {
            group.spawn(() -> AnyIO.sleep(HOUR));
            AnyIO.waitAllTasksBlocked();
            assertNotEquals(Long.MAX_VALUE, loop().nextDeadline());
            group.cancelScope().cancel();
        }));
        uses.put("a sleep that is cancelled by a deadline", () -> AnyIO.moveOnAfter(SOON, () -> AnyIO.sleep(HOUR)));
        uses.put("a scope that is left before its deadline", () -> AnyIO.moveOnAfter(HOUR, () -> AnyIO.sleep(SOON)));
        uses.put("a scope that is left by an error",
                () -> assertThrows(IllegalStateException.class, () -> AnyIO.failAfter(HOUR, () -> {
                    throw new IllegalStateException();
                })));
        uses.put("a scope that is cancelled before its deadline", () -> {
            CancelScope scope = AnyIO.openCancelScope(o -> o.timeout(HOUR));
            scope.run(() -> {
                scope.cancel();
                AnyIO.checkpoint();
            });
        });
        uses.put("a scope whose deadline is moved", () -> {
            CancelScope scope = AnyIO.openCancelScope(o -> o.timeout(HOUR));
            scope.run(() -> {
                scope.deadline(AnyIO.currentTime().plus(HOUR));
                scope.deadline(Deadline.NEVER);
                assertEquals(Long.MAX_VALUE, loop().nextDeadline());
                scope.deadline(AnyIO.currentTime().plus(HOUR));
            });
        });
        uses.put("a grace that is not needed", () -> {
            CancelScope scope = AnyIO.openCancelScope();
            scope.run(() -> scope.cancel(HOUR));
        });
        uses.put("an inner scope beyond an outer deadline", () -> assertThrows(TimedOutException.class,
                () -> AnyIO.failAfter(SOON, () -> AnyIO.moveOnAfter(HOUR, () -> AnyIO.sleep(HOUR.multipliedBy(2))))));
        return uses;
    }

    private static Loop loop() {
        return Task.current("test").loop;
    }

    @EachBackend
    void whatHasEndedLeavesNoTimer(String backend) throws Exception {
        for (Map.Entry<String, Use> use : uses().entrySet()) {
            AnyIO.run(() -> {
                use.getValue().run();
                assertEquals(Long.MAX_VALUE, loop().nextDeadline(), use.getKey());
            }, o -> o.backend(backend));
        }
    }
}
