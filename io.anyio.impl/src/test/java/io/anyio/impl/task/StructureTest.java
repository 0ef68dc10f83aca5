package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.task.TaskHandle;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** No task outlives its group, whatever happens to the host. */
class StructureTest {
    private final List<String> seen = new ArrayList<>();

    @AnyioTest @Proves("TG-49")
    void anInterruptedHostGoesOnWaiting() {
        Thread host = Thread.currentThread();
        AnyIO.createTaskGroup().run(group -> group.spawn(() -> {
            for (int i = 0; i < 50; i++) {
                host.interrupt();
                AnyIO.checkpoint();
            }
            AnyIO.sleep(Duration.ofMillis(1));
            seen.add("child ended");
        }));
        assertEquals(List.of("child ended"), seen);
        assertTrue(Thread.interrupted(), "the foreign interrupt is kept");
    }

    @AnyioTest @Proves("TG-49")
    void anInterruptFromAnotherThreadLeavesNoChildBehindEither() throws Exception {
        Thread host = Thread.currentThread();
        Gate waiting = new Gate();
        Thread foreign = Thread.ofPlatform().start(() -> AnyIO.run(() -> {
            waiting.await();
            for (int i = 0; i < 1000; i++) {
                host.interrupt();
            }
        }));
        List<TaskHandle<?>> children = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> {
            for (int i = 0; i < 10; i++) {
                children.add(group.spawn(() -> {
                    waiting.open();
                    AnyIO.sleep(Duration.ofMillis(5));
                }));
            }
            host.interrupt();
        });
        for (TaskHandle<?> child : children) {
            assertEquals(TaskHandle.Status.FINISHED, child.status());
        }
        Thread.interrupted();
        AnyIO.interruptibly(() -> {
            while (foreign.isAlive()) {
                try {
                    foreign.join();
                } catch (InterruptedException e) {
                    Thread.interrupted();
                }
            }
            return "";
        });
        Thread.interrupted();
    }

    @AnyioTest(backends = "carrier")
    void aWaitInAClassInitializerGetsAClearError() {
        ExceptionInInitializerError error = assertThrows(ExceptionInInitializerError.class,
                () -> InInitializer.run(() -> AnyIO.sleep(Duration.ofMillis(1))));
        assertInstanceOf(IllegalStateException.class, error.getCause());
        assertTrue(error.getCause().getMessage().contains("class initializer"), error.getCause().getMessage());
        AnyIO.sleep(Duration.ofMillis(1));
        assertFalse(AnyIO.hasPendingCancellation());
    }

    @AnyioTest(backends = "carrier")
    void aGroupThatCannotBeAwaitedIsCancelledAndStaysInTheTree() {
        List<TaskHandle<?>> started = new ArrayList<>();
        assertThrows(ExceptionInInitializerError.class, () -> InInitializer.run(() -> AnyIO.createTaskGroup()
                .run(group -> {
                    for (int i = 0; i < 3; i++) {
                        started.add(group.spawn("left behind", AnyIO::sleepForever));
                    }
                })));
        assertEquals(3, started.size());
        assertEquals(3, AnyIO.getRunningTasks().stream().filter(task -> task.name().equals("left behind")).count());
        AnyIO.sleep(Duration.ofMillis(1));
        for (TaskHandle<?> child : started) {
            assertEquals(TaskHandle.Status.CANCELLED, child.status());
        }
        assertFalse(AnyIO.hasPendingCancellation());
    }
}
