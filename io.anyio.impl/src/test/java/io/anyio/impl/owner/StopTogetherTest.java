package io.anyio.impl.owner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.task.Body;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.task.LoopOptions;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.portal.OwnedPortals;
import io.anyio.proof.Proves;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.logging.Filter;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What ends for one reason ends within one grace: side by side if the reason is known, else by what is left of the
 * grace.
 */
@Timeout(60)
class StopTogetherTest extends OnEachBackend {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final LoopRuntime anyio = new LoopRuntime();
    private final AtomicReference<String> ending = new AtomicReference<>();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final Holder holder = new Holder(1, "user.bundle", null, stopping::get);
    private final HolderOwners owners = new HolderOwners(anyio, LONG, options, ending::get);
    /** The end of a bundle is looked for although nobody wants to be told of stalls. */
    private final LoopOptions watched = options.stallAfter(Duration.ZERO);
    private final HolderOwners looked = new HolderOwners(anyio, Duration.ofMillis(20), watched);
    private final List<String> told = new CopyOnWriteArrayList<>();

    StopTogetherTest(String backend) {
        super(backend);
    }

    @AfterEach
    void close() {
        owners.close();
        looked.close();
        // with as short a grace as theirs, a loop may end a moment later
        for (long end = System.nanoTime() + LONG.toNanos(); !anyio.runs().isEmpty() && System.nanoTime() < end;) {
            LockSupport.parkNanos(1_000_000);
        }
        assertEquals(Set.of(), anyio.runs());
    }

    private static Void sleepForever() {
        AnyIO.sleepForever();
        return null;
    }

    private Holder bundle(int id) {
        return new Holder(id, "bundle " + id, null, () -> false);
    }

    // ---- one by one

    private HolderOwner.Ending stopOf(Owner owner) {
        owner.close();
        return ((HolderOwner) owner).ending();
    }

    @Test @Proves("OW-28")
    void whatOneThreadLetsGoOfOneByOneHasOneDeadline() throws Exception {
        List<Owner> component = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Owner owner = owners.open("service " + i, holder);
            owner.spawn("task", StopTogetherTest::sleepForever);
            component.add(owner);
        }
        long deadline = stopOf(component.get(0)).deadline();
        assertEquals(deadline, stopOf(component.get(1)).deadline());
        FutureTask<HolderOwner.Ending> other = new FutureTask<>(() -> stopOf(component.get(2)));
        Thread.ofPlatform().start(other);
        assertNotEquals(deadline, other.get().deadline(), "another thread does not wait for the former");
    }

    @Test @Proves("OW-28")
    void aComponentThatStartsAgainHasItsOwnGrace() {
        Owner rest = owners.open("of another component", holder);
        Owner before = owners.open("Network", holder);
        long deadline = stopOf(before).deadline();
        Owner after = owners.open("Network", holder);
        assertNotEquals(deadline, stopOf(after).deadline());
        rest.close();
    }

    @Test @Proves("OW-29")
    void whoComesAfterTheGraceIsUsedUpHasAMoment() throws Exception {
        owners.grace(Duration.ofMillis(300));
        Owner first = owners.open("EventLoop", holder);
        Owner second = owners.open("Network", holder);
        CountDownLatch inside = new CountDownLatch(1);
        AtomicBoolean saidGoodbye = new AtomicBoolean();
        first.spawn("stands in foreign code", () -> {
            AnyIO.openCancelScope(o -> o.shield(true)).run(() -> {
                inside.countDown();
                assertThrows(InterruptedException.class, () -> new CountDownLatch(1).await());
            });
            return null;
        });
        inside.await();
        stopOf(first);
        owners.grace(LONG);
        second.register(() -> saidGoodbye.compareAndSet(false, true));
        long moment = Duration.ofMillis(100).toNanos();
        long before = System.nanoTime();
        long deadline = stopOf(second).deadline();
        long after = System.nanoTime();
        assertTrue(saidGoodbye.get());
        assertTrue(deadline - before >= moment, () -> deadline - before + " ns");
        assertTrue(deadline - after <= moment, () -> deadline - after + " ns");
    }

    // ---- side by side

    /**
     * Each task ends once all are cancelled, so that none does if they are ended one after the other; returns how many
     * were interrupted because the grace was over.
     */
    private int interruptedBy(List<Owner> all, Consumer<List<Owner>> end) throws Exception {
        CountDownLatch started = new CountDownLatch(all.size());
        CountDownLatch cancelled = new CountDownLatch(all.size());
        AtomicInteger interrupted = new AtomicInteger();
        List<TaskHandle<?>> tasks = new ArrayList<>();
        for (Owner owner : all) {
            tasks.add(owner.spawn("waits for the others", () -> {
                try {
                    started.countDown();
                    return sleepForever();
                } finally {
                    cancelled.countDown();
                    try {
                        cancelled.await();
                    } catch (InterruptedException e) {
                        interrupted.incrementAndGet();
                    }
                }
            }));
        }
        started.await();
        end.accept(all);
        tasks.forEach(task -> assertEquals(TaskHandle.Status.CANCELLED, task.status()));
        return interrupted.get();
    }

    private List<Owner> ofManyBundles() {
        List<Owner> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.add(owners.open("Network", bundle(i)));
        }
        return all;
    }

    /** Often, because a loop that ends a moment later than its owners was not waited for. */
    @RepeatedTest(20) @Proves("OW-40")
    void theSweepEndsAllBundlesSideBySide() throws Exception {
        assertEquals(0, interruptedBy(ofManyBundles(), _ -> owners.close()));
    }

    @Test @Proves("OW-40")
    void whenTheRuntimeEndsTheFirstThatIsLetGoOfEndsAll() throws Exception {
        assertEquals(0, interruptedBy(ofManyBundles(), all -> {
            ending.set("the runtime has a reason");
            all.forEach(Owner::close);
            owners.close();
        }));
        Owner late = owners.open("EventLoop", holder);
        String message = assertThrows(LoopClosedException.class, late::checkOpen).getMessage();
        assertTrue(message.contains("EventLoop of user.bundle")
                && message.contains("the runtime has a reason"), message);
    }

    /** The bundles' stops would add up otherwise, each in the stop of another bundle. */
    @Test @Proves("OW-41")
    void whoIsLetGoOfWhenTheRuntimeEndsWaitsForItsOwnEndOnly() throws Exception {
        Owner slow = owners.open("EventLoop", bundle(1));
        Owner owner = owners.open("EventLoop", bundle(2));
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch asleep = new CountDownLatch(1);
        TaskHandle<?> task = slow.spawn("slow", () -> {
            try {
                asleep.countDown();
                return sleepForever();
            } finally {
                AnyIO.openCancelScope(o -> o.shield(true)).run(() -> AnyIO.runInWorkerThread(() -> release.await()));
            }
        });
        asleep.await();
        ending.set("the runtime has a reason");
        owner.close();
        assertTrue(slow.isStopping());
        assertEquals(TaskHandle.Status.PENDING, task.status());
        release.countDown();
    }

    @Test
    void whatEndsWithTheOwnersSaysSo() {
        owners.close();
        Owner late = owners.open("EventLoop", holder);
        String message = assertThrows(LoopClosedException.class, late::checkOpen).getMessage();
        assertTrue(message.contains("the runtime of AnyIO has been stopped"), message);
    }

    // ---- a bundle that waits for its own tasks before it lets go of its services

    private static void withLog(Filter filter, Executable test) throws Exception {
        Logger log = Logger.getLogger("io.anyio");
        log.setFilter(filter);
        try {
            test.run();
        } finally {
            log.setFilter(null);
        }
    }

    /** A part of a test. */
    private interface Executable {
        void run() throws Exception;
    }

    /** Starts a task of an owner. */
    private interface Starter {
        void start(Owner owner, Body<Void, ?> body);
    }

    private void assertEndsThoughItsBundleWaits(Starter starter) throws Exception {
        withLog(entry -> told.add(entry.getMessage()) && false, () -> {
            Owner owner = looked.open("EventLoop", holder);
            CountDownLatch ended = new CountDownLatch(1);
            CountDownLatch started = new CountDownLatch(1);
            starter.start(owner, () -> {
                try {
                    started.countDown();
                    return sleepForever();
                } finally {
                    ended.countDown();
                }
            });
            started.await();
            stopping.set(true);
            ended.await();
            owner.close();
        });
        assertTrue(told.getFirst().contains("user.bundle has been stopping for more than 20 ms")
                && told.getFirst().contains("Cancel them"), told.toString());
    }

    @Test @Proves("OW-33")
    void stopCodeThatWaitsForItsTasksGetsTheirEnd() throws Exception {
        assertEndsThoughItsBundleWaits((owner, body) -> owner.spawn("sleeps", body));
    }

    /** Its bundle has a loop for each portal, and none that its owners share. */
    @Test @Proves("OW-33")
    void soDoesOneThatHasOnlyPortals() throws Exception {
        assertEndsThoughItsBundleWaits(
                (owner, body) -> new OwnedPortals(owner, looked::openLoop).start(_ -> watched).spawn(body));
    }

    /** A bundle with a task that sleeps forever. */
    private static final class Sleeping {
        final AtomicBoolean stops = new AtomicBoolean();
        final CountDownLatch ended = new CountDownLatch(1);
        final String name;

        Sleeping(HolderOwners owners, int id) throws InterruptedException {
            name = "bundle" + id;
            CountDownLatch started = new CountDownLatch(1);
            owners.open("EventLoop", new Holder(id, name, null, stops::get)).spawn("sleeps", () -> {
                try {
                    started.countDown();
                    return sleepForever();
                } finally {
                    ended.countDown();
                }
            });
            started.await();
        }
    }

    /** By the end of the last one, all have been looked at again. */
    @Test @Proves("OW-33")
    void onlyABundleThatStopsIsEndedAndOnlyOnce() throws Exception {
        withLog(entry -> told.add(entry.getMessage()) && false, () -> {
            Sleeping goesOn = new Sleeping(looked, 1);
            Sleeping stops = new Sleeping(looked, 2);
            Sleeping last = new Sleeping(looked, 3);
            stops.stops.set(true);
            stops.ended.await();
            last.stops.set(true);
            last.ended.await();
            assertEquals(1, goesOn.ended.getCount());
            assertEquals(1, told.stream().filter(text -> text.contains(stops.name)).count(), told::toString);
            assertTrue(told.stream().noneMatch(text -> text.contains(goesOn.name)), told::toString);
        });
    }

    @Test @Proves("OW-33")
    void aBundleThatStopsHasItsGraceFirst() throws Exception {
        Duration grace = Duration.ofMillis(700);
        withLog(entry -> told.add(entry.getMessage()) && false, () -> {
            HolderOwners patient = new HolderOwners(anyio, grace, watched);
            Sleeping stops = new Sleeping(patient, 1);
            long begin = System.nanoTime();
            stops.stops.set(true);
            stops.ended.await();
            assertTrue(System.nanoTime() - begin >= grace.toNanos(), "it was ended at once");
            patient.close();
        });
    }

    // ---- who ended it

    @Test @Proves("OW-10")
    void whoKeepsAServiceIsToldWhoEndedItAndWhen() {
        Owner released = owners.open("EventLoop", holder);
        released.checkOpen();
        Owner stopped = owners.open("Network", holder);
        released.close();
        stopping.set(true);
        stopped.close();
        for (Owner owner : List.of(released, stopped)) {
            String message = assertThrows(LoopClosedException.class, owner::checkOpen).getMessage();
            assertEquals(message.replaceAll("\\d+ ms", "? ms"),
                    assertThrows(LoopClosedException.class, () -> owner.spawn("late", () -> 1)).getMessage()
                            .replaceAll("\\d+ ms", "? ms"));
            assertTrue(message.matches(
                    "The service (EventLoop|Network) of user.bundle ended \\d+ ms ago \\(20[-0-9T:.]+Z, by the thread '"
                            + Thread.currentThread().getName() + "'\\): .*"),
                    message);
            assertEquals(owner == stopped, message.contains("its bundle has been stopped"), message);
            assertFalse(message.endsWith("."));
        }
    }
}
