package io.anyio.impl.portal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.api.thread.Portals;
import io.anyio.impl.owner.HolderOwners;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.proof.Proves;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.Collections;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Portals that belong to a bundle, without a framework. */
@Timeout(30)
class OwnedPortalsTest {
    private static final Duration GRACE = Duration.ofMillis(700);

    private final LoopRuntime runtime = new LoopRuntime();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final ClassLoader loader = new URLClassLoader("bundle", new URL[0], null);
    private final HolderOwners owners = new HolderOwners(runtime, GRACE);
    private final Holder holder = new Holder(7, "org.example.user", loader, stopping::get);

    private Owner open() {
        return owners.open("Portals", holder);
    }

    @ParameterizedTest @ValueSource(strings = {"carrier", "pool"}) @Proves("BP-37")
    void stoppingTheBundleCancelsItsPortals(String backend, TestReporter reporter) throws Exception {
        reporter.publishEntry("anyio.backend", backend);
        Owner owner = open();
        Portals portals = new OwnedPortals(owner, runtime::open);
        BlockingPortal first = portals.start(o -> o.backend(backend).name("owned-1"));
        BlockingPortal second = portals.start(o -> o.backend(backend).name("owned-2"));
        assertSame(loader, first.call(() -> Thread.currentThread().getContextClassLoader()));
        CountDownLatch cleaned = new CountDownLatch(2);
        CompletableFuture<Void> a = first.spawn("a", () -> sleep(cleaned));
        CompletableFuture<Void> b = second.spawn("b", () -> sleep(cleaned));
        while (first.call(() -> AnyIO.getRunningTasks().size()) < 3) {
            Thread.onSpinWait();
        }
        stopping.set(true);
        owner.close();
        assertTrue(a.isCancelled());
        assertTrue(b.isCancelled());
        assertThrows(CancellationException.class, a::get);
        assertEquals(0, threads("owned-"));
        IllegalStateException late = assertThrows(IllegalStateException.class, () -> first.call(() -> 1));
        assertTrue(late.getMessage().contains("not running"), late::getMessage);
        LoopClosedException gone = assertThrows(LoopClosedException.class, portals::start);
        assertTrue(gone.getMessage().contains("org.example.user"), gone::getMessage);
        assertThrows(LoopClosedException.class, () -> portals.provider().open());
    }

    /** The thread that stops a bundle may have been interrupted before: that takes no grace from anybody. */
    @ParameterizedTest @ValueSource(strings = {"carrier", "pool"})
    void anInterruptOfTheCallerDoesNotCutTheGraceShort(String backend, TestReporter reporter) throws Exception {
        reporter.publishEntry("anyio.backend", backend);
        Owner owner = open();
        BlockingPortal portal = new OwnedPortals(owner, runtime::open).start(o -> o.backend(backend));
        CountDownLatch asleep = new CountDownLatch(1);
        AtomicBoolean streamWasOpen = new AtomicBoolean();
        AtomicBoolean closed = new AtomicBoolean();
        owner.register(() -> closed.set(true));
        CompletableFuture<Void> slow = portal.spawn("slow", () -> {
            try {
                asleep.countDown();
                AnyIO.sleepForever();
            } finally {
                AnyIO.openCancelScope(o -> o.shield(true)).run(() -> AnyIO.sleep(Duration.ofMillis(20)));
                streamWasOpen.set(!closed.get());
            }
        });
        asleep.await();
        stopping.set(true);
        Thread.currentThread().interrupt();
        owner.close();
        assertTrue(Thread.interrupted());
        assertTrue(slow.isCancelled());
        assertTrue(streamWasOpen.get());
    }

    private static void sleep(CountDownLatch cleaned) {
        try {
            AnyIO.sleepForever();
        } finally {
            cleaned.countDown();
        }
    }

    private static long threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().startsWith(prefix)).count();
    }

    @ParameterizedTest @ValueSource(strings = {"carrier", "pool"}) @Proves("BP-37")
    void theWaitIsBoundedByOneGraceForAll(String backend, TestReporter reporter) {
        reporter.publishEntry("anyio.backend", backend);
        Owner one = open();
        Owner two = open();
        AtomicBoolean release = new AtomicBoolean();
        CountDownLatch busy = new CountDownLatch(3);
        CompletableFuture<?>[] ends = new CompletableFuture<?>[3];
        Portals[] services = {new OwnedPortals(one, runtime::open), new OwnedPortals(two, runtime::open)};
        for (int i = 0; i < 3; i++) {
            ends[i] = services[i % 2].start(o -> o.backend(backend)).spawn("stubborn", () -> {
                busy.countDown();
                while (!release.get()) {
                    nap();
                }
            });
        }
        try {
            busy.await();
            stopping.set(true);
            long before = System.nanoTime();
            one.close();
            two.close();
            long took = System.nanoTime() - before;
            assertTrue(took >= GRACE.toNanos(), () -> "returned after " + took / 1_000_000 + " ms");
            assertTrue(took < 3 * GRACE.toNanos(), () -> "returned after " + took / 1_000_000 + " ms");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            release.set(true);
        }
        CompletableFuture.allOf(ends).exceptionally(_ -> null).join();
    }

    /** One after the other each would be looked at for a quarter of a second. */
    @ParameterizedTest @ValueSource(strings = {"carrier", "pool"})
    void stuckPortalsAreInterruptedSideBySide(String backend, TestReporter reporter) throws Exception {
        reporter.publishEntry("anyio.backend", backend);
        owners.grace(Duration.ofMillis(50));
        Owner owner = open();
        Portals portals = new OwnedPortals(owner, runtime::open);
        int count = 12;
        CountDownLatch busy = new CountDownLatch(count);
        CountDownLatch release = new CountDownLatch(1);
        Queue<Long> interrupted = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < count; i++) {
            portals.start(o -> o.backend(backend)).spawn("stuck", () -> {
                busy.countDown();
                assertThrows(InterruptedException.class, () -> new CountDownLatch(1).await());
                interrupted.add(System.nanoTime());
                release.await();
            });
        }
        busy.await();
        try {
            owner.close();
            assertEquals(count, interrupted.size());
            Duration between = Duration.ofNanos(Collections.max(interrupted) - Collections.min(interrupted));
            assertTrue(between.compareTo(Duration.ofMillis(250L * (count - 1))) < 0, between::toString);
        } finally {
            release.countDown();
        }
    }

    /** Foreign blocking code that takes no notice of interrupts. */
    private static void nap() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            // continue
        }
    }

    @ParameterizedTest @ValueSource(strings = {"carrier", "pool"})
    void aReleasedComponentEndsItsOwnPortalsOnly(String backend, TestReporter reporter) {
        reporter.publishEntry("anyio.backend", backend);
        Owner one = open();
        Owner two = open();
        BlockingPortal mine = new OwnedPortals(one, runtime::open).start(o -> o.backend(backend));
        BlockingPortal others = new OwnedPortals(two, runtime::open).start(o -> o.backend(backend));
        one.close();
        assertThrows(IllegalStateException.class, () -> mine.call(() -> 1));
        assertEquals(2, others.call(() -> 2));
        others.close();
        two.close();
    }
}
