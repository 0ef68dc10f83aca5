package io.anyio.impl.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.TaskHandle;
import io.anyio.testing.EachBackend;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;

/** A task that is never resumed is never collected: the end of a loop must find none. */
class LoopEndTest {
    private static final int TASKS = 1000;

    @EachBackend
    void theEndOfALoopEndsEveryTaskAndKeepsNothingAlive(String backend) throws InterruptedException {
        List<WeakReference<Object>> captured = new ArrayList<>();
        List<TaskHandle<?>> tasks = new ArrayList<>();
        Assertions.assertThrows(IllegalStateException.class, () -> AnyIO.run(() -> {
            Owner owner = AnyIO.service(Owners.class).open("test",
                    new Holder(Holder.APPLICATION, "test", null, () -> false));
            for (int i = 0; i < TASKS; i++) {
                tasks.add(spawn(owner, captured));
            }
            AnyIO.waitAllTasksBlocked();
            throw new IllegalStateException("the end");
        }, o -> o.backend(backend).name("ends-with-tasks")));
        for (TaskHandle<?> task : tasks) {
            assertEquals(TaskHandle.Status.CANCELLED, task.status());
            assertFalse(task.info().thread().isAlive() && !task.info().thread().join(Duration.ofSeconds(5)));
        }
        tasks.clear();
        assertTrue(Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("ends-with-tasks")));
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (captured.stream().anyMatch(reference -> reference.get() != null)) {
            assertTrue(System.nanoTime() < end,
                    () -> captured.stream().filter(reference -> reference.get() != null).count()
                            + " are still reachable");
            System.gc();
        }
    }

    private static TaskHandle<?> spawn(Owner owner, List<WeakReference<Object>> captured) {
        Object object = new byte[100];
        captured.add(new WeakReference<>(object));
        return owner.spawn("sleeper", () -> {
            try {
                AnyIO.sleepForever();
            } catch (CancelledError e) {
                // what cleans up may wait in a shield
                AnyIO.openCancelScope(o -> o.shield(true)).run(AnyIO::checkpoint);
                throw e;
            }
            return object;
        });
    }
}
