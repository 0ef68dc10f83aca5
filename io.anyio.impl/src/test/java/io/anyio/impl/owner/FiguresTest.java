package io.anyio.impl.owner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.debug.LimiterDTO;
import io.anyio.api.debug.LoopFiguresDTO;
import io.anyio.api.debug.TaskTree;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.Event;
import io.anyio.api.task.LoopOptions;
import io.anyio.api.task.TaskHandle;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.EachBackend;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.Timeout;

/** What a monitor reads, again and again. */
@Timeout(60)
class FiguresTest {
    private final LoopRuntime runtime = new LoopRuntime();
    private final TaskTree tree = new RunningTasks(runtime::runs);
    private final CountDownLatch inside = new CountDownLatch(1);
    private final AtomicBoolean release = new AtomicBoolean();

    private Owner open(String backend, Duration stallAfter) {
        return new HolderOwners(runtime, Duration.ofMillis(100),
                LoopOptions.DEFAULT.backend(backend).stallAfter(stallAfter)).open("EventLoop",
                        new Holder(7, "org.example.user", FiguresTest.class.getClassLoader(), () -> false));
    }

    private void spin() {
        inside.countDown();
        while (!release.get()) {
            Thread.onSpinWait();
        }
    }

    private LoopFiguresDTO await(Predicate<LoopFiguresDTO> wanted) {
        while (true) {
            List<LoopFiguresDTO> all = tree.figures();
            if (all.size() == 1 && wanted.test(all.getFirst())) {
                return all.getFirst();
            }
            Thread.onSpinWait();
        }
    }

    @EachBackend @Proves({"OP-14", "OP-16"})
    void aLoopIsStalledFromItsReportOnUntilTheTaskLetsOthersRun(String backend) throws Exception {
        Owner owner = open(backend, Duration.ofMillis(50));
        TaskHandle<?> task = owner.spawn("busy", () -> {
            spin();
            AnyIO.checkpoint();
            AnyIO.sleepForever();
            return null;
        });
        inside.await();
        LoopFiguresDTO figures = await(LoopFiguresDTO::stalled);
        assertEquals(new LoopFiguresDTO("anyio-org.example.user", backend, "org.example.user", 1, true, 0,
                new LimiterDTO(40, 0, 0)), figures);
        release.set(true);
        await(now -> !now.stalled());
        task.cancel();
        owner.close();
    }

    @EachBackend @Proves("OP-17")
    void withoutAWatchNothingIsStalled(String backend) throws Exception {
        Owner owner = open(backend, Duration.ZERO);
        owner.spawn("busy", () -> {
            spin();
            return null;
        });
        inside.await();
        for (long begin = System.nanoTime(); System.nanoTime() - begin < 600_000_000;) {
            assertFalse(tree.figures().getFirst().stalled());
        }
        release.set(true);
        owner.close();
    }

    @AnyioTest @Proves("OP-15")
    void aTaskCountsUntilItsEndHoweverItEnds() {
        TaskTree own = AnyIO.service(TaskTree.class);
        assertEquals(1, own.figures().getFirst().tasks());
        Event go = AnyIO.createEvent();
        AnyIO.createTaskGroup().run(group -> {
            TaskHandle<?> ends = group.spawn("ends", go::await);
            TaskHandle<?> cancelled = group.spawn("is cancelled", AnyIO::sleepForever);
            AnyIO.waitAllTasksBlocked();
            assertEquals(3, own.figures().getFirst().tasks());
            cancelled.cancel();
            AnyIO.waitAllTasksBlocked();
            assertEquals(2, own.figures().getFirst().tasks());
            go.set();
            ends.awaitEnd();
        });
        assertThrows(IllegalStateException.class,
                () -> AnyIO.createTaskGroup().run(group -> group.spawn("fails", () -> {
                    throw new IllegalStateException();
                })));
        assertEquals(1, own.figures().getFirst().tasks());
    }

    @EachBackend @Proves({"OP-18", "OP-21"})
    void aTaskThatOutlivesTheGraceIsAStragglerUntilItEnds(String backend) throws Exception {
        Owner owner = open(backend, Duration.ZERO);
        owner.spawn("host", () -> {
            AnyIO.createTaskGroup()
                    .run(group -> group.spawn("sleeper", () -> AnyIO.openCancelScope(o -> o.shield(true)).run(() -> {
                        inside.countDown();
                        while (!release.get()) {
                            AnyIO.sleep(Duration.ofMillis(1));
                        }
                    })));
            return null;
        });
        inside.await();
        assertEquals(0, tree.figures().getFirst().stragglers());
        owner.close();
        assertEquals(1, tree.figures().getFirst().stragglers());
        release.set(true);
        while (!tree.figures().isEmpty()) {
            assertTrue(tree.figures().stream().allMatch(loop -> loop.stragglers() <= loop.tasks()));
        }
    }

    @EachBackend @Proves("OP-18")
    void soIsATaskInForeignCode(String backend) throws Exception {
        Owner owner = open(backend, Duration.ZERO);
        owner.spawn("busy", () -> {
            spin();
            return null;
        });
        inside.await();
        owner.close();
        assertEquals(1, tree.figures().getFirst().stragglers());
        release.set(true);
        while (!tree.figures().isEmpty()) {
            Thread.onSpinWait();
        }
    }

    @EachBackend @Proves("OP-19")
    void aWorkerIsAStragglerToo(String backend) throws Exception {
        for (boolean abandoned : List.of(true, false)) {
            FiguresTest test = new FiguresTest();
            Owner owner = test.open(backend, Duration.ZERO);
            owner.spawn("keeps the loop", () -> {
                AnyIO.openCancelScope(o -> o.shield(true)).run(() -> {
                    while (!test.release.get()) {
                        AnyIO.sleep(Duration.ofMillis(1));
                    }
                });
                return null;
            });
            owner.spawn("caller", () -> {
                AnyIO.runInWorkerThread(test::spin, o -> o.cancellable(abandoned));
                return null;
            });
            test.inside.await();
            owner.close();
            assertEquals(2, test.tree.figures().getFirst().stragglers());
            test.release.set(true);
            while (!test.tree.figures().isEmpty()) {
                Thread.onSpinWait();
            }
        }
    }

    @AnyioTest @Proves("OP-20")
    void theLimiterOfWorkersIsSaturatedWhileATaskWaitsForIt() throws Exception {
        TaskTree own = AnyIO.service(TaskTree.class);
        assertEquals(new LimiterDTO(40, 0, 0), own.figures().getFirst().workers());
        CapacityLimiter limiter = AnyIO.currentDefaultWorkerThreadLimiter();
        limiter.totalTokens(1);
        CountDownLatch go = new CountDownLatch(1);
        AnyIO.createTaskGroup(Exception.class).run(group -> {
            group.spawn("first", () -> AnyIO.runInWorkerThread(() -> go.await()));
            while (limiter.borrowedTokens() == 0) {
                AnyIO.sleep(Duration.ofMillis(1));
            }
            assertEquals(new LimiterDTO(1, 1, 0), own.figures().getFirst().workers());
            assertFalse(own.figures().getFirst().workers().saturated());
            group.spawn("second", () -> AnyIO.runInWorkerThread(() -> go.await()));
            while (limiter.statistics().tasksWaiting() == 0) {
                AnyIO.sleep(Duration.ofMillis(1));
            }
            assertEquals(new LimiterDTO(1, 1, 1), own.figures().getFirst().workers());
            assertTrue(own.figures().getFirst().workers().saturated());
            limiter.totalTokens(2);
            assertFalse(own.figures().getFirst().workers().saturated());
            go.countDown();
        });
        assertEquals(new LimiterDTO(2, 0, 0), own.figures().getFirst().workers());
    }
}
