package io.anyio.impl.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.AnyIO;
import io.anyio.api.task.TaskHandle;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.Checkpoints;
import io.anyio.testing.Sequencer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

class SequencerTest {
    private final Sequencer sequencer = new Sequencer();
    private final List<Integer> order = new ArrayList<>();

    private void step(int number) {
        sequencer.run(number, () -> order.add(number));
    }

    @AnyioTest
    void blocksOfSeveralTasksRunInTheOrderOfTheirNumbers() {
        AnyIO.createTaskGroup().run(group -> {
            group.spawn(() -> {
                step(2);
                step(5);
            });
            group.spawn(() -> {
                step(0);
                step(3);
            });
            group.spawn(() -> {
                step(1);
                Checkpoints.assertCheckpoint(() -> step(4));
            });
        });
        assertEquals(List.of(0, 1, 2, 3, 4, 5), order);
    }

    @AnyioTest
    void aNumberIsUsedOnce() {
        step(0);
        assertThrows(IllegalStateException.class, () -> step(0));
        assertThrows(IllegalArgumentException.class, () -> step(-1));
    }

    @AnyioTest
    void afterACancelTheNextNumbersFail() {
        AnyIO.createTaskGroup().run(group -> {
            TaskHandle<?> cancelled = group.spawn(() -> step(1));
            TaskHandle<?> next = group.spawn(() -> {
                assertThrows(IllegalStateException.class, () -> step(2));
            });
            AnyIO.waitAllTasksBlocked();
            cancelled.cancel();
            next.awaitEnd();
            assertEquals(TaskHandle.Status.FINISHED, next.status());
            assertThrows(IllegalStateException.class, () -> step(3));
        });
    }

    @AnyioTest
    void afterAFailureTheNextNumbersFail() {
        assertThrows(IOException.class, () -> sequencer.run(0, () -> {
            throw new IOException("broken");
        }));
        assertThrows(IllegalStateException.class, () -> step(1));
    }
}
