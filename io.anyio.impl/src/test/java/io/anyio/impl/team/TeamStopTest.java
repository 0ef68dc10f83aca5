package io.anyio.impl.team;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.debug.LoopFiguresDTO;
import io.anyio.api.spi.Bodies;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.sync.Event;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.LoopOptions;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.impl.owner.HolderOwners;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.impl.owner.RunningTasks;
import io.anyio.impl.portal.PlainPortals;
import io.anyio.proof.Proves;
import io.anyio.testing.EachBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** What ends tasks on several loops: the end of a run, of a portal, of an owner, of a holder. */
@Timeout(60)
class TeamStopTest {
    private static final int LOOPS = 3;
    private static final String PORTAL = "team-portal";

    private final LoopRuntime runtime = new LoopRuntime();
    private final Holder holder = new Holder(17, "user.bundle", null, () -> false);
    private final List<String> warnings = Collections.synchronizedList(new ArrayList<>());
    private final Logger log = Logger.getLogger("io.anyio");
    private final Handler listening = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            if (entry.getLevel().intValue() >= java.util.logging.Level.WARNING.intValue()) {
                warnings.add(entry.getMessage());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        log.addHandler(listening);
        log.setUseParentHandlers(false);
    }

    @AfterEach
    void end() {
        log.removeHandler(listening);
        log.setUseParentHandlers(true);
        assertEquals(Set.of(), runtime.runs());
    }

    private HolderOwners owners(String backend, Duration grace) {
        return new HolderOwners(runtime, grace, LoopOptions.DEFAULT.backend(backend));
    }

    private static Set<String> threads(String name) {
        return Thread.getAllStackTraces().keySet().stream().filter(Thread::isAlive)
                .map(Thread::getName).filter(each -> each.startsWith(name))
                .collect(Collectors.toSet());
    }

    /** Runs a body on each loop; returns when all of them have begun. */
    private static void onEach(Owner owner, CountDownLatch begun, Block<Exception> body) throws InterruptedException {
        owner.spawn("group", Bodies.of(() -> AnyIO
                .createTaskGroup(Exception.class, options -> options.loops(LOOPS)).run(group -> {
                    for (int i = 0; i < LOOPS; i++) {
                        group.spawn("child " + i, () -> {
                            begun.countDown();
                            body.run();
                        });
                    }
                })));
        begun.await();
    }

    @EachBackend @Proves("LP-17")
    void aRunEndsWithTheThreadsOfAllItsLoops(String backend) throws Exception {
        AnyIO.run(() -> AnyIO.createTaskGroup(Exception.class, options -> options.loops(LOOPS)).run(group -> {
            group.spawn(AnyIO::checkpoint);
            assertEquals(LOOPS, threads("team-run").size());
        }), options -> options.backend(backend).name("team-run"));
        assertEquals(Set.of(), threads("team-run"));
    }

    @EachBackend @Proves("LP-17")
    void theLastOwnerEndsWithTheThreadsOfAllLoops(String backend) throws Exception {
        HolderOwners owners = owners(backend, Duration.ofMinutes(1));
        Owner owner = owners.open("EventLoop", holder);
        AtomicInteger cancelled = new AtomicInteger();
        onEach(owner, new CountDownLatch(LOOPS), () -> {
            try {
                AnyIO.sleepForever();
            } catch (CancelledError e) {
                cancelled.incrementAndGet();
                throw e;
            }
        });
        assertEquals(LOOPS, threads("anyio-user.bundle").size());
        owner.close();
        assertEquals(LOOPS, cancelled.get());
        assertEquals(Set.of(), threads("anyio-user.bundle"));
        assertEquals(List.of(), warnings);
    }

    @EachBackend @Proves("LP-18")
    void aStopAsksTheTasksOfAllLoopsToFinish(String backend) throws Exception {
        HolderOwners owners = owners(backend, Duration.ofMinutes(1));
        Owner owner = owners.open("EventLoop", holder);
        AtomicInteger finished = new AtomicInteger();
        onEach(owner, new CountDownLatch(LOOPS), () -> {
            CancelScope scope = AnyIO.openCancelScope();
            scope.run(() -> {
                while (!scope.finishRequested()) {
                    AnyIO.sleep(Duration.ofMillis(1));
                }
                finished.incrementAndGet();
            });
        });
        owner.close();
        assertEquals(LOOPS, finished.get());
        assertEquals(List.of(), warnings);
    }

    /** And not within one for each loop. */
    @EachBackend @Proves("LP-18")
    void theLoopsShareOneGrace(String backend) throws Exception {
        Duration grace = Duration.ofSeconds(1);
        Owner owner = owners(backend, grace).open("EventLoop", holder);
        AtomicBoolean release = new AtomicBoolean();
        onEach(owner, new CountDownLatch(LOOPS), () -> AnyIO.openCancelScope(o -> o.shield(true)).run(() -> {
            while (!release.get()) {
                AnyIO.sleep(Duration.ofMillis(1));
            }
        }));
        long begin = System.nanoTime();
        owner.close();
        long took = System.nanoTime() - begin;
        release.set(true);
        assertTrue(took >= grace.toNanos() && took < LOOPS * grace.toNanos(),
                () -> "took " + took / 1_000_000 + " ms");
        while (!threads("anyio-user.bundle").isEmpty()) {
            Thread.onSpinWait();
        }
    }

    @EachBackend @Proves("LP-19")
    void aTaskInForeignCodeIsInterruptedAndNamedOnWhateverLoop(String backend) throws Exception {
        for (boolean whole : List.of(false, true)) {
            HolderOwners owners = owners(backend, Duration.ofMillis(50));
            Owner owner = owners.open("EventLoop", holder);
            AtomicInteger interrupted = new AtomicInteger();
            onEach(owner, new CountDownLatch(LOOPS), () -> {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException _) {
                    interrupted.incrementAndGet();
                }
            });
            if (whole) {
                owners.close();
            } else {
                owner.close();
            }
            assertEquals(LOOPS, interrupted.get());
            for (int i = 0; i < LOOPS; i++) {
                String name = "'child " + i + "'";
                assertTrue(warnings.stream().anyMatch(text -> text.contains(name) && text.contains("interrupted once")),
                        warnings::toString);
            }
            warnings.clear();
            assertEquals(Set.of(), threads("anyio-user.bundle"));
        }
    }

    @EachBackend @Proves("LP-19")
    void theTasksOfAnotherOwnerGoOn(String backend) throws Exception {
        HolderOwners owners = owners(backend, Duration.ofMillis(50));
        Owner staying = owners.open("EventLoop", holder);
        Owner going = owners.open("Listeners", holder);
        AtomicInteger interrupted = new AtomicInteger();
        TaskHandle<?>[] children = new TaskHandle<?>[LOOPS];
        CountDownLatch begun = new CountDownLatch(1);
        staying.spawn("staying", Bodies.of(() -> AnyIO
                .createTaskGroup(Exception.class, options -> options.loops(LOOPS)).run(group -> {
                    for (int i = 0; i < LOOPS; i++) {
                        children[i] = group.spawn("staying " + i, AnyIO::sleepForever);
                    }
                    begun.countDown();
                })));
        begun.await();
        onEach(going, new CountDownLatch(LOOPS), () -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException _) {
                interrupted.incrementAndGet();
            }
        });
        going.close();
        assertEquals(LOOPS, interrupted.get());
        for (TaskHandle<?> child : children) {
            assertEquals(TaskHandle.Status.PENDING, child.status());
        }
        assertFalse(warnings.stream().anyMatch(text -> text.contains("staying")), warnings::toString);
        staying.close();
        for (TaskHandle<?> child : children) {
            assertEquals(TaskHandle.Status.CANCELLED, child.status());
        }
        assertEquals(Set.of(), threads("anyio-user.bundle"));
    }

    /** A child of a child: on the way up to its owner, two loops change. */
    @EachBackend @Proves("LP-19")
    void aTaskInForeignCodeIsFoundBehindTwoGroups(String backend) throws Exception {
        HolderOwners owners = owners(backend, Duration.ofMillis(50));
        Owner staying = owners.open("Network", holder);
        assertEquals(1, staying.call(() -> 1));
        Owner owner = owners.open("EventLoop", holder);
        AtomicInteger interrupted = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(LOOPS * LOOPS);
        onEach(owner, new CountDownLatch(LOOPS),
                () -> AnyIO.createTaskGroup(Exception.class, options -> options.loops(LOOPS)).run(group -> {
                    for (int i = 0; i < LOOPS; i++) {
                        group.spawn("inner", () -> {
                            begun.countDown();
                            AnyIO.sleep(Duration.ZERO);
                            try {
                                new CountDownLatch(1).await();
                            } catch (InterruptedException _) {
                                interrupted.incrementAndGet();
                            }
                        });
                    }
                }));
        if (backend.equals("carrier")) {
            begun.await();
        }
        owner.close();
        assertTrue(interrupted.get() >= LOOPS, interrupted::toString);
        staying.close();
        assertEquals(Set.of(), threads("anyio-user.bundle"));
    }

    @EachBackend @Proves({"OP-18", "OW-38"})
    void whoWaitsForTasksOnAnotherLoopIsNoStraggler(String backend) throws Exception {
        for (boolean whole : List.of(false, true)) {
            HolderOwners owners = owners(backend, Duration.ZERO);
            Owner owner = owners.open("EventLoop", holder);
            Event release = runtime.require(Synchronization.class).createEvent();
            CountDownLatch begun = new CountDownLatch(LOOPS);
            onEach(owner, begun, () -> AnyIO.openCancelScope(options -> options.shield(true)).run(release::await));
            if (whole) {
                owners.close();
            } else {
                owner.close();
            }
            assertEquals(LOOPS, new RunningTasks(runtime::runs).figures().stream()
                    .mapToInt(LoopFiguresDTO::stragglers).sum());
            assertEquals(LOOPS, warnings.size(), warnings::toString);
            assertTrue(warnings.stream().allMatch(text -> text.contains("The task 'child ")), warnings::toString);
            warnings.clear();
            release.set();
            while (!runtime.runs().isEmpty()) {
                Thread.onSpinWait();
            }
        }
    }

    /** It would wait for its own end. */
    @EachBackend @Proves("LP-17")
    void aTaskOnAnotherLoopMayCloseItsOwnerOrPortal(String backend) throws Exception {
        HolderOwners owners = owners(backend, Duration.ofMinutes(1));
        Owner owner = owners.open("EventLoop", holder);
        onEach(owner, new CountDownLatch(LOOPS), owner::close);
        owner.close();
        owners.close();
        BlockingPortal portal = portal(backend);
        portal.call(() -> AnyIO.createTaskGroup(Exception.class, options -> options.loops(LOOPS)).run(group -> {
            for (int i = 0; i < LOOPS; i++) {
                group.spawn(portal::close);
            }
        }));
        portal.close();
        assertEquals(Set.of(), threads(PORTAL));
    }

    private BlockingPortal portal(String backend) {
        return new PlainPortals(runtime::open).start(options -> options.backend(backend).name(PORTAL));
    }

    @EachBackend @Proves("LP-17")
    void aPortalEndsWithTheThreadsOfAllItsLoops(String backend) throws Exception {
        BlockingPortal portal = portal(backend);
        portal.call(() -> AnyIO.createTaskGroup(Exception.class, options -> options.loops(LOOPS)).run(group -> {
            group.spawn(AnyIO::checkpoint);
        }));
        assertEquals(LOOPS, threads(PORTAL).size());
        portal.close();
        assertEquals(Set.of(), threads(PORTAL));
    }
}
