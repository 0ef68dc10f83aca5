package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.Condition;
import io.anyio.api.sync.Event;
import io.anyio.api.sync.Lock;
import io.anyio.api.sync.Semaphore;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.TaskHandle;
import io.anyio.testing.AnyioTest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A task that catches everything in a loop, for example to retry, does not keep its loop to itself when it is
 * cancelled.
 */
class SwallowedCancellationTest {
    private static final int TURNS = 10;

    private static Map<String, Block<Exception>> operations() {
        Map<String, Block<Exception>> operations = new LinkedHashMap<>();
        operations.put("checkpoint", AnyIO::checkpoint);
        operations.put("checkpointIfCancelled", AnyIO::checkpointIfCancelled);
        operations.put("sleep", () -> AnyIO.sleep(Duration.ofMillis(10)));
        operations.put("sleep of zero", () -> AnyIO.sleep(Duration.ZERO));
        operations.put("sleep until never", () -> AnyIO.sleepUntil(Deadline.NEVER));
        MemoryObjectStream<Integer> items = AnyIO.createMemoryObjectStream();
        operations.put("receive", () -> items.receiver().receive());
        operations.put("send", () -> items.sender().send(1));
        Lock lock = AnyIO.createLock();
        operations.put("lock", lock::acquire);
        Semaphore semaphore = AnyIO.createSemaphore(0);
        operations.put("semaphore", semaphore::acquire);
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(0);
        operations.put("limiter", limiter::acquire);
        Event event = AnyIO.createEvent();
        operations.put("event", event::await);
        Condition condition = AnyIO.createCondition();
        operations.put("condition", () -> condition.awaitFor(() -> false));
        operations.put("worker", () -> AnyIO.runInWorkerThread(() -> 1));
        operations.put("interruptibly", () -> AnyIO.interruptibly(() -> 1));
        operations.put("group", () -> AnyIO.createTaskGroup().run(_ -> {}));
        operations.put("group with a child",
                () -> AnyIO.createTaskGroup().run(group -> group.spawn(AnyIO::sleepForever)));
        operations.put("start",
                () -> AnyIO.createTaskGroup().run(group -> group.start("child", started -> started.set(1))));
        operations.put("gather", () -> AnyIO.gather(() -> 1, () -> 2));
        operations.put("waitAllTasksBlocked", AnyIO::waitAllTasksBlocked);
        return operations;
    }

    @AnyioTest
    void othersRunBetweenItsErrors() {
        operations().forEach((name, operation) -> AnyIO.createTaskGroup().run(group -> {
            boolean[] over = new boolean[1];
            int[] rounds = new int[1];
            TaskHandle<?> retries = group.spawn("retry", () -> {
                while (!over[0]) {
                    try {
                        operation.run();
                    } catch (CancelledError e) {
                        // a common mistake
                    }
                    rounds[0]++;
                }
            });
            retries.cancel();
            // if it did not let go, this task would not come to its end
            for (int turn = 0; turn < TURNS; turn++) {
                AnyIO.checkpoint();
            }
            AnyIO.sleep(Duration.ofMillis(1));
            over[0] = true;
            retries.awaitEnd();
            assertTrue(rounds[0] > 0, name);
        }));
    }
}
