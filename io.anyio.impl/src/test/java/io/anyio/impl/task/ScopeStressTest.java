package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.anyio.api.AnyIO;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.api.task.TaskGroup;
import io.anyio.testing.AnyioTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/** Random trees of tasks and scopes, while their shields and deadlines change and foreign threads cancel and spawn. */
class ScopeStressTest {
    private static final Duration BUDGET = Duration.ofMillis(Long.getLong("anyio.stress.millis", 1_000));
    private static final int SLOTS = 64;

    private final AtomicReferenceArray<CancelScope> scopes = new AtomicReferenceArray<>(SLOTS);
    private final AtomicReferenceArray<TaskGroup<RuntimeException>> groups = new AtomicReferenceArray<>(SLOTS);
    private int begun;
    private int ended;
    private long seed;

    private static final class Expected extends RuntimeException {
        private static final long serialVersionUID = 1;

        Expected() {
            super("expected", null, false, false);
        }
    }

    @AnyioTest(timeout = 60)
    void randomTreesOfTasksEndAndLeaveNothingBehind() throws Exception {
        seed = Long.getLong("anyio.stress.seed", System.nanoTime());
        CancelScope stop = AnyIO.openCancelScope();
        List<Throwable> strange = Collections.synchronizedList(new ArrayList<>());
        Thread foreign = Thread.ofPlatform().start(() -> {
            try {
                disturb(stop);
            } catch (Throwable e) {
                strange.add(e);
            }
        });
        SplittableRandom random = new SplittableRandom(seed);
        Deadline end = AnyIO.currentTime().plus(BUDGET);
        int baseline = AnyIO.getRunningTasks().size();
        int rounds = 0;
        for (; AnyIO.currentTime().isBefore(end); rounds++) {
            SplittableRandom own = random.split();
            CancelScope guard = AnyIO
                    .openCancelScope(options -> options.timeout(Duration.ofMillis(1 + own.nextInt(20))));
            try {
                guard.run(() -> live(own, 0, List.of(guard)));
            } catch (RuntimeException | AssertionError e) {
                onlyExpected(e);
            }
            assertEquals(baseline, AnyIO.getRunningTasks().size(), "seed " + seed);
            assertEquals(begun, ended, "tasks that began and ended, seed " + seed);
            assertTrue(!AnyIO.hasPendingCancellation() && AnyIO.currentEffectiveDeadline().equals(Deadline.NEVER),
                    "seed " + seed);
        }
        stop.cancel();
        foreign.join();
        assertEquals(List.of(), strange, "seed " + seed);
        assertTrue(rounds > 5 && begun > 100, rounds + " rounds, " + begun + " tasks");
    }

    private void onlyExpected(Throwable error) {
        if (error instanceof ExceptionGroup group) {
            group.exceptions().forEach(this::onlyExpected);
        } else if (!(error instanceof Expected)) {
            throw new AssertionError("seed " + seed, error);
        }
    }

    /** What a task does: a few random things in scopes of its own. */
    private void live(SplittableRandom random, int depth, List<CancelScope> around) {
        begun++;
        try {
            int actions = 1 + random.nextInt(6);
            for (int i = 0; i < actions; i++) {
                act(random, depth, around);
                checkPending(around);
            }
        } finally {
            ended++;
        }
    }

    private void act(SplittableRandom random, int depth, List<CancelScope> around) {
        switch (random.nextInt(16)) {
            case 0, 1 -> AnyIO.checkpoint();
            case 2 -> AnyIO.sleep(Duration.ofNanos(random.nextInt(300_000)));
            case 3 -> AnyIO.cancelShieldedCheckpoint();
            case 4, 5, 6 -> inScope(random, depth, around);
            case 7, 8, 9 -> inGroup(random, depth, around);
            case 10 -> pick(random, scope -> scope.cancel());
            case 11 -> pick(random, scope -> trySet(() -> scope.shield(random.nextBoolean())));
            case 12 -> pick(random,
                    scope -> trySet(() -> scope
                            .deadline(AnyIO.currentTime().plus(Duration.ofNanos(random.nextInt(1_000_000) - 1000)))));
            case 13 -> pick(random, scope -> scope.cancel(Duration.ofNanos(random.nextInt(500_000))));
            case 14 -> {
                if (random.nextInt(4) == 0) {
                    throw new Expected();
                }
            }
            default -> {
                try {
                    AnyIO.checkpoint();
                } finally {
                    AnyIO.openCancelScope(options -> options.shield(true)).run(AnyIO::checkpoint);
                }
            }
        }
    }

    private static void trySet(Runnable setter) {
        try {
            setter.run();
        } catch (IllegalStateException e) {
            // a scope of another loop, left by an earlier test
        }
    }

    private void pick(SplittableRandom random, Consumer<CancelScope> action) {
        CancelScope scope = scopes.get(random.nextInt(SLOTS));
        if (scope != null) {
            action.accept(scope);
        }
    }

    private void inScope(SplittableRandom random, int depth, List<CancelScope> around) {
        CancelScope scope = AnyIO.openCancelScope(options -> options.shield(random.nextInt(4) == 0)
                .timeout(Duration.ofNanos(random.nextInt(3_000_000))));
        scopes.set(random.nextInt(SLOTS), scope);
        if (depth < 8) {
            scope.run(() -> live(random, depth + 1, with(around, scope)));
        }
    }

    private static List<CancelScope> with(List<CancelScope> around, CancelScope scope) {
        List<CancelScope> more = new ArrayList<>(around);
        more.add(scope);
        return more;
    }

    private void inGroup(SplittableRandom random, int depth, List<CancelScope> around) {
        if (depth >= 6) {
            return;
        }
        TaskGroup<RuntimeException> group = AnyIO.createTaskGroup();
        CancelScope scope = group.cancelScope();
        scopes.set(random.nextInt(SLOTS), scope);
        groups.set(random.nextInt(SLOTS), group);
        List<CancelScope> inside = with(around, scope);
        group.run(_ -> {
            int children = random.nextInt(4);
            for (int i = 0; i < children; i++) {
                SplittableRandom own = random.split();
                if (own.nextInt(4) > 0) {
                    group.spawn(() -> live(own, depth + 1, inside));
                } else {
                    startInto(group, own, depth, inside);
                }
            }
            if (random.nextBoolean()) {
                AnyIO.checkpoint();
            }
        });
    }

    private void startInto(TaskGroup<?> group, SplittableRandom random, int depth, List<CancelScope> inside) {
        try {
            group.<String, RuntimeException>start("started", started -> {
                if (random.nextInt(3) > 0) {
                    AnyIO.openCancelScope(options -> options.shield(random.nextBoolean())).run(AnyIO::checkpoint);
                    started.set("");
                }
                live(random, depth + 1, inside);
            });
        } catch (IllegalStateException e) {
            assertTrue(e.getMessage().contains("without calling Started.set"), e.getMessage());
        }
    }

    /**
     * The next checkpoint throws exactly if a visible scope is cancelled; what another thread asked for just now is
     * delivered soon.
     */
    private void checkPending(List<CancelScope> around) {
        // the other thread may be stopped between its mark and its message
        Deadline patience = AnyIO.currentTime().plus(Duration.ofSeconds(10));
        while (AnyIO.currentTime().isBefore(patience)) {
            boolean asked = seesCancelled(around);
            if (asked == AnyIO.hasPendingCancellation()) {
                return;
            }
            assertTrue(asked, "pending although no visible scope is cancelled, seed " + seed);
            AnyIO.cancelShieldedCheckpoint();
        }
        fail("cancelled but not pending, seed " + seed);
    }

    private static boolean seesCancelled(List<CancelScope> around) {
        for (CancelScope scope : around.reversed()) {
            if (scope.cancelCalled()) {
                return true;
            }
            if (scope.shield()) {
                return false;
            }
        }
        return false;
    }

    private void disturb(CancelScope stop) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        while (!stop.cancelCalled()) {
            CancelScope scope = scopes.get(random.nextInt(SLOTS));
            TaskGroup<RuntimeException> group = groups.get(random.nextInt(SLOTS));
            if (scope != null && random.nextInt(8) == 0) {
                scope.cancel("by the disturber");
            } else if (scope != null && random.nextInt(8) == 0) {
                scope.cancel(Duration.ofNanos(random.nextInt(200_000)));
            } else if (group != null && random.nextInt(4) == 0) {
                spawnInto(group);
            }
            for (int spin = random.nextInt(2_000); spin > 0; spin--) {
                Thread.onSpinWait();
            }
        }
    }

    private void spawnInto(TaskGroup<RuntimeException> group) {
        try {
            group.spawn("from afar", () -> {
                begun++;
                try {
                    AnyIO.checkpoint();
                } finally {
                    ended++;
                }
            });
        } catch (IllegalStateException e) {
            assertTrue(e.getMessage().contains("not active"), e.getMessage());
        }
    }
}
