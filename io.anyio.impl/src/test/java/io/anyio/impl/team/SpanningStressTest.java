package io.anyio.impl.team;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.run.ContextTask;
import io.anyio.impl.run.Run;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * Random trees of spanning groups, whose tasks wait for each other, with and without shields, and are cancelled or fail
 * at any point. Only failures leave them, each once.
 */
class SpanningStressTest {
    private static final int ROUNDS = 150;
    private static final int MOST_TASKS = 40;

    /** Thrown by tasks that fail. */
    private static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** One tree. */
    private static final class Tree {
        private final long seed;
        private final boolean fails;
        private final List<TaskHandle<?>> tasks = new CopyOnWriteArrayList<>();
        private final List<Failure> failures = new CopyOnWriteArrayList<>();

        Tree(long seed, boolean fails) {
            this.seed = seed;
            this.fails = fails;
        }

        private TaskGroup<RuntimeException> group(Random random) {
            return AnyIO.createTaskGroup(RuntimeException.class, options -> options.loops(1 + random.nextInt(3)));
        }

        void run(Random random, CancelScope around) {
            group(random).run(group -> {
                for (int i = 0; i < 6; i++) {
                    spawn(group, random.nextLong());
                }
                AnyIO.sleep(Duration.ofNanos(random.nextInt(2_000_000)));
                if (!fails || random.nextBoolean()) {
                    (random.nextBoolean() ? group.cancelScope() : around).cancel();
                }
            });
        }

        private void spawn(TaskGroup<?> group, long itsSeed) {
            if (tasks.size() < MOST_TASKS) {
                tasks.add(group.spawn("task", () -> work(group, new Random(itsSeed))));
            }
        }

        private void work(TaskGroup<?> group, Random random) {
            for (int i = 0; i < 4; i++) {
                step(group, random);
            }
        }

        private void step(TaskGroup<?> group, Random random) {
            switch (random.nextInt(8)) {
                case 0 -> spawn(group, random.nextLong());
                case 1 -> awaitAny(random);
                case 2 -> AnyIO.openCancelScope(options -> options.shield(true))
                        .run(() -> AnyIO.sleep(Duration.ofNanos(random.nextInt(100_000))));
                case 3 -> AnyIO.moveOnAfter(Duration.ofNanos(random.nextInt(500_000)), AnyIO::sleepForever);
                case 4 -> group(random).run(inner -> {
                    spawn(inner, random.nextLong());
                    spawn(inner, random.nextLong());
                    AnyIO.checkpoint();
                });
                case 5 -> {
                    if (fails && random.nextInt(3) == 0) {
                        Failure failure = new Failure();
                        failures.add(failure);
                        throw failure;
                    }
                }
                case 6 -> AnyIO.sleep(Duration.ofNanos(random.nextInt(1_000_000)));
                default -> AnyIO.checkpoint();
            }
        }

        /** Waits for a task that is older, so that no two wait for each other, but a little only. */
        private void awaitAny(Random random) {
            TaskHandle<?> awaited = tasks.isEmpty() ? null : tasks.get(random.nextInt(tasks.size()));
            if (awaited != null && awaited != ContextTask.current("test")) {
                CancelScope scope = AnyIO.openCancelScope(options -> options.shield(random.nextBoolean())
                        .timeout(Duration.ofNanos(random.nextInt(1_000_000))));
                scope.run(awaited::awaitEnd);
            }
        }

        void check() {
            CancelScope around = AnyIO.openCancelScope();
            Throwable left = null;
            try {
                around.run(() -> run(new Random(seed), around));
            } catch (Throwable e) {
                left = e;
            }
            String what = "seed " + seed;
            for (TaskHandle<?> task : tasks) {
                assertFalse(task.status() == TaskHandle.Status.PENDING || task.status() == TaskHandle.Status.CANCELLING,
                        what);
            }
            List<Throwable> leaves = left == null ? List.of() : leaves(left).toList();
            if (!failures.containsAll(leaves)) {
                left.printStackTrace();
            }
            assertTrue(failures.containsAll(leaves), () -> what + leaves);
            assertEquals(leaves.stream().distinct().count(), leaves.size(), what);
            if (!failures.isEmpty()) {
                assertFalse(leaves.isEmpty(), what);
            }
        }

        private static Stream<Throwable> leaves(Throwable error) {
            return error instanceof ExceptionGroup several
                    ? several.exceptions().stream().flatMap(Tree::leaves)
                    : Stream.of(error);
        }
    }

    private static void all(boolean fail) {
        Random seeds = new Random();
        for (int i = 0; i < ROUNDS; i++) {
            new Tree(seeds.nextLong(), fail).check();
        }
        LoopTeam team = LoopTeam.of(ContextTask.current("test").run);
        assertTrue(team.branches().isEmpty());
        for (Run run : team.runs()) {
            assertTrue(run.loop.fibers() <= 1, run.loop.name);
        }
    }

    @AnyioTest @Proves({"LP-08", "LP-12"})
    void cancellationsNeverLeave() {
        all(false);
    }

    @AnyioTest @Proves("LP-13")
    void eachFailureLeavesOnce() {
        all(true);
    }
}
