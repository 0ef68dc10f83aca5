package io.anyio.impl.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.Event;
import io.anyio.api.task.Block;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.task.TaskInfo;
import io.anyio.impl.task.InInitializer;
import io.anyio.testing.AnyioTest;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** A host that cannot wait where it is, because it is in a class initializer. */
class UnfitHostTest {
    private static IllegalStateException unfit(Block<?> code) {
        return assertInstanceOf(IllegalStateException.class,
                assertThrows(ExceptionInInitializerError.class, () -> InInitializer.run(code)).getCause());
    }

    private static TaskInfo running(String name) {
        return AnyIO.getRunningTasks().stream().filter(task -> task.name().equals(name)).findFirst().orElseThrow();
    }

    @AnyioTest(backends = "carrier")
    void itsOwnErrorIsNotLost() {
        IllegalArgumentException own = new IllegalArgumentException("its own");
        IllegalStateException unfit = unfit(() -> AnyIO.createTaskGroup().run(group -> {
            group.spawn("child", () -> {});
            throw own;
        }));
        assertEquals(List.of(own), List.of(unfit.getSuppressed()));
    }

    /** The child is its group's from then on. */
    @AnyioTest(backends = "carrier")
    void whoCannotWaitForAStartCancelsIt() {
        Event free = AnyIO.createEvent();
        List<String> ends = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> {
            TaskHandle<?> starter = group.spawn("starter",
                    () -> unfit(() -> group.start("started", _ -> {
                        try {
                            AnyIO.sleepForever();
                        } finally {
                            AnyIO.openCancelScope(o -> o.shield(true)).run(free::await);
                            ends.add("cancelled");
                        }
                    })));
            starter.awaitEnd();
            AnyIO.waitAllTasksBlocked();
            assertEquals(OptionalLong.of(AnyIO.getCurrentTask().id()), running("started").parentId());
            free.set();
        });
        assertEquals(List.of("cancelled"), ends);
    }
}
