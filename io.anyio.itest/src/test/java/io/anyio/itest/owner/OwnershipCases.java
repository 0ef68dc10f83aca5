package io.anyio.itest.owner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.file.AsyncFile;
import io.anyio.api.file.AsyncFiles;
import io.anyio.api.process.ChildProcess;
import io.anyio.api.process.Processes;
import io.anyio.api.sync.Condition;
import io.anyio.api.sync.Event;
import io.anyio.api.sync.Held;
import io.anyio.api.sync.Lock;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.task.EventLoop;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.itest.exam.UserBundle;
import io.anyio.proof.Proves;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** What a user bundle starts ends with it: run in a framework on each backend. */
abstract class OwnershipCases {
    /** A task ends a few instructions before its thread. */
    private static final Duration A_MOMENT = Duration.ofSeconds(5);

    static final String COMPONENT = "user.component";
    static final String SHARED = "user.shared";
    static final String FAILS = "user.fails";
    static final String PORTAL = "user.portal";
    static final String STUBBORN = "user.stubborn";
    static final String FILES = "user.files";
    static final String PROCESSES = "user.processes";
    static final String HOLDING = "user.holding";

    @Inject
    BundleContext context;

    @Inject
    ServiceComponentRuntime components;

    @Inject
    EventLoop loop;

    @Inject
    Synchronization synchronization;

    Board board;

    @BeforeEach
    void open(TestReporter reporter) {
        reporter.publishEntry("anyio.backend", backend());
        board = new Board(context);
    }

    @AfterEach
    void close() throws Exception {
        for (String name : List.of(COMPONENT, SHARED, FAILS, PORTAL, STUBBORN, FILES, PROCESSES, HOLDING)) {
            Bundle bundle = context.getBundle(UserBundle.location(name));
            if (bundle != null) {
                bundle.uninstall();
            }
        }
        board.close();
    }

    abstract String backend();

    @Test
    void theLoopRunsOnTheBackendOfTheJvm() {
        assertEquals(backend(), loop.backend());
        assertEquals(42, loop.call(() -> {
            AnyIO.sleep(Duration.ofMillis(1));
            return 42;
        }));
    }

    @Test
    void runInAContainerNamesTheService() {
        IllegalStateException error = assertThrows(IllegalStateException.class, () -> AnyIO.run(() -> {}));
        assertTrue(error.getMessage().contains("inject io.anyio.api.task.EventLoop"), error.getMessage());
    }

    @Test
    void oneSynchronizationServesAllBundlesAndTheirTasks() throws Exception {
        ServiceReference<Synchronization> service = context.getServiceReference(Synchronization.class);
        assertSame(synchronization,
                context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext().getService(service));
        Lock lock = synchronization.createLock();
        loop.run(() -> {
            Event event = AnyIO.createEvent();
            Condition condition = AnyIO.createCondition(lock);
            AnyIO.createTaskGroup().run(group -> {
                group.spawn("waits", () -> {
                    try (Held _ = condition.hold()) {
                        event.set();
                        condition.await();
                    }
                });
                event.await();
                try (Held _ = lock.hold()) {
                    condition.signal();
                }
            });
        });
        assertFalse(lock.locked());
        IllegalStateException error = assertThrows(IllegalStateException.class, AnyIO::createLock);
        assertTrue(error.getMessage().contains("No implementation of AnyIO is visible here"), error.getMessage());
    }

    @Test @Proves("OW-01")
    void aTaskHasTheClassLoaderAndNameOfTheUsingBundle() throws Exception {
        Bundle bundle = UserBundle.start(context, COMPONENT);
        assertSame(bundle.adapt(BundleWiring.class).getClassLoader(), board.await("component.loader"));
        assertEquals(backend(), board.await("component.backend"));
        assertEquals(1, threadsNamed("anyio-" + COMPONENT));
    }

    @Test
    void theCommandListsTheTasksOfABundle() throws Exception {
        UserBundle.start(context, COMPONENT);
        board.await("component.thread");
        loop.run(() -> AnyIO.sleep(Duration.ofMillis(1)));
        ServiceReference<?> reference = context.getServiceReferences((String) null,
                "(&(osgi.command.scope=anyio)(osgi.command.function=tasks))")[0];
        Object command = context.getService(reference);
        String text = (String) command.getClass().getMethod("tasks", Object[].class).invoke(command,
                (Object) new Object[0]);
        assertTrue(text.contains("of " + COMPONENT) && text.contains("component task"), text);
        assertTrue(text.contains("waits for sleep"), text);
    }

    @Test @Proves({"BP-37", "OW-07"})
    void stoppingTheBundleStopsItsPortals() throws Exception {
        Bundle bundle = UserBundle.start(context, PORTAL);
        BlockingPortal portal = (BlockingPortal) board.await("portal");
        Thread task = (Thread) board.await("portal.thread");
        assertSame(bundle.adapt(BundleWiring.class).getClassLoader(), board.get("portal.loader"));
        bundle.stop();
        assertTrue(task.join(A_MOMENT));
        assertTrue(((CompletableFuture<?>) board.get("portal.future")).isCancelled());
        IllegalStateException error = assertThrows(IllegalStateException.class, () -> portal.call(() -> 1));
        assertTrue(error.getMessage().contains("not running"), error.getMessage());
        assertEquals(List.of(),
                Thread.getAllStackTraces().keySet().stream().map(Thread::getName).filter(name -> name.contains(PORTAL))
                        .toList());
    }

    @Test @Proves("OW-07")
    void stoppingTheBundleWritesAndClosesItsFilesAndDeletesItsTemporaryOnes() throws Exception {
        Bundle bundle = UserBundle.start(context, FILES);
        Path beside = (Path) board.await("files.beside");
        try {
            Path directory = (Path) board.get("files.directory");
            AsyncFile inside = (AsyncFile) board.get("files.inside");
            assertTrue(Files.exists(directory.resolve("inside")));
            assertFalse(inside.isClosed());
            bundle.stop();
            assertTrue(inside.isClosed());
            assertFalse(inside.wrapped().isOpen());
            assertFalse(Files.exists(directory));
            assertEquals("not flushed", Files.readString(beside));
            AsyncFiles kept = (AsyncFiles) board.get("files.service");
            LoopClosedException error = loop.call(
                    () -> assertThrows(LoopClosedException.class, () -> kept.openFile(beside, "r")));
            assertTrue(error.getMessage().contains("AsyncFiles") && error.getMessage().contains(FILES),
                    error.getMessage());
        } finally {
            Files.delete(beside);
        }
        assertEquals(0, threadsNamed("anyio-" + FILES));
    }

    /** Within the one grace of two seconds, although a process ignores SIGTERM and has a grace of five. */
    @Test @Proves("OW-07")
    void stoppingTheBundleEndsItsProcesses() throws Exception {
        List<ProcessHandle> before = ProcessHandle.current().children().toList();
        Bundle bundle = UserBundle.start(context, PROCESSES);
        ChildProcess stubborn = (ChildProcess) board.await("processes.stubborn");
        assertNull(stubborn.returnCode());
        long begin = System.nanoTime();
        bundle.stop();
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        assertEquals(128 + 9, stubborn.returnCode());
        assertEquals(before, ProcessHandle.current().children().toList());
        assertTrue(millis < 3000, () -> "after " + millis + " ms");
        Processes kept = (Processes) board.get("processes.service");
        LoopClosedException error = loop.call(
                () -> assertThrows(LoopClosedException.class, () -> kept.runProcess("true")));
        assertTrue(error.getMessage().contains("Processes") && error.getMessage().contains(PROCESSES),
                error.getMessage());
        assertEquals(0, threadsNamed("anyio-" + PROCESSES));
    }

    @Test @Proves("OW-07")
    void stoppingTheBundleEndsItsTasksAndThreads() throws Exception {
        Bundle bundle = UserBundle.start(context, COMPONENT);
        board.await("component.thread");
        bundle.stop();
        assertNotNull(board.get("component.ended"), "the task has ended when stop returns");
        assertTrue(((Thread) board.get("component.thread")).join(A_MOMENT));
        assertEquals(0, threadsNamed("anyio-" + COMPONENT));
    }

    @Test @Proves("OW-10")
    void aReleasedServiceSaysWhoReleasedIt() throws Exception {
        Bundle bundle = UserBundle.start(context, COMPONENT);
        EventLoop kept = (EventLoop) board.await("component.loop");
        board.await("component.thread");
        bundle.stop();
        LoopClosedException error = assertThrows(LoopClosedException.class, () -> kept.spawn(() -> {}));
        assertTrue(error.getMessage().contains("EventLoop") && error.getMessage().contains(COMPONENT),
                error.getMessage());
    }

    @Test @Proves("OW-03")
    void aComponentBoundTaskEndsWithItsComponentAndStartsAgainWithIt() throws Exception {
        Bundle bundle = UserBundle.start(context, COMPONENT);
        Thread first = (Thread) board.await("component.thread");
        disable(bundle, "component.bound");
        assertNotNull(board.get("component.ended"));
        assertTrue(first.join(A_MOMENT));
        board.clear();
        enable(bundle, "component.bound");
        assertNotSame(first, board.await("component.thread"));
        assertNull(board.get("component.ended"));
    }

    @Test @Proves({"OW-01", "OW-04"})
    void bundleBoundTasksOutliveOneOfTwoComponents() throws Exception {
        Bundle bundle = UserBundle.start(context, SHARED);
        board.await("one.started");
        board.await("two.started");
        assertSame(board.get("one.loop"), board.get("two.loop"));
        disable(bundle, "bundle.bound.one");
        assertNull(board.get("one.ended"), "a plain reference belongs to the bundle");
        board.remove("one.started");
        enable(bundle, "bundle.bound.one");
        board.await("one.started");
        bundle.stop();
        assertNotNull(board.get("one.ended"));
        assertNotNull(board.get("two.ended"));
        assertEquals(0, threadsNamed("anyio-" + SHARED));
    }

    @Test @Proves("OW-02")
    void aPlainReferenceCostsNoThreadUntilItIsUsed() throws Exception {
        Bundle bundle = UserBundle.start(context, HOLDING);
        EventLoop held = (EventLoop) board.await("holding.loop");
        assertEquals(backend(), held.backend());
        assertEquals(0, threadsNamed("anyio-" + HOLDING));
        assertEquals(1, held.call(() -> 1));
        assertEquals(1, threadsNamed("anyio-" + HOLDING));
        bundle.stop();
        for (Thread thread : threads("anyio-" + HOLDING)) {
            assertTrue(thread.join(A_MOMENT));
        }
    }

    // ---- ours, or Declarative Services, stop and start again

    @Test @Proves("OW-42")
    void whenTheRuntimeIsRestartedItsUsersStartAgain() throws Exception {
        endsAndStartsAgainWith("io.anyio.impl");
    }

    @Test @Proves("OW-43")
    void soTheyDoWithDeclarativeServices() throws Exception {
        endsAndStartsAgainWith("org.apache.felix.scr");
    }

    private void endsAndStartsAgainWith(String name) throws Exception {
        UserBundle.start(context, COMPONENT);
        Thread task = (Thread) board.await("component.thread");
        EventLoop kept = (EventLoop) board.get("component.loop");
        assertEquals(1, loop.call(() -> 1));
        Bundle restarted = Stream.of(context.getBundles()).filter(each -> name.equals(each.getSymbolicName()))
                .findFirst().orElseThrow();
        restarted.stop();
        try {
            assertNotNull(board.get("component.ended"), "the task has ended when stop returns");
            assertTrue(task.join(A_MOMENT));
            for (Thread thread : threads("anyio-")) {
                assertTrue(thread.join(A_MOMENT), () -> thread + " is left");
            }
            String message = assertThrows(LoopClosedException.class, () -> kept.spawn(() -> {})).getMessage();
            assertTrue(message.contains(COMPONENT), message);
        } finally {
            board.clear();
            restarted.start();
        }
        assertNotSame(task, board.await("component.thread"));
        assertNull(board.get("component.ended"));
        assertEquals(2, ((EventLoop) board.get("component.loop")).call(() -> 2));
        assertThrows(LoopClosedException.class, () -> kept.call(() -> 3));
    }

    @Test @Proves("OW-05")
    void whatAConstructorSpawnedBeforeItThrewEndsWithTheBundle() throws Exception {
        Bundle bundle = UserBundle.start(context, FAILS);
        board.await("orphan.started");
        board.await("sibling.ran");
        bundle.stop();
        assertNotNull(board.get("orphan.ended"));
        assertEquals(0, threadsNamed("anyio-" + FAILS));
    }

    @Test @Proves({"OW-27", "OW-39"})
    void ownersOfAStoppingBundleShareOneGrace() throws Exception {
        Bundle bundle = UserBundle.start(context, STUBBORN);
        for (int i = 0; i < 4; i++) {
            board.await("stubborn " + i);
        }
        long start = System.nanoTime();
        bundle.stop();
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        assertTrue(taken.compareTo(Duration.ofSeconds(2)) >= 0 && taken.compareTo(Duration.ofSeconds(4)) < 0,
                "stop took " + taken);
        assertEquals(1, threadsNamed("anyio-" + STUBBORN), "the loop's thread stays for its stragglers");
        ((Runnable) board.get("stubborn.release")).run();
        for (int i = 0; i < 4; i++) {
            board.await("stubborn " + i + " ended");
        }
        for (Thread thread : threads("anyio-" + STUBBORN)) {
            assertTrue(thread.join(Duration.ofSeconds(10)));
        }
    }

    /** Declarative Services let go of them one after the other. */
    @Test @Proves("OW-28")
    void ownersOfAComponentThatIsDeactivatedShareOneGrace() throws Exception {
        Bundle bundle = UserBundle.start(context, STUBBORN);
        for (int i = 0; i < 4; i++) {
            board.await("stubborn " + i);
        }
        long start = System.nanoTime();
        disable(bundle, "stubborn");
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        ((Runnable) board.get("stubborn.release")).run();
        assertTrue(taken.compareTo(Duration.ofSeconds(2)) >= 0 && taken.compareTo(Duration.ofSeconds(6)) < 0,
                "it took " + taken);
    }

    @Test @Proves("OW-08")
    void anUninstalledBundlesClassLoaderIsCollected() throws Exception {
        WeakReference<ClassLoader> loader = startAndUninstall();
        board.clear();
        for (int i = 0; i < 50 && loader.get() != null; i++) {
            System.gc();
            byte[][] pressure = new byte[64][];
            for (int j = 0; j < pressure.length; j++) {
                pressure[j] = new byte[1 << 16];
            }
        }
        assertNull(loader.get(), "something still holds the class loader");
    }

    private WeakReference<ClassLoader> startAndUninstall() throws Exception {
        Bundle bundle = UserBundle.start(context, COMPONENT);
        board.await("component.thread");
        WeakReference<ClassLoader> loader = new WeakReference<>(bundle.adapt(BundleWiring.class).getClassLoader());
        bundle.uninstall();
        CountDownLatch refreshed = new CountDownLatch(1);
        context.getBundle(0).adapt(FrameworkWiring.class).refreshBundles(List.of(bundle), _ -> refreshed.countDown());
        assertTrue(refreshed.await(10, TimeUnit.SECONDS));
        return loader;
    }

    private static long threadsNamed(String name) {
        return threads(name).size();
    }

    private static List<Thread> threads(String name) {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith(name))
                .toList();
    }

    private void disable(Bundle bundle, String component) throws Exception {
        components.disableComponent(description(bundle, component)).getValue();
    }

    private void enable(Bundle bundle, String component) throws Exception {
        components.enableComponent(description(bundle, component)).getValue();
    }

    private ComponentDescriptionDTO description(Bundle bundle, String component) {
        return components.getComponentDescriptionDTO(bundle, component);
    }
}
