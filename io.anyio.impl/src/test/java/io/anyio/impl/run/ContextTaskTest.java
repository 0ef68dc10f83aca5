package io.anyio.impl.run;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.TaskContext;
import io.anyio.testing.AnyioTest;
import java.nio.ByteBuffer;

/** What a task's code may ask of it. */
class ContextTaskTest {
    @AnyioTest
    void theBufferOfALoopIsLentToOneTaskAndBack() {
        TaskContext task = TaskContext.current("test");
        ByteBuffer first = task.buffer();
        assertSame(first, task.lendBuffer());
        AnyIO.createTaskGroup().run(group -> group.spawn("other", () -> {
            ByteBuffer other = TaskContext.current("test").buffer();
            assertNotSame(first, other);
        }));
        task.giveBack(first);
        assertSame(first, task.buffer());
    }
}
