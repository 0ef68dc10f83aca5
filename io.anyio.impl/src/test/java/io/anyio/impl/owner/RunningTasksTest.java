package io.anyio.impl.owner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.debug.LoopDTO;
import io.anyio.api.debug.ScopeDTO;
import io.anyio.api.debug.TaskDTO;
import io.anyio.api.debug.TaskTree;
import io.anyio.api.spi.Bodies;
import io.anyio.api.spi.Holder;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.sync.Condition;
import io.anyio.api.sync.Event;
import io.anyio.api.sync.Lock;
import io.anyio.api.task.Block;
import io.anyio.api.task.LoopOptions;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.run.Run;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.EachBackend;
import io.anyio.testing.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

class RunningTasksTest {

    @AnyioTest(virtualClock = true)
    void theTreeTellsWhoHostsWhomAndWhatEachWaitsFor(VirtualClock clock) {
        Event go = AnyIO.createEvent();
        AnyIO.createTaskGroup().run(group -> {
            group.spawn("waiter", go::await);
            group.spawn("host",
                    () -> AnyIO.openCancelScope(o -> o.name("bounded").timeout(Duration.ofHours(1)).shield(true))
                            .run(() -> AnyIO.createTaskGroup()
                                    .run(inner -> inner.spawn("child", () -> AnyIO.sleep(Duration.ofHours(2))))));
            AnyIO.waitAllTasksBlocked();
            clock.autojump(false);
            clock.jump(Duration.ofMinutes(10));
            group.spawn("fresh", () -> {});

            List<LoopDTO> loops = AnyIO.service(TaskTree.class).loops();
            assertEquals(1, loops.size());
            LoopDTO loop = loops.getFirst();
            assertTrue(loop.answered());
            assertNull(loop.busy());
            assertEquals(1, loop.tasks().size());
            TaskDTO main = loop.tasks().getFirst();
            assertEquals(TaskDTO.State.READY, main.state());
            assertEquals(List.of("waiter", "host", "fresh"), main.children().stream().map(TaskDTO::name).toList());

            TaskDTO waiter = main.children().getFirst();
            assertEquals(TaskDTO.State.WAITING, waiter.state());
            assertTrue(waiter.waitsFor().toLowerCase().contains("event"), waiter.waitsFor());
            assertNull(waiter.timeLeft());
            assertEquals(Duration.ofMinutes(10), waiter.age());

            TaskDTO host = main.children().get(1);
            assertEquals(Duration.ofMinutes(50), host.timeLeft());
            ScopeDTO scope = host.scopes().getLast();
            assertEquals(new ScopeDTO("bounded", Duration.ofMinutes(50), true, false), scope);
            TaskDTO child = host.children().getFirst();
            assertEquals("sleep", child.waitsFor());
            assertEquals(Duration.ofMinutes(50), child.timeLeft());
            assertEquals(TaskDTO.State.READY, main.children().get(2).state());

            String text = loop.text();
            assertTrue(text.contains("\n      child #" + child.id() + ", 600.000 s, waits for sleep, 3000.000 s left"),
                    text);
            clock.autojump(true);
            go.set();
        });
    }

    /** Each task has the name of what it waits for. */
    @AnyioTest
    void eachWaitHasAName() throws Exception {
        Lock lock = AnyIO.createLock();
        Condition condition = AnyIO.createCondition();
        try (MemoryObjectStream<Integer> empty = AnyIO.createMemoryObjectStream(1);
                MemoryObjectStream<Integer> full = AnyIO.createMemoryObjectStream(0);
                MemoryByteStreams bytes = AnyIO.createMemoryByteStreams(1)) {
            AnyIO.createTaskGroup(Exception.class).run(group -> {
                lock.acquire();
                group.spawn("event", () -> AnyIO.createEvent().await());
                group.spawn("lock", lock::acquire);
                group.spawn("condition", () -> {
                    condition.acquire();
                    condition.await();
                });
                group.spawn("semaphore", () -> AnyIO.createSemaphore(0).acquire());
                group.spawn("limiter", () -> AnyIO.createCapacityLimiter(0).acquire());
                group.spawn("limiter database",
                        () -> AnyIO.createCapacityLimiter(0, options -> options.name("database")).acquire());
                group.spawn("sleep", AnyIO::sleepForever);
                group.spawn("an item of a memory stream", () -> empty.receiver().receive());
                group.spawn("room in a memory stream", () -> full.sender().send(1));
                group.spawn("bytes of a connection in memory", () -> bytes.first().receive(1));
                group.spawn("room in a connection in memory", () -> bytes.first().send(new byte[2]));
                TaskHandle<?> sleeper = group.spawn("children of the task group",
                        () -> AnyIO.createTaskGroup().run(inner -> inner.spawn("sleep", AnyIO::sleepForever)));
                group.spawn("end of task", sleeper::awaitEnd);
                AnyIO.waitAllTasksBlocked();
                List<TaskDTO> tasks = AnyIO.service(TaskTree.class).loops().getFirst().tasks().getFirst().children();
                assertEquals(13, tasks.size());
                assertEquals(tasks.stream().map(TaskDTO::name).toList(),
                        tasks.stream().map(TaskDTO::waitsFor).toList());
                lock.release();
                group.cancel();
            });
        }
    }

    @EachBackend
    void aStalledLoopDoesNotHideTheOthers(String backend) throws InterruptedException {
        LoopRuntime runtime = new LoopRuntime();
        AtomicBoolean release = new AtomicBoolean();
        CountDownLatch running = new CountDownLatch(2);
        Thread stalled = run(runtime, backend, "stalled", () -> {
            running.countDown();
            while (!release.get()) {
                Thread.onSpinWait();
            }
        });
        Thread good = run(runtime, backend, "good", () -> {
            running.countDown();
            while (!release.get()) {
                AnyIO.sleep(Duration.ofMillis(1));
            }
        });
        running.await();
        List<LoopDTO> loops = new RunningTasks(runtime::runs).loops(Duration.ofMillis(100));
        release.set(true);
        assertEquals(List.of("good", "stalled"), loops.stream().map(LoopDTO::name).toList());
        assertTrue(loops.getFirst().answered());
        assertEquals(1, loops.getFirst().tasks().size());
        LoopDTO silent = loops.getLast();
        assertFalse(silent.answered());
        assertNotNull(silent.busy());
        assertEquals("task '" + RunningTasksTest.class.getName() + "'", silent.busy().task());
        assertTrue(silent.busy().stack().stream().anyMatch(frame -> frame.getMethodName().contains("aStalledLoop")),
                silent.text());
        stalled.join();
        good.join();
        assertEquals(List.of(), new RunningTasks(runtime::runs).loops());
    }

    /** The caller's patience lasts until a loop that is busy now can answer. */
    @EachBackend
    void aLoopThatIsBusyForAWhileAnswersLater(String backend) throws Exception {
        LoopRuntime runtime = new LoopRuntime();
        CountDownLatch release = new CountDownLatch(1);
        Thread busy = runBusy(runtime, backend, release);
        FutureTask<List<LoopDTO>> question = new FutureTask<>(
                () -> new RunningTasks(runtime::runs).loops(Duration.ofHours(1)));
        Thread asks = Thread.ofPlatform().daemon().start(question);
        while (asks.getState() != Thread.State.TIMED_WAITING) {
            assertTrue(asks.isAlive(), "it did not wait");
        }
        release.countDown();
        assertTrue(question.get(30, TimeUnit.SECONDS).getFirst().answered());
        busy.join();
    }

    @EachBackend
    void whoIsInterruptedGetsWhatIsSeenFromOutside(String backend) throws Exception {
        LoopRuntime runtime = new LoopRuntime();
        CountDownLatch release = new CountDownLatch(1);
        Thread busy = runBusy(runtime, backend, release);
        Thread.currentThread().interrupt();
        List<LoopDTO> loops = new RunningTasks(runtime::runs).loops(Duration.ofHours(1));
        assertTrue(Thread.interrupted(), "the interrupt was lost");
        release.countDown();
        assertEquals(List.of("busy"), loops.stream().map(LoopDTO::name).toList());
        assertFalse(loops.getFirst().answered());
        busy.join();
    }

    /** It ends while somebody asks for all loops. */
    @EachBackend
    void aLoopThatHasEndedIsNotShown(String backend) {
        Run run = new LoopRuntime().open(LoopOptions.DEFAULT.backend(backend),
                new Holder(17, "ends", null, () -> false));
        RunningTasks tree = new RunningTasks(() -> Set.of(run));
        assertEquals(List.of("ends"), tree.loops().stream().map(LoopDTO::holder).toList());
        run.loop.finish();
        while (!run.loop.hasEnded()) {
            Thread.onSpinWait();
        }
        assertEquals(List.of(), tree.loops());
    }

    /** Runs a task that has the loop to itself until it is released. */
    private static Thread runBusy(LoopRuntime runtime, String backend, CountDownLatch release)
            throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        Thread busy = run(runtime, backend, "busy", () -> {
            running.countDown();
            while (release.getCount() > 0) {
                Thread.onSpinWait();
            }
        });
        running.await();
        return busy;
    }

    @EachBackend("carrier")
    void aTaskInForeignCodeIsToldApart(String backend) throws InterruptedException {
        LoopRuntime runtime = new LoopRuntime();
        CountDownLatch latch = new CountDownLatch(1);
        Thread runner = run(runtime, backend, "foreign", latch::await);
        RunningTasks tree = new RunningTasks(runtime::runs);
        while (tree.loops().stream().flatMap(loop -> loop.tasks().stream())
                .noneMatch(task -> task.state() == TaskDTO.State.FOREIGN)) {
            assertTrue(runner.isAlive());
        }
        latch.countDown();
        runner.join();
    }

    @AnyioTest
    void anyPatienceIsFine() {
        TaskTree tree = AnyIO.service(TaskTree.class);
        for (Duration patience : List.of(Duration.ofSeconds(Long.MAX_VALUE), Duration.ZERO,
                Duration.ofSeconds(Long.MIN_VALUE))) {
            assertEquals(1, tree.loops(patience).size());
        }
        assertEquals("TaskTree.loops: the patience is null",
                assertThrows(NullPointerException.class, () -> tree.loops(null)).getMessage());
    }

    private static Thread run(LoopRuntime runtime, String backend, String name, Block<Exception> block) {
        return Thread.ofPlatform().start(() -> {
            try {
                runtime.call(Bodies.of(block), LoopOptions.DEFAULT.backend(backend).name(name), block);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }
}
