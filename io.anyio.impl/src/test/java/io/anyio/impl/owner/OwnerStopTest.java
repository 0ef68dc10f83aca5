package io.anyio.impl.owner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Stoppable;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.task.LoopOptions;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.portal.OwnedPortals;
import io.anyio.impl.task.Task;
import io.anyio.proof.Proves;
import io.anyio.testing.EachBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Logger;
import org.junit.jupiter.api.Timeout;

/** The stop of owners: what it refuses, in which order it goes, and who may ask for it. */
@Timeout(60)
class OwnerStopTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(400);

    private final LoopRuntime runtime = new LoopRuntime();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final Holder holder = new Holder(17, "user.bundle", OwnerStopTest.class.getClassLoader(), stopping::get);

    private HolderOwners owners(String backend, Duration grace) {
        return new HolderOwners(runtime, grace, LoopOptions.DEFAULT.backend(backend));
    }

    private static Void sleepForever() {
        AnyIO.sleepForever();
        return null;
    }

    /** Works until it is interrupted; when it was not in vain, longer. */
    private static void stubborn(CountDownLatch inside, CountDownLatch release) {
        inside.countDown();
        while (release.getCount() > 0) {
            Thread.onSpinWait();
        }
    }

    @EachBackend @Proves("OW-17")
    void itGoesInOrder(String backend) throws Exception {
        Owner owner = owners(backend, Duration.ofSeconds(4)).open("Listeners", holder);
        List<String> steps = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch asleep = new CountDownLatch(1);
        owner.spawn("task", () -> {
            CancelScope scope = AnyIO.openCancelScope();
            try {
                return scope.call(() -> {
                    while (!scope.finishRequested()) {
                        asleep.countDown();
                        AnyIO.sleep(Duration.ofMillis(1));
                    }
                    steps.add("asked to finish");
                    return sleepForever();
                }, null);
            } finally {
                steps.add("cancelled");
                AnyIO.openCancelScope(o -> o.shield(true)).run(() -> AnyIO.sleep(Duration.ofMillis(20)));
                steps.add("ended");
            }
        });
        owner.register(() -> steps.add("stream closed"));
        owner.register(new Stoppable() {
            @Override
            public void stop() {
                assertThrows(LoopClosedException.class, () -> owner.spawn("late", () -> 1));
                steps.add("refuses");
            }

            @Override
            public void close() {
                steps.add("closed");
            }
        });
        asleep.await();
        owner.close();
        assertEquals(List.of("refuses", "asked to finish", "cancelled", "ended", "stream closed", "closed"), steps);
        assertEquals(0, runtime.runs().size());
    }

    /** What it does then takes longer than the moment in which a stop finds out whether anybody asks at all. */
    @EachBackend @Proves("OW-18")
    void aTaskThatAsksMayFinishWhatItHasBegun(String backend) throws Exception {
        Owner owner = owners(backend, LONG).open("EventLoop", holder);
        CountDownLatch began = new CountDownLatch(1);
        TaskHandle<String> task = owner.spawn("task", () -> {
            CancelScope scope = AnyIO.openCancelScope();
            return scope.call(() -> {
                began.countDown();
                while (!scope.finishRequested()) {
                    AnyIO.sleep(Duration.ofMillis(1));
                }
                AnyIO.sleep(Duration.ofMillis(50));
                return "finished";
            }, "cancelled");
        });
        began.await();
        owner.close();
        assertEquals("finished", task.result());
    }

    /** It is seen once its loop has had turns, and not only within the first milliseconds. */
    @EachBackend @Proves("OW-18")
    void aTaskThatLooksWhetherItIsAskedMayFinishOnABusyLoop(String backend) throws Exception {
        Owner owner = owners(backend, LONG).open("EventLoop", holder);
        AtomicBoolean finished = new AtomicBoolean();
        CountDownLatch busy = new CountDownLatch(1);
        owner.spawn("finishes", () -> {
            CancelScope scope = AnyIO.openCancelScope();
            scope.run(() -> {
                owner.spawn("busy", () -> {
                    busy.countDown();
                    while (!owner.isStopping()) {
                        Thread.onSpinWait();
                    }
                    long since = System.nanoTime();
                    while (System.nanoTime() - since < 50_000_000) {
                        Thread.onSpinWait();
                    }
                    return "";
                });
                AnyIO.sleep(Duration.ofMillis(1));
                while (!scope.finishRequested()) {
                    AnyIO.sleep(Duration.ofMillis(1));
                }
                AnyIO.sleep(Duration.ofMillis(1));
                finished.set(true);
            });
            return "";
        });
        busy.await();
        owner.close();
        assertTrue(finished.get());
    }

    @EachBackend @Proves({"OW-10", "OW-11"})
    void newWorkIsRefusedByTheNamesOfServiceAndHolder(String backend) {
        HolderOwners owners = owners(backend, LONG);
        Owner owner = owners.open("EventLoop", holder);
        Owner late = owners.open("Network", holder);
        owner.call(() -> 1);
        stopping.set(true);
        owner.close();
        Owner opened = owners.open("Listeners", holder);
        for (Owner refusing : List.of(owner, late, opened)) {
            AtomicBoolean closed = new AtomicBoolean();
            for (LoopClosedException refused : List.of(
                    assertThrows(LoopClosedException.class, () -> refusing.spawn("late", () -> 1)),
                    assertThrows(LoopClosedException.class, () -> refusing.call(() -> 1)),
                    assertThrows(LoopClosedException.class, refusing::reactor))) {
                String service = refusing == owner ? "EventLoop" : refusing == late ? "Network" : "Listeners";
                assertTrue(refused.getMessage().contains(service) && refused.getMessage().contains("user.bundle"),
                        refused.getMessage());
            }
            if (refusing != opened) {
                assertThrows(LoopClosedException.class, () -> refusing.register(() -> closed.set(true)));
                assertTrue(closed.get());
            }
            refusing.close();
        }
        assertEquals(0, runtime.runs().size());
        stopping.set(false);
        Owner again = owners.open("EventLoop", holder);
        assertEquals(7, again.call(() -> 7));
        again.close();
    }

    @EachBackend
    void aResourceThatWasClosedBeforeIsForgotten(String backend) {
        Owner owner = owners(backend, LONG).open("Network", holder);
        AtomicInteger closes = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            AutoCloseable resource = closes::incrementAndGet;
            owner.register(resource);
            owner.unregister(resource);
        }
        owner.register(closes::incrementAndGet);
        owner.close();
        assertEquals(1, closes.get());
    }

    @EachBackend @Proves("OW-12")
    void aResourceMadeMeanwhileIsClosed(String backend) throws Exception {
        for (int seed = 0; seed < 200; seed++) {
            Owner owner = owners(backend, LONG).open("Network", holder);
            owner.call(() -> 1);
            AtomicInteger open = new AtomicInteger();
            CountDownLatch go = new CountDownLatch(1);
            int pause = new Random(seed).nextInt(2000);
            FutureTask<LoopClosedException> maker = start(() -> assertThrows(LoopClosedException.class, () -> {
                go.countDown();
                while (true) {
                    open.incrementAndGet();
                    owner.register(open::decrementAndGet);
                }
            }));
            go.await();
            spin(pause);
            owner.close();
            maker.get();
            assertEquals(0, open.get(), "seed " + seed);
        }
    }

    /** On a thread of its own; what it throws is thrown by {@code get}. */
    private static <T> FutureTask<T> start(Callable<T> code) {
        FutureTask<T> task = new FutureTask<>(code);
        Thread.ofPlatform().start(task);
        return task;
    }

    private static void spin(int rounds) {
        for (int i = 0; i < rounds; i++) {
            Thread.onSpinWait();
        }
    }

    @EachBackend @Proves("OW-13")
    void eachTaskIsRefusedOrHasEnded(String backend) throws Exception {
        for (int seed = 0; seed < 100; seed++) {
            Owner owner = owners(backend, LONG).open("EventLoop", holder);
            AtomicInteger running = new AtomicInteger();
            CountDownLatch go = new CountDownLatch(2);
            int pause = new Random(seed).nextInt(5000);
            List<FutureTask<?>> spawners = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                spawners.add(start(() -> assertThrows(LoopClosedException.class, () -> {
                    while (true) {
                        TaskHandle<?> task = owner.spawn("spawned", () -> {
                            running.incrementAndGet();
                            try {
                                return sleepForever();
                            } finally {
                                running.decrementAndGet();
                            }
                        });
                        go.countDown();
                        if (task.status() == TaskHandle.Status.PENDING) {
                            Thread.onSpinWait();
                        }
                    }
                })));
            }
            go.await();
            spin(pause);
            owner.close();
            assertEquals(0, running.get(), "seed " + seed);
            assertEquals(0, runtime.runs().size(), "seed " + seed);
            for (FutureTask<?> spawner : spawners) {
                spawner.get();
            }
            assertEquals(0, runtime.runs().size(), "seed " + seed);
        }
    }

    @EachBackend @Proves("OW-27")
    void allOwnersOfAHolderShareOneGrace(String backend) throws Exception {
        Duration grace = Duration.ofSeconds(1); // so that what a busy machine adds is small beside it
        HolderOwners owners = owners(backend, grace);
        CountDownLatch release = new CountDownLatch(1);
        List<Owner> all = new ArrayList<>();
        int count = 6;
        CountDownLatch inside = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            Owner owner = owners.open("service " + i, holder);
            owner.<Object>spawn("stubborn", () -> {
                AnyIO.openCancelScope(o -> o.shield(true)).run(() -> {
                    inside.countDown();
                    while (release.getCount() > 0) {
                        AnyIO.sleep(Duration.ofMillis(1));
                    }
                });
                return "";
            });
            all.add(owner);
        }
        inside.await();
        stopping.set(true);
        long before = System.nanoTime();
        Collections.shuffle(all, new Random(1));
        all.forEach(Owner::close);
        long took = System.nanoTime() - before;
        release.countDown();
        // six graces would be six times as much
        assertTrue(took >= grace.toNanos() && took < 3 * grace.toNanos(), () -> "took " + took / 1_000_000 + " ms");
    }

    @EachBackend @Proves("OW-14")
    void aSecondCloseWaitsForTheFirstAndEndsNothingElse(String backend) throws Exception {
        HolderOwners owners = owners(backend, LONG);
        Owner owner = owners.open("EventLoop", holder);
        Owner other = owners.open("EventLoop", holder);
        TaskHandle<?> staying = other.spawn("staying", OwnerStopTest::sleepForever);
        CountDownLatch cancelled = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        owner.spawn("slow", () -> {
            try {
                return sleepForever();
            } finally {
                cancelled.countDown();
                AnyIO.openCancelScope(o -> o.shield(true)).run(() -> AnyIO.runInWorkerThread(() -> release.await()));
                ended.set(true);
            }
        });
        List<FutureTask<Boolean>> closers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            closers.add(start(() -> {
                owner.close();
                return ended.get();
            }));
        }
        cancelled.await();
        assertTrue(closers.stream().noneMatch(FutureTask::isDone));
        release.countDown();
        for (FutureTask<Boolean> closer : closers) {
            assertTrue(closer.get(), "it returned before the task had ended");
        }
        owner.close();
        other.checkOpen();
        assertFalse(((Task<?>) staying).own().isEffective());
        assertEquals(1, runtime.runs().size());
        other.close();
        assertEquals(TaskHandle.Status.CANCELLED, staying.status());
        assertEquals(0, runtime.runs().size());
    }

    /** Those of a bundle's stop and of a sweep, too: the first one has what it was given. */
    @EachBackend @Proves("OW-15")
    void aSecondStopWithAShorterGraceWaitsForTheFirst(String backend) throws Exception {
        HolderOwners owners = owners(backend, LONG);
        Owner owner = owners.open("EventLoop", holder);
        CountDownLatch cancelled = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        owner.spawn("slow", () -> {
            try {
                return sleepForever();
            } finally {
                cancelled.countDown();
                AnyIO.openCancelScope(o -> o.shield(true)).run(() -> AnyIO.runInWorkerThread(() -> release.await()));
                ended.set(true);
            }
        });
        FutureTask<?> first = start(() -> {
            owner.close();
            return ended.get();
        });
        cancelled.await();
        Duration left = owner.graceLeft();
        owners.grace(Duration.ofMillis(1));
        stopping.set(true);
        List<Thread> later = new ArrayList<>();
        AtomicInteger tooEarly = new AtomicInteger();
        for (Runnable stop : List.<Runnable>of(owner::close, () -> owners.end(holder.id()))) {
            later.add(Thread.ofPlatform().start(() -> {
                stop.run();
                tooEarly.addAndGet(ended.get() ? 0 : 1);
            }));
        }
        for (Thread each : later) {
            while (each.getState() != Thread.State.TIMED_WAITING && each.getState() != Thread.State.WAITING) {
                assertTrue(each.isAlive(), "it did not wait");
                Thread.onSpinWait();
            }
        }
        LockSupport.parkNanos(50_000_000);
        assertTrue(owner.graceLeft().compareTo(left.minusSeconds(5)) > 0, () -> left + ", then " + owner.graceLeft());
        assertFalse(ended.get());
        release.countDown();
        assertEquals(true, first.get());
        for (Thread each : later) {
            each.join();
        }
        assertEquals(0, tooEarly.get());
        assertEquals(0, runtime.runs().size());
    }

    @EachBackend @Proves("OW-34")
    void aTaskMayStopItsOwnOwner(String backend) throws Exception {
        HolderOwners owners = owners(backend, LONG);
        for (boolean all : new boolean[]{false, true}) {
            stopping.set(false);
            Owner owner = owners.open("EventLoop", holder);
            AtomicBoolean closed = new AtomicBoolean();
            CompletableFuture<Throwable> end = new CompletableFuture<>();
            CompletableFuture<Boolean> closedBefore = new CompletableFuture<>();
            owner.register(() -> closed.set(true));
            owner.spawn("stops itself", () -> {
                stopping.set(all);
                owner.close();
                owner.close();
                end.complete(assertThrows(Throwable.class, AnyIO::sleepForever));
                AnyIO.openCancelScope(o -> o.shield(true)).run(AnyIO::checkpoint);
                closedBefore.complete(closed.get());
                return "";
            });
            assertEquals(CancelledError.class, end.get().getClass());
            assertFalse(closedBefore.get());
            owner.close();
            assertTrue(closed.get());
            assertEquals(0, runtime.runs().size());
        }
    }

    @EachBackend @Proves("OW-34")
    void soMayItsWorkerThread(String backend) throws Exception {
        Owner owner = owners(backend, LONG).open("EventLoop", holder);
        TaskHandle<Object> task = owner.spawn("caller", () -> AnyIO.runInWorkerThread(() -> {
            owner.close();
            return "";
        }));
        while (task.status() != TaskHandle.Status.FINISHED) {
            Thread.onSpinWait();
        }
        owner.close();
        assertEquals(0, runtime.runs().size());
    }

    @EachBackend @Proves("OW-35")
    void aTaskOfAnotherOwnerWaitsAndLetsItsLoopGoOn(String backend) {
        HolderOwners owners = owners(backend, LONG);
        Owner owner = owners.open("EventLoop", holder);
        Owner other = owners.open("Network", holder);
        AtomicBoolean ended = new AtomicBoolean();
        TaskHandle<?> slow = owner.spawn("slow", () -> {
            try {
                return sleepForever();
            } finally {
                AnyIO.openCancelScope(o -> o.shield(true)).run(() -> AnyIO.sleep(Duration.ofMillis(10)));
                ended.set(true);
            }
        });
        assertTrue(other.call(() -> {
            AnyIO.waitAllTasksBlocked();
            owner.close();
            return ended.get();
        }));
        assertEquals(TaskHandle.Status.CANCELLED, slow.status());
        other.close();
    }

    @EachBackend
    void aFunctionInAWorkerThreadIsAwaited(String backend) throws Exception {
        Owner owner = owners(backend, LONG).open("EventLoop", holder);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicReference<Object> end = new AtomicReference<>();
        owner.spawn("caller", () -> AnyIO.runInWorkerThread(() -> {
            inside.countDown();
            release.await();
            end.set(Thread.currentThread().isInterrupted());
            return "";
        }));
        inside.await();
        Thread closer = Thread.ofPlatform().start(owner::close);
        release.countDown();
        closer.join();
        assertEquals(false, end.get());
    }

    @EachBackend
    void callsIntoAPortalAreCancelled(String backend) throws Exception {
        Owner owner = owners(backend, LONG).open("Portals", holder);
        OwnedPortals portals = new OwnedPortals(owner, runtime::open);
        var portal = portals.start(o -> o.backend(backend));
        CountDownLatch inside = new CountDownLatch(1);
        AtomicBoolean saidGoodbye = new AtomicBoolean();
        AtomicBoolean openUntilThen = new AtomicBoolean();
        owner.register(() -> openUntilThen.set(saidGoodbye.get()));
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread caller = Thread.ofPlatform()
                .start(() -> thrown.complete(assertThrows(Throwable.class, () -> portal.call(() -> {
                    try {
                        inside.countDown();
                        AnyIO.sleepForever();
                    } finally {
                        AnyIO.openCancelScope(o -> o.shield(true)).run(() -> AnyIO.sleep(Duration.ofMillis(20)));
                        saidGoodbye.set(true);
                    }
                }))));
        inside.await();
        owner.close();
        caller.join();
        assertEquals(CancellationException.class, thrown.get().getClass());
        assertTrue(openUntilThen.get());
        assertEquals(0, runtime.runs().size());
    }

    @EachBackend @Proves("OW-32")
    void anInterruptOfTheCallerDoesNotCutTheGraceShort(String backend) throws Exception {
        Owner owner = owners(backend, LONG).open("EventLoop", holder);
        CountDownLatch asleep = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        owner.spawn("slow", () -> {
            try {
                asleep.countDown();
                return sleepForever();
            } finally {
                AnyIO.openCancelScope(o -> o.shield(true)).run(() -> AnyIO.sleep(Duration.ofMillis(20)));
                ended.set(true);
            }
        });
        asleep.await();
        Thread.currentThread().interrupt();
        owner.close();
        assertTrue(Thread.interrupted());
        assertTrue(ended.get());
    }

    /** Whatever fails in it: its owner is closed, its tasks and its loop end, and who waits for it goes on. */
    @EachBackend @Proves("OW-25")
    void aStopThatFailsHalfWayLeavesNothing(String backend) throws Exception {
        Logger log = Logger.getLogger("io.anyio");
        log.setFilter(_ -> false);
        try {
            Owner owner = owners(backend, LONG).open("Listeners", holder);
            List<String> closed = Collections.synchronizedList(new ArrayList<>());
            CountDownLatch asleep = new CountDownLatch(1);
            TaskHandle<?> task = owner.spawn("task", () -> {
                asleep.countDown();
                return sleepForever();
            });
            owner.register(() -> closed.add("stream"));
            owner.register(new Stoppable() {
                @Override
                public void stop() {}

                @Override
                public boolean awaitEnd(Duration patience) {
                    throw new StackOverflowError("made by a test");
                }

                @Override
                public void close() {
                    closed.add("listener");
                }
            });
            asleep.await();
            owner.close();
            assertEquals(List.of("stream", "listener"), closed);
            assertThrows(LoopClosedException.class, () -> owner.spawn("late", () -> 1));
            while (task.status() != TaskHandle.Status.CANCELLED || !runtime.runs().isEmpty()) {
                Thread.onSpinWait();
            }
        } finally {
            log.setFilter(null);
        }
    }

    @EachBackend @Proves("OW-26")
    void aBusyLoopDoesNotKeepTheResourcesOpen(String backend) throws Exception {
        Owner owner = owners(backend, SHORT).open("Listeners", holder);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        List<String> closed = Collections.synchronizedList(new ArrayList<>());
        owner.register(() -> closed.add("stream"));
        owner.register(new Stoppable() {
            @Override
            public void stop() {
                closed.add("listener");
            }

            @Override
            public void close() {}
        });
        TaskHandle<?> task = owner.<Object>spawn("busy", () -> {
            stubborn(inside, release);
            return "";
        });
        assertTrue(inside.await(10, TimeUnit.SECONDS));
        owner.close();
        assertEquals(List.of("listener", "stream"), closed);
        release.countDown();
        while (task.status() == TaskHandle.Status.CANCELLING || task.status() == TaskHandle.Status.PENDING) {
            Thread.onSpinWait();
        }
    }
}
