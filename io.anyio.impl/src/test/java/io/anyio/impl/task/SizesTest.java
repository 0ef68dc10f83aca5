package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.testing.AnyioTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Many tasks, deep trees, large groups of errors. The sizes grow by system properties. */
class SizesTest {
    private static final int MANY = Integer.getInteger("anyio.sizes.tasks", 20_000);
    private static final int SLEEPERS = Integer.getInteger("anyio.sizes.sleepers", 10_000);
    private static final int DEEP = Integer.getInteger("anyio.sizes.deep", 2_000);
    private static final int BYTES_PER_SLEEPER = Integer.getInteger("anyio.sizes.bytes", 2_600);

    private static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;

        Failure(int number) {
            super("child " + number, null, false, false);
        }
    }

    @AnyioTest(timeout = 120)
    void oneGroupHoldsManyTasks() {
        int[] ended = new int[2];
        AnyIO.createTaskGroup().run(group -> {
            for (int i = 0; i < MANY; i++) {
                group.spawn("short", () -> ended[0]++);
            }
        });
        assertEquals(MANY, ended[0]);
        AnyIO.createTaskGroup().run(group -> {
            for (int i = 0; i < MANY; i++) {
                group.spawn("waiting", () -> {
                    try {
                        AnyIO.sleepForever();
                    } finally {
                        ended[1]++;
                    }
                });
            }
            AnyIO.waitAllTasksBlocked();
            group.cancel();
        });
        assertEquals(MANY, ended[1]);
    }

    /**
     * With its scope and its handle. In a virtual machine of its own, once the code is compiled, it is half of what
     * interpreted frames take here.
     */
    @AnyioTest(backends = "carrier", timeout = 300)
    void aSleepingTaskIsSmall() {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 40 && least > BYTES_PER_SLEEPER; round++) {
            least = Math.min(least, bytesPerSleeper());
        }
        assertTrue(least <= BYTES_PER_SLEEPER, least + " bytes for each sleeping task");
    }

    private static long bytesPerSleeper() {
        return AnyIO.createTaskGroup().call(group -> {
            spawnSleepers(group, 100);
            long before = usedMemory();
            List<TaskHandle<?>> handles = spawnSleepers(group, SLEEPERS);
            long each = (usedMemory() - before) / SLEEPERS;
            assertEquals(SLEEPERS, handles.size());
            group.cancel();
            return each;
        });
    }

    private static List<TaskHandle<?>> spawnSleepers(TaskGroup<?> group, int count) {
        List<TaskHandle<?>> handles = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            handles.add(group.spawn("sleeper", () -> AnyIO.sleep(Duration.ofDays(1))));
        }
        AnyIO.waitAllTasksBlocked();
        return handles;
    }

    private static long usedMemory() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 2; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    @AnyioTest
    void scopesNestAThousandDeep() {
        CancelScope outer = AnyIO.openCancelScope();
        List<CancelScope> inner = new ArrayList<>();
        int[] unwound = new int[1];
        outer.run(() -> nest(1_000, inner, () -> {
            AnyIO.checkpoint();
            outer.cancel();
            AnyIO.checkpoint();
        }, unwound));
        assertTrue(outer.cancelledCaught());
        assertEquals(1_000, unwound[0]);
        assertFalse(inner.stream().anyMatch(CancelScope::cancelledCaught));

        CancelScope again = AnyIO.openCancelScope();
        again.run(() -> nest(1_000, inner, () -> {
            again.cancel();
            again.shield(true);
            again.shield(false);
            assertThrows(CancelledError.class, AnyIO::checkpoint);
        }, unwound));
        assertTrue(again.cancelCalled());
    }

    private static void nest(int depth, List<CancelScope> scopes, Runnable innermost, int[] unwound) {
        if (depth == 0) {
            innermost.run();
            return;
        }
        CancelScope scope = AnyIO.openCancelScope();
        scopes.add(scope);
        try {
            scope.run(() -> nest(depth - 1, scopes, innermost, unwound));
        } finally {
            unwound[0]++;
        }
    }

    @AnyioTest(timeout = 120)
    void groupsNestDeep() {
        CancelScope shieldable = AnyIO.openCancelScope();
        int[] counts = new int[3];
        AnyIO.createTaskGroup().run(around -> {
            around.spawn(() -> shieldable
                    .run(() -> AnyIO.createTaskGroup().run(group -> group.spawn(() -> descend(DEEP, counts)))));
            AnyIO.waitAllTasksBlocked();
            assertEquals(1, counts[0]);
            shieldable.shield(true);
            around.cancel();
            AnyIO.cancelShieldedCheckpoint();
            assertEquals(0, counts[1]);
            // down and up the whole tree, without recursion
            shieldable.shield(false);
            shieldable.shield(true);
            shieldable.shield(false);
        });
        assertEquals(1, counts[1]);
        assertEquals(DEEP, counts[2]);
    }

    private static void descend(int depth, int[] counts) {
        if (depth == 0) {
            counts[0]++;
            try {
                AnyIO.sleepForever();
            } finally {
                counts[1]++;
            }
        }
        try {
            AnyIO.createTaskGroup().run(group -> group.spawn("deep", () -> descend(depth - 1, counts)));
        } finally {
            counts[2]++;
        }
    }

    @AnyioTest(timeout = 60)
    void tenThousandFailingChildrenStayReadable() {
        ExceptionGroup group = assertThrows(ExceptionGroup.class, () -> AnyIO.createTaskGroup().run(tasks -> {
            for (int i = 0; i < 10_000; i++) {
                int number = i;
                tasks.spawn("failing", () -> {
                    throw new Failure(number);
                });
            }
        }));
        assertEquals(10_000, group.exceptions().size());
        assertTrue(group.getMessage().startsWith("10000 exceptions were raised in the task group:"));
        assertTrue(group.getMessage().endsWith("and 9990 more"));
        assertTrue(group.getMessage().contains("child 0") && group.getMessage().length() < 2_000, group.getMessage());
        assertTrue(group.getSuppressed().length < 20);
        assertEquals("child 0", group.rootCause().getMessage());
    }

    @AnyioTest(timeout = 60)
    void aDeepNestOfStrictGroupsStaysReadable() {
        ExceptionGroup group = assertThrows(ExceptionGroup.class, () -> strict(1_000));
        assertTrue(group.getMessage().length() < 2_000);
        assertEquals("bottom", group.rootCause().getMessage());
        assertTrue(group.find(ArithmeticException.class).isPresent());
    }

    private static void strict(int depth) {
        AnyIO.createTaskGroup(RuntimeException.class, options -> options.strict(true)).run(_ -> {
            if (depth == 0) {
                throw new ArithmeticException("bottom");
            }
            strict(depth - 1);
        });
    }
}
