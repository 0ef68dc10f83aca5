package io.anyio.impl.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.Event;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.loop.FullQueue;
import io.anyio.impl.loop.Loop;
import io.anyio.impl.scope.Scope;
import io.anyio.impl.task.InInitializer;
import io.anyio.impl.task.Task;
import io.anyio.testing.AnyioTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;

/**
 * A child that was counted and could not be passed to the loop: its spawner gets the error, and all others continue.
 */
class RefusedChildTest {
    private Loop loop;
    private FullQueue queue;

    @BeforeEach
    void begin() {
        loop = Task.current("test").loop;
        queue = FullQueue.of(loop);
    }

    /** The ways to spawn from outside. */
    private static List<Consumer<TaskGroup<?>>> spawners() {
        return List.of(group -> group.spawn("refused", AnyIO::sleepForever),
                group -> WatchedChild.spawn(group, "refused", () -> 1, (_, error) -> error));
    }

    /** In a worker thread. */
    private void refuse(Runnable spawn, Runnable meanwhile) {
        queue.refuse(meanwhile);
        assertEquals("made by a test", assertThrows(OutOfMemoryError.class, spawn::run).getMessage());
    }

    /** Lets another task have its turn, and waits until it has ended with all that follows. */
    private void awaitEnd(TaskHandle<?> task) {
        while (task.status() == TaskHandle.Status.PENDING || task.status() == TaskHandle.Status.CANCELLING) {
            Thread.onSpinWait();
        }
        aTurnLater();
    }

    private void aTurnLater() {
        CountDownLatch turn = new CountDownLatch(1);
        loop.post(turn::countDown);
        try {
            turn.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @AnyioTest
    void itDoesNotCount() {
        for (Consumer<TaskGroup<?>> spawner : spawners()) {
            AnyIO.createTaskGroup().run(group -> {
                TaskHandle<?> sibling = group.spawn("sibling", AnyIO::checkpoint);
                AnyIO.runInWorkerThread(() -> refuse(() -> spawner.accept(group), () -> {}));
                sibling.awaitEnd();
                group.spawn("next", AnyIO::checkpoint).awaitEnd();
            });
        }
    }

    @AnyioTest
    void aHostThatWaitsForItAloneGoesOn() {
        for (Consumer<TaskGroup<?>> spawner : spawners()) {
            Event free = AnyIO.createEvent();
            TaskGroup<RuntimeException> waited = AnyIO.createTaskGroup();
            AnyIO.createTaskGroup().run(outer -> {
                AtomicReference<TaskHandle<?>> child = new AtomicReference<>();
                TaskHandle<?> host = outer.spawn("host",
                        () -> waited.run(group -> child.set(group.spawn("child", free::await))));
                AnyIO.waitAllTasksBlocked();
                AnyIO.runInWorkerThread(() -> refuse(() -> spawner.accept(waited), () -> {
                    free.set();
                    awaitEnd(child.get());
                    assertFalse(host.status() == TaskHandle.Status.FINISHED, "it did not wait for who was counted");
                }));
                host.awaitEnd();
            });
        }
    }

    /** Other children still run: the host continues after the last of them. */
    @AnyioTest
    void aHostThatWaitsForOthersTooWaitsForThem() {
        Event free = AnyIO.createEvent();
        TaskGroup<RuntimeException> waited = AnyIO.createTaskGroup();
        AnyIO.createTaskGroup().run(outer -> {
            List<String> ends = new ArrayList<>();
            outer.spawn("host", () -> {
                waited.run(group -> group.spawn("child", () -> {
                    free.await();
                    AnyIO.checkpoint();
                    ends.add("child");
                }));
                ends.add("host");
            });
            AnyIO.waitAllTasksBlocked();
            AnyIO.runInWorkerThread(() -> refuse(() -> waited.spawn("refused", () -> {}), () -> {}));
            AnyIO.waitAllTasksBlocked();
            assertEquals(List.of(), ends);
            free.set();
            AnyIO.waitAllTasksBlocked();
            assertEquals(List.of("child", "host"), ends);
        });
    }

    /** No task waits for the end of such a group; until then its scope is under the root of the tree. */
    @AnyioTest(backends = "carrier")
    void aGroupWhoseHostCouldNotWaitLeavesTheTree() {
        Event free = AnyIO.createEvent();
        AtomicReference<TaskGroup<?>> left = new AtomicReference<>();
        AtomicReference<TaskHandle<?>> child = new AtomicReference<>();
        assertThrows(ExceptionInInitializerError.class,
                () -> InInitializer.run(() -> AnyIO.createTaskGroup().run(group -> {
                    left.set(group);
                    child.set(group.spawn("left behind",
                            () -> AnyIO.openCancelScope(o -> o.shield(true)).run(free::await)));
                })));
        Scope scope = (Scope) left.get().cancelScope();
        assertTrue(scope.isOpen());
        AnyIO.runInWorkerThread(() -> {
            refuse(() -> left.get().spawn("refused", () -> {}), () -> {
                free.set();
                awaitEnd(child.get());
            });
            aTurnLater();
        });
        assertFalse(scope.isOpen());
        assertThrows(IllegalStateException.class, () -> left.get().spawn("late", () -> {}));
    }
}
