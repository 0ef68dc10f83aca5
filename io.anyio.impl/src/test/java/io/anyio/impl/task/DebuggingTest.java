package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.Event;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.task.TaskInfo;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.EachBackend;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;

class DebuggingTest {

    @AnyioTest @Proves({"DB-01", "DB-03"})
    void aTaskHasIdParentNameAndThread(TaskGroup<Exception> group) {
        TaskInfo host = AnyIO.getCurrentTask();
        TaskInfo child = group.spawn("the child", () -> {
            TaskInfo info = AnyIO.getCurrentTask();
            assertSame(Thread.currentThread(), info.thread());
            return info;
        }).await();
        assertEquals("the child", child.name());
        assertEquals(OptionalLong.of(host.id()), child.parentId());
        assertNotEquals(host.id(), child.id());
        assertEquals("TaskInfo(id=" + child.id() + ", name=the child)", child.toString());
    }

    @AnyioTest @Proves("DB-02")
    void infosWithTheSameIdAreEqual() {
        TaskInfo info = AnyIO.getCurrentTask();
        TaskInfo same = new TaskInfo(info.id(), OptionalLong.of(1), "another name", Thread.currentThread());
        TaskInfo other = new TaskInfo(info.id() + 1, info.parentId(), info.name(), info.thread());
        assertEquals(info, same);
        assertEquals(info.hashCode(), same.hashCode());
        assertEquals(info, AnyIO.getCurrentTask());
        assertNotEquals(info, other);
        assertNotEquals(info, "a string");
    }

    @AnyioTest @Proves("DB-04")
    void theParentIsTheHostOfTheGroupAndNotTheSpawner() {
        TaskInfo host = AnyIO.getCurrentTask();
        AnyIO.createTaskGroup().run(group -> {
            TaskHandle<TaskHandle<TaskInfo>> spawner = group.spawn("spawner",
                    () -> group.spawn("child", AnyIO::getCurrentTask));
            TaskInfo child = spawner.await().await();
            assertEquals(OptionalLong.of(host.id()), child.parentId());
            assertNotEquals(OptionalLong.of(spawner.info().id()), child.parentId());
        });
    }

    @EachBackend @Proves("DB-05")
    void theMainTaskHasNoParent(String backend) {
        assertEquals(OptionalLong.empty(), AnyIO.call(AnyIO::getCurrentTask, o -> o.backend(backend)).parentId());
    }

    @AnyioTest @Proves({"DB-06", "DB-07"})
    void unfinishedTasksAreListedWithTheCaller(TaskGroup<Exception> group) {
        TaskInfo self = AnyIO.getCurrentTask();
        Event go = AnyIO.createEvent();
        TaskHandle<?> waiting = group.spawn("waiting", go::await);
        TaskHandle<?> finished = group.spawn("finished", () -> {});
        TaskHandle<?> nested = group.spawn("nested",
                () -> AnyIO.createTaskGroup().run(inner -> inner.spawn("grandchild", go::await)));
        AnyIO.waitAllTasksBlocked();
        TaskHandle<?> fresh = group.spawn("fresh", () -> {});
        List<TaskInfo> running = AnyIO.getRunningTasks();
        assertEquals(List.of("fresh", "grandchild", "nested", "waiting"),
                running.stream().filter(task -> !task.equals(self)).map(TaskInfo::name).sorted().toList());
        assertTrue(running.containsAll(List.of(self, waiting.info(), nested.info(), fresh.info())));
        assertFalse(running.contains(finished.info()));
        go.set();
        List.of(waiting, nested, fresh).forEach(TaskHandle::await);
        assertEquals(List.of(self), AnyIO.getRunningTasks());
    }

    @AnyioTest @Proves({"DB-08", "DB-09"})
    void itReturnsOnceAllOthersWaitInTheLibrary(TaskGroup<Exception> group) {
        Event go = AnyIO.createEvent();
        int[] waiting = new int[1];
        for (int i = 0; i < 100; i++) {
            int turns = i;
            group.spawn(() -> {
                for (int turn = 0; turn < turns; turn++) {
                    AnyIO.checkpoint();
                }
                if (turns < 50) {
                    group.spawn(() -> {
                        waiting[0]++;
                        go.await();
                    });
                }
                waiting[0]++;
                go.await();
            });
        }
        AnyIO.waitAllTasksBlocked();
        assertEquals(150, waiting[0]);
        go.set();
    }

    @AnyioTest @Proves("DB-10")
    void aTaskThatReactsToACancelIsNotBlocked(TaskGroup<Exception> group) {
        boolean[] reacted = new boolean[1];
        TaskHandle<?> task = group.spawn(() -> {
            try {
                AnyIO.sleepForever();
            } catch (CancelledError e) {
                for (int i = 0; i < 100; i++) {
                    AnyIO.cancelShieldedCheckpoint();
                }
                reacted[0] = true;
                throw e;
            }
        });
        AnyIO.waitAllTasksBlocked();
        task.cancel();
        AnyIO.waitAllTasksBlocked();
        assertTrue(reacted[0]);
    }

    @AnyioTest @Proves("DB-11")
    void aTaskThatSleepsForZeroIsNotBlocked(TaskGroup<Exception> group) {
        int[] turns = new int[1];
        group.spawn(() -> {
            while (turns[0] < 1000) {
                AnyIO.sleep(Duration.ZERO);
                turns[0]++;
            }
        });
        AnyIO.waitAllTasksBlocked();
        assertEquals(1000, turns[0]);
    }

    @AnyioTest @Proves("DB-12")
    void aTaskInForeignBlockingCodeIsNotBlocked(TaskGroup<Exception> group) throws Exception {
        CountDownLatch latch = new CountDownLatch(1);
        boolean[] released = new boolean[1];
        Thread foreign = Thread.ofPlatform().start(() -> {
            try {
                // time for a wait that is wrong to end
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            released[0] = true;
            latch.countDown();
        });
        group.spawn(() -> {
            latch.await();
            AnyIO.checkpoint();
        });
        AnyIO.checkpoint();
        AnyIO.waitAllTasksBlocked();
        assertTrue(released[0]);
        foreign.join();
    }

    @AnyioTest @Proves("DB-13")
    void theWaitCanBeCancelled(TaskGroup<Exception> group) {
        CancelScope scope = AnyIO.openCancelScope();
        boolean[] stop = new boolean[1];
        group.spawn("spinner", () -> {
            for (int i = 0; !stop[0]; i++) {
                AnyIO.checkpoint();
                if (i == 100) {
                    scope.cancel();
                }
            }
        });
        scope.run(AnyIO::waitAllTasksBlocked);
        assertTrue(scope.cancelledCaught());
        stop[0] = true;
        AnyIO.waitAllTasksBlocked();
        CancelScope before = AnyIO.openCancelScope();
        before.cancel();
        before.run(AnyIO::waitAllTasksBlocked);
        assertTrue(before.cancelledCaught());
    }

    @AnyioTest @Proves({"DB-14", "TG-33"})
    void namesAreTheCodesClassOrWhatTheSpawnerSays(TaskGroup<Exception> group) {
        assertEquals(DebuggingTest.class.getName(), group.spawn(() -> {}).name());
        assertEquals(DebuggingTest.class.getName(), group.spawn(() -> 7).name());
        assertEquals("custom", group.spawn("custom", () -> {}).name());
        assertEquals("custom", group.spawn("custom", () -> 7).info().name());
        assertEquals(Named.class.getName(), group.spawn(new Named()).name(),
                "the qualified name of the class that has the code");
        assertEquals(DebuggingTest.class.getName(),
                AnyIO.createTaskGroup().call(inner -> inner.spawn(() -> {}).name()));
    }

    /** That a name is no other type the compiler sees to. */
    @AnyioTest @Proves("TG-34")
    void anEmptyNameIsKept(TaskGroup<Exception> group) {
        TaskHandle<?> child = group.spawn("", () -> assertEquals("", AnyIO.getCurrentTask().name()));
        assertEquals("", child.name());
        assertEquals("", child.info().name());
        assertEquals("", group.start("", started -> started.set(AnyIO.getCurrentTask().name())));
        child.await();
    }

    private static final class Named implements Block<RuntimeException> {
        @Override
        public void run() {}
    }
}
