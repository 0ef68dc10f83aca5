package io.anyio.impl.testing;

import static io.anyio.testing.Checkpoints.assertCheckpoint;
import static io.anyio.testing.Checkpoints.assertNoCheckpoint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.sync.Event;
import io.anyio.api.task.Block;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.time.Duration;

class CheckpointsTest {
    private static final Block<RuntimeException> NOTHING = () -> {};

    @AnyioTest
    void oneCheckpointIsSeenWhateverTheBudget() {
        TaskContext task = TaskContext.current("test");
        for (int i = 0; i < 200; i++) {
            assertNoCheckpoint(NOTHING);
            assertCheckpoint(task::checkpoint);
        }
    }

    @AnyioTest
    void everyWaitIsACheckpoint() {
        Event set = AnyIO.createEvent();
        set.set();
        assertCheckpoint(set::await);
        assertCheckpoint(() -> AnyIO.sleep(Duration.ZERO));
        assertCheckpoint(() -> AnyIO.sleep(Duration.ofNanos(1)));
        assertCheckpoint(AnyIO::checkpoint);
        assertCheckpoint(() -> AnyIO.createTaskGroup().run(group -> {}));
    }

    @AnyioTest
    void whatOnlyLooksIsNone() {
        assertNoCheckpoint(() -> AnyIO.openCancelScope().run(NOTHING));
        assertNoCheckpoint(() -> AnyIO.moveOnAfter(Duration.ofHours(1), NOTHING));
        assertNoCheckpoint(AnyIO::checkpointIfCancelled);
        assertNoCheckpoint(() -> AnyIO.createEvent().set());
    }

    @AnyioTest
    void valuesAndErrorsPass() {
        assertEquals(7, assertNoCheckpoint(() -> 7));
        assertEquals(7, assertCheckpoint(() -> {
            AnyIO.checkpoint();
            return 7;
        }));
        assertThrows(IOException.class, () -> assertCheckpoint(() -> {
            throw new IOException("own");
        }));
    }

    @AnyioTest
    void aWrongExpectationFails() {
        assertThrows(AssertionError.class, () -> assertCheckpoint(NOTHING));
        assertThrows(AssertionError.class, () -> assertNoCheckpoint(AnyIO::checkpoint));
    }
}
