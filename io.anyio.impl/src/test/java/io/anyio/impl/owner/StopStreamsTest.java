package io.anyio.impl.owner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.loop.Backends;
import io.anyio.proof.Proves;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The last steps of a stop: when streams are closed, and what becomes of tasks that do not end. */
@Timeout(60)
class StopStreamsTest extends OnEachBackend {
    private final LoopRuntime runtime = new LoopRuntime();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final Holder holder = new Holder(17, "user.bundle", null, stopping::get);
    private final HolderOwners owners = new HolderOwners(runtime, Duration.ofSeconds(20), options);
    private final AtomicInteger closed = new AtomicInteger();
    private final Logger log = Logger.getLogger("io.anyio");
    private final List<String> logged = new CopyOnWriteArrayList<>();

    StopStreamsTest(String backend) {
        super(backend);
    }

    @AfterEach
    void end() {
        log.setFilter(null);
        owners.close();
        assertEquals(0, runtime.runs().size());
    }

    private Owner withStream(String service) {
        Owner owner = owners.open(service, holder);
        owner.register(closed::incrementAndGet);
        return owner;
    }

    private static TaskHandle<?> spawnSleeper(Owner owner) {
        return owner.spawn("sleeps", () -> {
            AnyIO.sleepForever();
            return "";
        });
    }

    private void awaitClosed(int count) {
        while (closed.get() < count) {
            Thread.onSpinWait();
        }
    }

    /** A component releases its services one by one. */
    @Test @Proves("OW-22")
    void thoseOfAServiceWithoutTasksServeTheOthersALittleLonger() {
        Owner network = withStream("Network");
        TaskHandle<?> task = spawnSleeper(owners.open("EventLoop", holder));
        long begin = System.nanoTime();
        network.close();
        if (closed.get() > 0) {
            assertTrue(System.nanoTime() - begin > 200_000_000, "they were closed at once");
        }
        awaitClosed(1);
        assertEquals(TaskHandle.Status.PENDING, task.status());
    }

    /** The thread that does it later is not the caller's child: a bundle's class loader would live as long. */
    @Test
    void theThreadThatClosesThemKeepsNothingOfItsCaller() throws Exception {
        Owner network = owners.open("Network", holder);
        CompletableFuture<Thread> closer = new CompletableFuture<>();
        CompletableFuture<ClassLoader> loader = new CompletableFuture<>();
        network.register(() -> {
            closer.complete(Thread.currentThread());
            loader.complete(Thread.currentThread().getContextClassLoader());
        });
        spawnSleeper(owners.open("EventLoop", holder));
        Thread me = Thread.currentThread();
        ClassLoader mine = me.getContextClassLoader();
        me.setContextClassLoader(new URLClassLoader(new URL[0]));
        try {
            network.close();
        } finally {
            me.setContextClassLoader(mine);
        }
        assertSame(SharedLoop.class.getClassLoader(), loader.get());
        assertTrue(closer.get().isDaemon());
        assertEquals("anyio-stop-user.bundle", closer.get().getName());
    }

    @Test @Proves("OW-25")
    void oneThatCannotBeClosedIsLoggedAndKeepsNoOtherOpen() {
        log.setLevel(Level.FINE);
        log.setFilter(entry -> !logged.add(entry.getMessage() + ": " + entry.getThrown().getMessage()));
        try {
            Owner owner = withStream("Network");
            owner.register(() -> {
                throw new IOException("made by a test");
            });
            owner.close();
        } finally {
            log.setLevel(null);
        }
        assertEquals(1, closed.get());
        assertEquals(List.of("Closing a resource of a stopped bundle failed: made by a test"), logged);
    }

    @Test @Proves("OW-22")
    void theyAreClosedWithTheTasksOfTheNextService() {
        Owner network = withStream("Network");
        Owner loop = owners.open("EventLoop", holder);
        spawnSleeper(loop);
        network.close();
        loop.close();
        assertEquals(1, closed.get());
        // those are not closed again
        network.close();
        owners.close();
        while (Thread.getAllStackTraces().keySet().stream()
                .anyMatch(t -> t.getName().equals("anyio-stop-user.bundle"))) {
            LockSupport.parkNanos(1_000_000);
        }
        assertEquals(1, closed.get());
    }

    @Test @Proves("OW-23")
    void theyAreClosedAtOnceIfNobodyElseCouldUseThem() {
        withStream("no other service").close();
        assertEquals(1, closed.getAndSet(0));
        Owner rest = owners.open("without tasks", holder);
        withStream("no other tasks").close();
        assertEquals(1, closed.getAndSet(0));
        spawnSleeper(rest);
        Owner own = withStream("its own tasks");
        spawnSleeper(own);
        own.close();
        assertEquals(1, closed.getAndSet(0));
        Owner bundle = withStream("the bundle stops");
        stopping.set(true);
        bundle.close();
        assertEquals(1, closed.getAndSet(0));
    }

    /** In foreign code, in a shield. */
    private static TaskHandle<?> spawnStraggler(Owner owner, String name, CountDownLatch inside,
            List<String> interrupted) {
        return owner.spawn(name, () -> {
            AnyIO.openCancelScope(o -> o.shield(true)).run(() -> {
                inside.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    interrupted.add(name);
                }
            });
            return "";
        });
    }

    /** Those of the owner that is stopped, or of all owners of a bundle that stops. */
    @Test
    void stragglersAreInterruptedAndNamedAtTheEndOfTheGrace() throws Exception {
        assumeTrue(backend.equals(Backends.CARRIER), "elsewhere, the first of them keeps the others from theirs");
        owners.grace(Duration.ofMillis(100));
        log.setFilter(entry -> !logged.add(entry.getMessage()));
        CountDownLatch inside = new CountDownLatch(3);
        List<String> interrupted = new CopyOnWriteArrayList<>();
        Owner first = owners.open("EventLoop", holder);
        Owner second = owners.open("Network", holder);
        Owner third = owners.open("Listeners", holder);
        List<TaskHandle<?>> tasks = List.of(spawnStraggler(first, "one", inside, interrupted),
                spawnStraggler(second, "two", inside, interrupted),
                spawnStraggler(third, "three", inside, interrupted));
        inside.await();
        long begin = System.nanoTime();
        first.close();
        assertTrue(System.nanoTime() - begin >= 100_000_000);
        assertEquals(List.of("one"), interrupted);
        assertEquals(1, logged.size());
        assertTrue(logged.getFirst().contains("The task 'one' of user.bundle"), logged.getFirst());
        assertFalse(tasks.get(0).status() == TaskHandle.Status.CANCELLING);
        assertEquals(TaskHandle.Status.PENDING, tasks.get(1).status());
        stopping.set(true);
        second.close();
        assertEquals(3, interrupted.size());
        assertEquals(3, logged.size());
        assertEquals(0, runtime.runs().size());
    }
}
