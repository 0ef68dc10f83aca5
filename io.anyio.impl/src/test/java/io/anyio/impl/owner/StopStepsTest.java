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
import io.anyio.api.task.TaskHandle;
import io.anyio.proof.Proves;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The steps of a stop one by one, and how much of the grace each has. */
@Timeout(60)
class StopStepsTest extends OnEachBackend {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final LoopRuntime runtime = new LoopRuntime();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final Holder holder = new Holder(17, "user.bundle", null, stopping::get);
    private final HolderOwners owners = new HolderOwners(runtime, LONG, options);
    private final Logger log = Logger.getLogger("user.bundle");
    private final List<String> logged = new CopyOnWriteArrayList<>();

    StopStepsTest(String backend) {
        super(backend);
    }

    @BeforeEach
    void watchTheLog() {
        log.setFilter(entry -> !logged.add(entry.getMessage()));
    }

    @AfterEach
    void end() {
        log.setFilter(null);
        owners.close();
        assertEquals(0, runtime.runs().size());
    }

    private static Object sleepForever() {
        AnyIO.sleepForever();
        return "";
    }

    private static void until(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Listens. */
    private abstract static class Listener implements Stoppable {
        @Override
        public void stop() {}

        @Override
        public void close() {}
    }

    /** Before any owner refuses new work, which is an error for the tasks of all others. */
    @Test @Proves("OW-24")
    void firstTheErrorsOfAllTasksAreNone() throws Exception {
        Owner first = owners.open("EventLoop", holder);
        Owner second = owners.open("Network", holder);
        Owner unused = owners.open("Listeners", holder);
        TaskHandle<?> task = second.spawn("task of the second", StopStepsTest::sleepForever);
        CountDownLatch fails = new CountDownLatch(1);
        TaskHandle<?> failing = first.spawn("fails", () -> {
            AnyIO.runInWorkerThread(() -> until(fails));
            throw new IllegalStateException("its service refuses");
        });
        AtomicInteger refused = new AtomicInteger();
        first.register(new Listener() {
            @Override
            public void stop() {
                for (Owner owner : List.of(first, second)) {
                    assertThrows(LoopClosedException.class, owner::checkOpen);
                    refused.getAndIncrement();
                }
                fails.countDown();
                while (failing.status() == TaskHandle.Status.PENDING) {
                    Thread.onSpinWait();
                }
            }
        });
        stopping.set(true);
        Thread closer;
        synchronized (second) {
            // it has told the first owner, and waits for the second
            closer = Thread.ofPlatform().start(first::close);
            while (closer.getState() != Thread.State.BLOCKED) {
                Thread.onSpinWait();
            }
            first.checkOpen();
            // but the loop starts nothing for who comes now
            String message = assertThrows(LoopClosedException.class, () -> unused.spawn("late", () -> 1)).getMessage();
            assertTrue(message.startsWith("The service Listeners can start nothing for user.bundle"), message);
        }
        closer.join();
        assertEquals(2, refused.get());
        assertEquals(TaskHandle.Status.FAILED, failing.status());
        assertEquals(TaskHandle.Status.CANCELLED, task.status());
        assertEquals(List.of(), logged);
    }

    /** A quarter of the grace for those that ask whether they should finish; then they are cancelled. */
    @Test @Proves("OW-18")
    void aTaskThatFinishesTooSlowlyIsCancelledAfterAQuarterOfTheGrace() throws Exception {
        owners.grace(GRACE);
        Owner owner = owners.open("EventLoop", holder);
        CountDownLatch asks = new CountDownLatch(1);
        CompletableFuture<Long> cancelledAt = new CompletableFuture<>();
        CompletableFuture<String> reason = new CompletableFuture<>();
        owner.spawn("slow", () -> {
            CancelScope scope = AnyIO.openCancelScope();
            scope.run(() -> {
                assertFalse(scope.finishRequested());
                asks.countDown();
                try {
                    AnyIO.sleepForever();
                } catch (CancelledError e) {
                    assertTrue(scope.finishRequested());
                    cancelledAt.complete(System.nanoTime());
                    reason.complete(String.valueOf(e.getMessage()));
                    throw e;
                }
            });
            return "";
        });
        asks.await();
        long begin = System.nanoTime();
        owner.close();
        assertPart("cancelled", cancelledAt.get() - begin, 0.25, 0.9);
        assertTrue(reason.get().contains("the service EventLoop of user.bundle ends: its component"), reason.get());
    }

    private static void assertPart(String what, long nanos, double from, double to) {
        double part = (double) nanos / GRACE.toNanos();
        assertTrue(part >= from && part < to, () -> what + " after " + part + " of the grace");
    }

    /** Who does not ask is cancelled at once; the streams stay open for its good-bye, half of the grace. */
    @Test @Proves({"OW-19", "OW-20"})
    void theStreamsOfAShieldAreClosedAfterHalfOfTheGrace() throws Exception {
        owners.grace(GRACE);
        Owner owner = owners.open("Network", holder);
        CountDownLatch closed = new CountDownLatch(1);
        CountDownLatch asleep = new CountDownLatch(1);
        List<Long> times = new CopyOnWriteArrayList<>();
        owner.register(() -> {
            times.add(System.nanoTime());
            closed.countDown();
        });
        owner.spawn("says good-bye", () -> {
            try {
                asleep.countDown();
                return sleepForever();
            } finally {
                times.add(System.nanoTime());
                AnyIO.openCancelScope(o -> o.shield(true)).run(() -> AnyIO.runInWorkerThread(() -> until(closed)));
            }
        });
        asleep.await();
        long begin = System.nanoTime();
        owner.close();
        assertPart("cancelled", times.get(0) - begin, 0, 0.25);
        assertPart("closed", times.get(1) - begin, 0.5, 0.9);
    }

    @Test @Proves("OW-10")
    void whoAsksIsToldWhoEndedItWhenAndWhy() {
        Owner owner = owners.open("EventLoop", holder);
        owner.call(() -> 1);
        owner.close();
        String message = assertThrows(LoopClosedException.class, owner::checkOpen).getMessage();
        String told = message.replaceFirst("ended \\d{1,5} ms ago \\(20[0-9TZ.:-]+, by", "ended X ms ago (at Y, by");
        assertTrue(told.startsWith("The service EventLoop of user.bundle ended X ms ago (at Y, by the thread '"
                + Thread.currentThread().getName() + "'): its component"), message);
    }

    // ---- deadlines

    private static HolderOwner.Ending stopOf(Owner owner) {
        owner.close();
        return ((HolderOwner) owner).ending();
    }

    /** The thread of a stop that goes on asks for another one: in what it closes, for example. */
    @Test @Proves("OW-30")
    void aStopWithinAStopHasItsDeadline() {
        Owner inner = owners.open("Network", holder);
        Owner outer = owners.open("Listeners", holder);
        CompletableFuture<Long> deadline = new CompletableFuture<>();
        outer.register(new Listener() {
            @Override
            public void close() {
                for (long end = System.nanoTime() + 300_000_000; System.nanoTime() < end;) {
                    LockSupport.parkNanos(1_000_000);
                }
                deadline.complete(stopOf(inner).deadline());
            }
        });
        assertEquals(stopOf(outer).deadline(), deadline.join());
    }

    @Test @Proves("OW-28")
    void aStopThatComesLaterHasItsOwnGrace() {
        Owner rest = owners.open("Listeners", holder);
        Owner first = owners.open("EventLoop", holder);
        Owner second = owners.open("Network", holder);
        long deadline = stopOf(first).deadline();
        for (long end = System.nanoTime() + 260_000_000; System.nanoTime() < end;) {
            LockSupport.parkNanos(1_000_000);
        }
        assertTrue(stopOf(second).deadline() - deadline >= 250_000_000);
        rest.close();
    }
}
