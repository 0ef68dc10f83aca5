package io.anyio.impl.owner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.Clock;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.LoopOptions;
import io.anyio.api.task.NoEventLoopException;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.task.TaskInfo;
import io.anyio.impl.loop.Backends;
import io.anyio.impl.loop.FullQueue;
import io.anyio.impl.run.ContextTask;
import io.anyio.impl.time.SystemClock;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.EachBackend;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class RunTest {

    @EachBackend @Proves("EL-01")
    void theFunctionRunsInANewRuntimeWhileTheCallerWaits(String backend) {
        Thread caller = Thread.currentThread();
        Object value = new Object();
        List<Object> runtimes = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            assertSame(value, AnyIO.call(() -> {
                runtimes.add(ContextTask.current("test").run);
                assertEquals(List.of(AnyIO.getCurrentTask()), AnyIO.getRunningTasks());
                AnyIO.failAfter(Duration.ofSeconds(10), () -> {
                    while (caller.getState() != Thread.State.WAITING
                            && caller.getState() != Thread.State.TIMED_WAITING) {
                        AnyIO.checkpoint();
                    }
                });
                return value;
            }, o -> o.backend(backend)));
        }
        assertEquals(2, runtimes.size());
        assertNotSame(runtimes.getFirst(), runtimes.getLast());
        assertThrows(NoEventLoopException.class, AnyIO::getCurrentTask);
    }

    @EachBackend @Proves("EL-08")
    void theMainTaskIsNamedAfterTheFunctionUnlessTheCallerNamesIt(String backend) {
        String[] name = new String[1];
        AnyIO.run(() -> name[0] = AnyIO.getCurrentTask().name(), o -> o.backend(backend));
        assertEquals(RunTest.class.getName(), name[0]);
        assertEquals(RunTest.class.getName(), AnyIO.call(() -> AnyIO.getCurrentTask().name(), o -> o.backend(backend)));
    }

    @EachBackend @Proves("EL-01")
    void theValueIsReturned(String backend) {
        AtomicReference<String> ran = new AtomicReference<>();
        assertEquals("value", AnyIO.call(() -> {
            ran.set(TaskContext.current("test").backend());
            return "value";
        }, o -> o.backend(backend)));
        assertEquals(backend, ran.get());
        assertNull(AnyIO.call(() -> null, o -> o.backend(backend)));
        AnyIO.run(() -> ran.set("block"), o -> o.backend(backend));
        assertEquals("block", ran.get());
    }

    @EachBackend @Proves("EL-02")
    void whatIsThrownLeavesAsTheSameObject(String backend) {
        for (Throwable thrown : new Throwable[]{new IOException("checked"), new IllegalArgumentException("unchecked"),
                new AssertionError("error"), new InterruptedException("interrupted")}) {
            assertSame(thrown, assertThrows(Throwable.class, () -> AnyIO.run(() -> {
                AnyIO.checkpoint();
                throwIt(thrown);
            }, o -> o.backend(backend))));
            assertEquals(0, thrown.getSuppressed().length);
            assertNull(thrown.getCause());
        }
    }

    private static void throwIt(Throwable thrown) throws Exception {
        if (thrown instanceof Error error) {
            throw error;
        }
        throw (Exception) thrown;
    }

    @AnyioTest @Proves("EL-03")
    void runInsideATaskIsRefusedAndHarmsNothing(TaskGroup<Exception> group) {
        String backend = TaskContext.current("test").backend();
        boolean[] others = new boolean[1];
        group.spawn(() -> {
            AnyIO.checkpoint();
            others[0] = true;
        });
        boolean[] ran = new boolean[1];
        IllegalStateException refused = assertThrows(IllegalStateException.class, () -> AnyIO.run(() -> ran[0] = true));
        assertTrue(refused.getMessage().contains("backend " + backend), refused.getMessage());
        assertThrows(IllegalStateException.class, () -> AnyIO.call(() -> ran[0] = true));
        assertFalse(ran[0]);
        AnyIO.waitAllTasksBlocked();
        assertTrue(others[0]);
    }

    @Test @Proves("EL-04")
    void anUnknownBackendIsRefusedByNameAndNothingIsStarted() {
        boolean[] ran = new boolean[1];
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class,
                () -> AnyIO.run(() -> ran[0] = true, o -> o.backend("nonexistent").name("loop-without-backend")));
        assertTrue(refused.getMessage().startsWith("No such backend: nonexistent"), refused.getMessage());
        assertTrue(refused.getMessage().contains("carrier") && refused.getMessage().contains("pool"),
                refused.getMessage());
        assertFalse(ran[0]);
        assertFalse(threadNames().contains("loop-without-backend"));
    }

    @Test @Proves("EL-05")
    void theListOfBackendsIsFixedAndHasTheDefault() {
        List<String> backends = AnyIO.backends();
        assertTrue(backends.contains(Backends.defaultBackend()));
        assertTrue(backends.contains(AnyIO.call(() -> TaskContext.current("test").backend())));
        assertThrows(UnsupportedOperationException.class, () -> backends.add("another"));
        assertThrows(UnsupportedOperationException.class, () -> backends.removeFirst());
        assertEquals(backends, AnyIO.backends());
    }

    @EachBackend @Proves("EL-07")
    void runReturnsAfterEveryTaskOfEveryGroup(String backend) {
        List<Integer> ended = new ArrayList<>();
        AnyIO.run(() -> AnyIO.createTaskGroup().run(group -> nest(group, 5, ended)), o -> o.backend(backend));
        assertEquals(List.of(1, 2, 3, 4, 5), ended);
    }

    private static void nest(TaskGroup<?> group, int depth, List<Integer> ended) {
        group.spawn("depth " + depth, () -> {
            if (depth > 1) {
                AnyIO.createTaskGroup().run(inner -> nest(inner, depth - 1, ended));
            }
            AnyIO.sleep(Duration.ofMillis(1));
            ended.add(depth);
        });
    }

    @EachBackend @Proves("EL-07")
    void runReturnsAfterWhatAServiceStarted(String backend) {
        boolean[] ended = new boolean[1];
        AnyIO.run(() -> {
            owner().spawn("detached", () -> {
                AnyIO.sleep(Duration.ofMillis(5));
                ended[0] = true;
                return null;
            });
        }, o -> o.backend(backend));
        assertTrue(ended[0]);
    }

    @EachBackend
    void aFailedRunCancelsWhatAServiceStarted(String backend) {
        AtomicReference<TaskHandle<?>> detached = new AtomicReference<>();
        assertThrows(IOException.class, () -> AnyIO.run(() -> {
            detached.set(owner().spawn("detached", () -> {
                AnyIO.sleepForever();
                return null;
            }));
            throw new IOException("of the run");
        }, o -> o.backend(backend)));
        assertEquals(TaskHandle.Status.CANCELLED, detached.get().status());
    }

    private static Owner owner() {
        return AnyIO.service(Owners.class).open("test", new Holder(Holder.APPLICATION, "test", null, () -> false));
    }

    @EachBackend @Proves("EL-09")
    void optionsReachTheLoopAndUnknownOnesAreRefused(String backend) {
        AnyIO.run(() -> {
            assertEquals(backend, TaskContext.current("test").backend());
            assertTrue(threadNames().contains("chosen name"));
        }, _ -> LoopOptions.of(Map.of("backend", backend, "name", "chosen name")));
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class,
                () -> LoopOptions.of(Map.of("backend", backend, "colour", "red")));
        assertTrue(refused.getMessage().contains("colour") && refused.getMessage().contains("backend"),
                refused.getMessage());
        assertEquals(LoopOptions.DEFAULT, LoopOptions.of(Map.of()));
    }

    private static List<String> threadNames() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
    }

    @EachBackend @Proves("EL-16")
    void twoRunsKnowNothingOfEachOther(String backend) {
        AtomicReference<TaskInfo> first = new AtomicReference<>();
        AtomicReference<Object> attachment = new AtomicReference<>();
        AtomicReference<CancelScope> scope = new AtomicReference<>();
        AnyIO.run(() -> AnyIO.moveOnAfter(Duration.ofHours(1), inner -> {
            first.set(AnyIO.getCurrentTask());
            attachment.set(ContextTask.current("test").run.attachment(StringBuilder.class, StringBuilder::new));
            scope.set(inner);
            AnyIO.currentDefaultWorkerThreadLimiter().totalTokens(3);
            AnyIO.currentDefaultWorkerThreadLimiter().acquireOnBehalfOf("who never gives it back");
            inner.cancel();
        }), o -> o.backend(backend));
        AnyIO.run(() -> {
            assertEquals(Deadline.NEVER, AnyIO.currentEffectiveDeadline());
            assertFalse(AnyIO.hasPendingCancellation());
            assertEquals(40, AnyIO.currentDefaultWorkerThreadLimiter().totalTokens());
            assertEquals(0, AnyIO.currentDefaultWorkerThreadLimiter().borrowedTokens());
            AnyIO.checkpoint();
            assertNotEquals(first.get(), AnyIO.getCurrentTask());
            assertEquals(List.of(AnyIO.getCurrentTask()), AnyIO.getRunningTasks());
            assertNotSame(attachment.get(),
                    ContextTask.current("test").run.attachment(StringBuilder.class, StringBuilder::new));
            scope.get().cancel();
            AnyIO.checkpoint();
        }, o -> o.backend(backend));
    }

    @Test @Proves("EL-18")
    void whatNeedsATaskSaysSoOutsideOfOne() throws Exception {
        List<Executable> needy = List.of(() -> AnyIO.sleep(Duration.ZERO), AnyIO::sleepForever,
                () -> AnyIO.sleepUntil(Deadline.PAST), AnyIO::currentTime,
                AnyIO::currentEffectiveDeadline, AnyIO::checkpoint, AnyIO::checkpointIfCancelled,
                AnyIO::cancelShieldedCheckpoint,
                AnyIO::hasPendingCancellation, AnyIO::openCancelScope, AnyIO::createTaskGroup,
                () -> AnyIO.moveOnAfter(Duration.ZERO, () -> {}),
                () -> AnyIO.failAfter(Duration.ZERO, () -> {}), () -> AnyIO.interruptibly(() -> null),
                AnyIO::getCurrentTask,
                AnyIO::getRunningTasks, AnyIO::waitAllTasksBlocked);
        for (Executable call : needy) {
            NoEventLoopException refused = assertThrows(NoEventLoopException.class, call);
            assertTrue(refused.getMessage().contains("'" + Thread.currentThread().getName() + "'"),
                    refused.getMessage());
            assertTrue(refused.getMessage().contains("AnyIO.run"), refused.getMessage());
        }
        for (String backend : AnyIO.backends()) {
            for (Thread.Builder foreign : new Thread.Builder[]{Thread.ofPlatform(), Thread.ofVirtual()}) {
                AtomicReference<Throwable> thrown = new AtomicReference<>();
                AnyIO.run(() -> {
                    Thread started = foreign
                            .start(() -> thrown.set(assertThrows(NoEventLoopException.class, AnyIO::checkpoint)));
                    AnyIO.interruptibly(() -> {
                        started.join();
                        return null;
                    });
                }, o -> o.backend(backend));
                assertNotNull(thrown.get());
            }
        }
    }

    @EachBackend @Proves("EL-19")
    void whatBelongsToAFinishedRunIsRefused(String backend) {
        AtomicReference<TaskGroup<?>> group = new AtomicReference<>();
        AtomicReference<TaskHandle<?>> task = new AtomicReference<>();
        AnyIO.run(() -> AnyIO.createTaskGroup().run(open -> {
            group.set(open);
            task.set(open.spawn(() -> {}));
        }), o -> o.backend(backend));
        IllegalStateException refused = assertThrows(IllegalStateException.class, () -> group.get().spawn(() -> {}));
        assertTrue(refused.getMessage().contains("has ended"), refused.getMessage());
        group.get().cancel();
        task.get().cancel();
        assertEquals(TaskHandle.Status.FINISHED, task.get().status());
        AnyIO.run(() -> assertThrows(IllegalStateException.class, () -> group.get().spawn(() -> {})),
                o -> o.backend(backend));
    }

    @EachBackend
    void anInterruptOfTheCallerCancelsTheWholeRun(String backend) throws Exception {
        CountDownLatch sleeping = new CountDownLatch(1);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        List<String> ended = new ArrayList<>();
        Thread caller = Thread.ofPlatform().start(() -> {
            try {
                AnyIO.run(() -> {
                    owner().spawn("detached", () -> {
                        try {
                            AnyIO.sleepForever();
                        } finally {
                            ended.add("detached");
                        }
                        return null;
                    });
                    try {
                        AnyIO.createTaskGroup().run(group -> {
                            group.spawn(AnyIO::sleepForever);
                            AnyIO.waitAllTasksBlocked();
                            sleeping.countDown();
                            AnyIO.sleepForever();
                        });
                    } finally {
                        ended.add("first");
                    }
                }, o -> o.backend(backend));
            } catch (Throwable e) {
                thrown.set(e);
            }
            flag.set(Thread.currentThread().isInterrupted());
        });
        sleeping.await();
        caller.interrupt();
        caller.join();
        assertInstanceOf(CancelledError.class, thrown.get());
        assertTrue(thrown.get().getMessage().contains("interrupted"), thrown.get().getMessage());
        assertEquals(List.of("detached", "first"), ended.stream().sorted().toList());
        assertTrue(flag.get());
    }

    @EachBackend
    void aCallerWhoWasInterruptedBeforeIsCancelledAtTheFirstCheckpoint(String backend) {
        Thread.currentThread().interrupt();
        boolean[] began = new boolean[1];
        assertThrows(CancelledError.class, () -> AnyIO.run(() -> {
            began[0] = true;
            AnyIO.sleepForever();
        }, o -> o.backend(backend)));
        assertTrue(Thread.interrupted());
        assertTrue(began[0]);
        assertEquals(7, AnyIO.call(() -> 7, o -> o.backend(backend)));
    }

    @EachBackend
    void theBodyHasTheCallersContextClassLoader(String backend) {
        ClassLoader own = new ClassLoader() {};
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(own);
        try {
            assertSame(own, AnyIO.call(() -> Thread.currentThread().getContextClassLoader(), o -> o.backend(backend)));
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    /** There is no memory to hand it in. */
    @EachBackend
    void aRunWhoseFirstTaskCannotBeStartedLeavesNoLoop(String backend) {
        LoopRuntime runtime = new LoopRuntime();
        Clock clock = new Clock() {
            @Override
            public long nanoTime() {
                return SystemClock.INSTANCE.nanoTime();
            }

            @Override
            public Ticker attach(Runnable wakeup) {
                FullQueue.of(runtime.runs().iterator().next().loop).refuse(() -> {});
                return SystemClock.INSTANCE;
            }
        };
        assertThrows(OutOfMemoryError.class,
                () -> runtime.call(() -> 1, LoopOptions.DEFAULT.backend(backend).clock(clock), "first task"));
        for (long end = System.nanoTime() + 30_000_000_000L; !runtime.runs().isEmpty();) {
            assertTrue(System.nanoTime() < end, "its loop goes on");
        }
    }
}
