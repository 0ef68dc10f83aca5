package io.anyio.impl.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskInfo;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.AroundEach;
import io.anyio.testing.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class AnyioTestTest implements AroundEach {
    private final List<String> seen = new ArrayList<>();
    private TaskInfo task;
    private CancelScope around;

    @Override
    public void aroundEach(Block<Exception> test) throws Exception {
        AnyIO.failAfter(Duration.ofHours(1), scope -> {
            around = scope;
            test.run();
        });
        assertEquals(List.of("server", "test", "tear-down"), seen);
    }

    @BeforeEach
    void setUp(TaskGroup<Exception> group) {
        task = AnyIO.getCurrentTask();
        group.spawn("server", () -> {
            seen.add("server");
            AnyIO.sleepForever();
        });
        AnyIO.waitAllTasksBlocked();
    }

    @AfterEach
    void tearDown(TaskGroup<Exception> group) {
        assertEquals(task, AnyIO.getCurrentTask());
        seen.add("tear-down");
        group.cancel();
    }

    @AnyioTest @Proves({"DB-15", "DB-16"})
    void setUpTestAndTearDownShareATask() {
        assertEquals(task, AnyIO.getCurrentTask());
        assertSame(Thread.currentThread(), task.thread());
        assertEquals(around.deadline(), AnyIO.currentEffectiveDeadline());
        seen.add("test");
    }

    @AnyioTest(virtualClock = true)
    void hoursPassAtOnce(VirtualClock clock) {
        long before = clock.nanoTime();
        AnyIO.sleep(Duration.ofMinutes(59));
        assertTrue(clock.nanoTime() - before >= Duration.ofMinutes(59).toNanos());
        seen.add("test");
    }
}
