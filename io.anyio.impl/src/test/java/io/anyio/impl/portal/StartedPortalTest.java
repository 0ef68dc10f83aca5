package io.anyio.impl.portal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.sync.Event;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A portal with a loop and a thread of its own. */
@Timeout(30)
class StartedPortalTest {

    private static BlockingPortal start(String backend, TestReporter reporter) {
        reporter.publishEntry("anyio.backend", backend);
        return AnyIO.startBlockingPortal(o -> o.backend(backend).name("portal-" + backend));
    }

    private static Set<String> threads(String name) {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).filter(n -> n.startsWith(name))
                .collect(Collectors.toSet());
    }

    @ParameterizedTest @ValueSource(strings = {"carrier", "pool"}) @Proves({"BP-21", "BP-22", "BP-23", "BP-16"})
    void aStartedPortalHasALoopInAThreadOfItsOwn(String backend, TestReporter reporter) throws Exception {
        AtomicReference<CompletableFuture<Integer>> running = new AtomicReference<>();
        try (BlockingPortal portal = start(backend, reporter)) {
            Thread caller = Thread.currentThread();
            assertEquals(backend, portal.call(() -> {
                assertNotSame(caller, Thread.currentThread());
                return TaskContext.current("test").backend();
            }));
            assertEquals(Set.of("portal-" + backend), threads("portal-" + backend));
            CountDownLatch woken = new CountDownLatch(1);
            CountDownLatch asleep = new CountDownLatch(1);
            portal.spawn("sleeper", () -> {
                asleep.countDown();
                portal.sleepUntilStopped();
                woken.countDown();
            });
            asleep.await();
            running.set(portal.spawn("running", () -> {
                portal.sleepUntilStopped();
                AnyIO.sleep(Duration.ofMillis(5));
                return 5;
            }));
            portal.stopFromExternalThread(false);
            assertEquals(Set.of(), threads("portal-" + backend));
            assertEquals(0, woken.getCount());
            assertEquals(5, running.get().getNow(0));
            IllegalStateException error = assertThrows(IllegalStateException.class, () -> portal.call(() -> 1));
            assertTrue(error.getMessage().contains("not running"), error::getMessage);
        }
    }

    @ParameterizedTest @ValueSource(strings = {"carrier", "pool"}) @Proves("BP-24")
    void aBlockThatEndsNormallyStopsThePortal(String backend, TestReporter reporter) {
        AtomicReference<CompletableFuture<String>> future = new AtomicReference<>();
        start(backend, reporter).run(portal -> future.set(portal.spawn("running", () -> {
            AnyIO.sleep(Duration.ofMillis(5));
            return "done";
        })));
        assertEquals("done", future.get().getNow(""));
        assertEquals(Set.of(), threads("portal-" + backend));
    }

    @ParameterizedTest @ValueSource(strings = {"carrier", "pool"}) @Proves("BP-24")
    void aBlockThatThrowsCancelsTheRest(String backend, TestReporter reporter) {
        AtomicReference<CompletableFuture<Void>> future = new AtomicReference<>();
        IOException error = new IOException("boom");
        BlockingPortal started = start(backend, reporter);
        assertSame(error, assertThrows(IOException.class, () -> started.run(portal -> {
            future.set(portal.spawn("sleeper", AnyIO::sleepForever));
            throw error;
        })));
        assertTrue(future.get().isCancelled());
        assertEquals(Set.of(), threads("portal-" + backend));
        assertThrows(IllegalStateException.class, () -> started.run(_ -> {}));
    }

    @ParameterizedTest @ValueSource(strings = {"carrier", "pool"}) @Proves("BP-05")
    void anErrorStopsAStartedPortal(String backend, TestReporter reporter) throws Exception {
        Error fatal = new AssertionError("fatal");
        BlockingPortal portal = start(backend, reporter);
        CompletableFuture<Void> sleeper = portal.spawn("sleeper", AnyIO::sleepForever);
        assertSame(fatal, assertThrows(AssertionError.class, () -> portal.run(open -> {
            assertSame(fatal, assertThrows(ExecutionException.class, () -> open.spawn("failing", () -> {
                throw fatal;
            }).get()).getCause());
            assertThrows(CancellationException.class, sleeper::get);
        })));
        assertThrows(IllegalStateException.class, () -> portal.call(() -> 1));
        portal.close();
        assertEquals(Set.of(), threads("portal-" + backend));
    }

    @Test @Proves("BP-25")
    void anUnknownBackendThrowsInTheCaller() {
        int before = Thread.activeCount();
        IllegalArgumentException error = assertThrows(IllegalArgumentException.class,
                () -> AnyIO.startBlockingPortal(o -> o.backend("nonexistent")));
        assertTrue(error.getMessage().contains("nonexistent"), error::getMessage);
        assertTrue(Thread.activeCount() <= before);
    }

    @ParameterizedTest @ValueSource(strings = {"carrier", "pool"}) @Proves({"BP-26", "BP-27"})
    void theThreadIsADaemonWithAName(String backend, TestReporter reporter) {
        try (BlockingPortal portal = start(backend, reporter)) {
            Thread loop = Thread.getAllStackTraces().keySet().stream()
                    .filter(t -> t.getName().equals("portal-" + backend)).findFirst().orElseThrow();
            assertTrue(loop.isDaemon());
            assertEquals(1, portal.call(() -> 1));
        }
        try (BlockingPortal portal = AnyIO.startBlockingPortal(o -> o.backend(backend))) {
            assertFalse(threads("anyio-").isEmpty());
            assertTrue(portal.toString().contains("anyio-"), portal::toString);
        }
    }

    @AnyioTest @Proves("BP-35")
    void aTaskOfAnotherRunUsesThePortalWithoutBlockingItsLoop(TaskGroup<Exception> group) throws Exception {
        for (String backend : AnyIO.backends()) {
            try (BlockingPortal portal = AnyIO.startBlockingPortal(o -> o.backend(backend))) {
                AtomicInteger ticks = new AtomicInteger();
                CancelScope ticking = AnyIO.openCancelScope();
                group.spawn("ticker", () -> ticking.run(() -> {
                    while (true) {
                        AnyIO.sleep(Duration.ofMillis(1));
                        ticks.incrementAndGet();
                    }
                }));
                assertEquals(backend, portal.call(() -> {
                    while (ticks.get() < 3) {
                        AnyIO.sleep(Duration.ofMillis(1));
                    }
                    return TaskContext.current("test").backend();
                }));
                ticking.cancel();
                IOException error = new IOException("other run");
                assertSame(error, assertThrows(IOException.class, () -> portal.call(() -> {
                    throw error;
                })));
            }
        }
    }

    @AnyioTest
    void cancellingATaskThatCallsAnotherRunCancelsTheCallThere() {
        try (BlockingPortal portal = AnyIO.startBlockingPortal()) {
            AtomicBoolean cleaned = new AtomicBoolean();
            boolean finished = AnyIO.moveOnAfter(Duration.ofMillis(20), () -> portal.call(() -> {
                try {
                    AnyIO.sleepForever();
                } finally {
                    cleaned.set(true);
                }
            }));
            assertFalse(finished);
            assertTrue(cleaned.get());
            assertEquals(1, portal.call(() -> 1));
        }
    }

    @AnyioTest(virtualClock = true)
    void aVirtualClockStandsStillWhileATaskWaitsForAnotherRun() {
        long before = AnyIO.currentTime().nanos();
        try (BlockingPortal portal = AnyIO.startBlockingPortal()) {
            AnyIO.createTaskGroup().run(group -> {
                CancelScope sleeping = AnyIO.openCancelScope();
                group.spawn("sleeper", () -> sleeping.run(() -> AnyIO.sleep(Duration.ofHours(1))));
                portal.call(() -> AnyIO.sleep(Duration.ofMillis(20)));
                sleeping.cancel();
            });
        }
        assertEquals(before, AnyIO.currentTime().nanos());
    }

    @ParameterizedTest @ValueSource(strings = {"carrier", "pool"})
    void aPortalThatATaskStartsEndsWithItsRun(String backend, TestReporter reporter) throws Exception {
        reporter.publishEntry("anyio.backend", backend);
        AtomicReference<CompletableFuture<Void>> future = new AtomicReference<>();
        BlockingPortal portal = AnyIO.call(() -> {
            BlockingPortal made = AnyIO.startBlockingPortal(o -> o.backend(backend).name("inner-" + backend));
            future.set(made.spawn("sleeper", AnyIO::sleepForever));
            return made;
        }, o -> o.backend(backend));
        assertThrows(CancellationException.class, () -> future.get().get());
        portal.close();
        assertEquals(Set.of(), threads("inner-" + backend));
    }

    @ParameterizedTest @ValueSource(strings = {"carrier", "pool"})
    void anInterruptOfWhoClosesCancelsTheTasks(String backend, TestReporter reporter) throws Exception {
        BlockingPortal portal = start(backend, reporter);
        CompletableFuture<Void> sleeper = portal.spawn("sleeper", AnyIO::sleepForever);
        FutureTask<Boolean> closer = new FutureTask<>(() -> {
            portal.close();
            return Thread.interrupted();
        });
        Thread.ofPlatform().daemon().start(closer);
        Thread.ofPlatform().daemon().start(() -> {}).join();
        Thread thread = Thread.ofPlatform().daemon().start(() -> {
            Thread.currentThread().interrupt();
            portal.close();
        });
        thread.join();
        assertTrue(sleeper.isCancelled());
        assertFalse(closer.get());
    }

    @ParameterizedTest @ValueSource(strings = {"carrier", "pool"}) @SuppressWarnings("try") // closed twice
    void aTaskOfThePortalCanStopItAndNotAwaitItsEnd(String backend, TestReporter reporter) {
        try (BlockingPortal portal = start(backend, reporter)) {
            portal.call(() -> {
                assertThrows(IllegalStateException.class, () -> portal.stopFromExternalThread(true));
                assertThrows(IllegalStateException.class, () -> portal.run(_ -> {}));
                portal.close();
            });
            assertThrows(IllegalStateException.class, () -> portal.call(() -> 1));
        }
    }

    @AnyioTest
    void anEventOfAPortalCanBeAwaitedInTheCallersLoop() {
        Event event = AnyIO.createEvent();
        try (BlockingPortal portal = AnyIO.startBlockingPortal()) {
            portal.spawn("setter", event::set);
            event.await();
        }
        assertTrue(event.isSet());
    }
}
