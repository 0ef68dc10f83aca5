package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.TaskInfo;
import io.anyio.testing.AnyioTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Taking stack traces of suspended tasks wakes them too early, and must do no more than that. */
class StackTraceStressTest {
    private static final int TASKS = 50;

    @AnyioTest
    void tasksWhoseStacksAreLookedAtWaitForTheRightThing() throws Exception {
        CancelScope stop = AnyIO.openCancelScope();
        List<Thread> threads = new ArrayList<>();
        Gate gate = new Gate();
        int[] through = new int[1];
        int[] slept = new int[1];
        AnyIO.createTaskGroup().run(group -> {
            for (int i = 0; i < TASKS; i++) {
                group.spawn(() -> {
                    gate.await();
                    through[0]++;
                });
                group.spawn(() -> {
                    for (int n = 0; n < 20; n++) {
                        Deadline end = AnyIO.currentTime().plus(Duration.ofMillis(5));
                        AnyIO.sleepUntil(end);
                        assertFalse(AnyIO.currentTime().isBefore(end));
                        slept[0]++;
                    }
                });
                group.spawn(() -> assertFalse(AnyIO.moveOnAfter(Duration.ofMillis(50), AnyIO::sleepForever)));
                group.spawn(() -> {
                    while (!stop.cancelCalled()) {
                        AnyIO.checkpoint();
                        AnyIO.createTaskGroup().run(inner -> inner.spawn(AnyIO::checkpoint));
                    }
                });
            }
            for (TaskInfo task : AnyIO.getRunningTasks()) {
                threads.add(task.thread());
            }
            int[] traces = new int[1];
            Thread looker = Thread.ofPlatform().start(() -> {
                while (!stop.cancelCalled()) {
                    for (Thread thread : threads) {
                        traces[0] += thread.getStackTrace().length > 0 ? 1 : 0;
                    }
                }
            });
            AnyIO.sleep(Duration.ofMillis(300));
            assertEquals(0, through[0]);
            gate.open();
            AnyIO.sleep(Duration.ofMillis(100));
            stop.cancel();
            looker.join();
            assertTrue(traces[0] > TASKS, traces[0] + " stack traces");
        });
        assertEquals(TASKS, through[0]);
        assertEquals(TASKS * 20, slept[0]);
    }
}
