package io.anyio.itest.life;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import io.anyio.api.task.EventLoop;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.task.TaskHandle;
import io.anyio.itest.exam.UserBundle;
import io.anyio.proof.Proves;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;

/** How the whiteboard and the owners live with a framework: run in each. */
abstract class LifeCases extends WhiteboardCases {
    @Test @Proves("OW-31")
    void anotherGraceRestartsNothingAndAWrongOneTakesNothingDown(TestReporter reporter) throws Exception {
        tellTheBackend(reporter);
        UserBundle.start(context, ECHO);
        int where = echoPort();
        ServiceReference<?> before = service("io.anyio.api.spi.Owners");
        try (Socket socket = connect(where)) {
            assertEquals("?", ask(socket));
            awaitGrace(700L, 700);
            awaitGrace("800", 800);
            int millis = 900;
            for (Object wrong : new Object[]{"soon", -1, new long[]{1, 2}}) {
                update(wrong);
                assertEquals("?", ask(socket));
                awaitGrace(millis, millis);
                millis++;
            }
            assertEquals(before, service("io.anyio.api.spi.Owners"));
            assertEquals("?", ask(socket));
            assertEquals(where, echoPort());
        }
    }

    /** These containers have the flags of one backend, and what a test proves counts for that one. */
    private void tellTheBackend(TestReporter reporter) {
        reporter.publishEntry("anyio.backend",
                context.getService(context.getServiceReference(EventLoop.class)).backend());
    }

    @Test @Proves("OW-06")
    void whatIsNeverReleasedEndsWithItsBundle(TestReporter reporter) throws Exception {
        tellTheBackend(reporter);
        Bundle user = UserBundle.start(context, ECHO);
        Owners owners = context.getService(context.getServiceReference(Owners.class));
        Holder holder = new Holder(user.getBundleId(), ECHO, null, () -> user.getState() != Bundle.ACTIVE);
        Owner owner = owners.open("EventLoop", holder);
        CompletableFuture<Thread> started = new CompletableFuture<>();
        TaskHandle<?> task = owner.spawn("is never released", () -> {
            started.complete(Thread.currentThread());
            AnyIO.sleepForever();
            return null;
        });
        started.get();
        user.stop();
        assertEquals(TaskHandle.Status.CANCELLED, task.status(), "it has ended when stop returns");
        assertThrows(LoopClosedException.class, () -> owners.open("EventLoop", holder).spawn("late", () -> 1));
    }

    // ---- how bundles and components may go

    private int echoPort() {
        return Books
                .await(() -> runtime().listeners().stream().filter(listener -> listener.bundle().equals(ECHO)).toList(),
                        found -> found.size() == 1, "The user bundle listens")
                .getFirst().port();
    }

    /** The first echo of a process has the JDK open pollers of its own. */
    private Books booksAfterAnEcho() throws Exception {
        Bundle user = UserBundle.start(context, ECHO);
        try (Socket socket = connect(echoPort())) {
            assertEquals("?", ask(socket));
        }
        user.uninstall();
        return Books.now();
    }

    @Test @Proves("OW-08")
    void aBundleMayBeUpdatedWhileItsHandlersRun(TestReporter reporter) throws Exception {
        tellTheBackend(reporter);
        Books before = booksAfterAnEcho();
        Bundle user = UserBundle.start(context, ECHO);
        try (Socket socket = connect(echoPort())) {
            assertEquals("?", ask(socket));
            Object former = board.get("handler.loader");
            user.update(URI.create(UserBundle.location(ECHO, "2.0.0")).toURL().openStream());
            assertEquals(true, board.get("handler.ended"), "it has ended when update returns");
            assertEquals("", ask(socket));
            try (Socket next = connect(echoPort())) {
                assertEquals("?", ask(next));
                assertNotEquals(former, board.get("handler.loader"));
            }
        }
        user.uninstall();
        before.awaitReturn();
    }

    @Test @Proves("OW-08")
    void aBundleMayBeUninstalledWhileItsHandlersRun(TestReporter reporter) throws Exception {
        tellTheBackend(reporter);
        Books before = booksAfterAnEcho();
        Bundle user = UserBundle.start(context, ECHO);
        try (Socket socket = connect(echoPort())) {
            assertEquals("?", ask(socket));
            user.uninstall();
            assertEquals(true, board.get("handler.ended"));
            assertEquals("", ask(socket));
        }
        assertEquals(List.of(), runtime().listeners());
        before.awaitReturn();
    }

    @Test @Proves("OW-33")
    void aComponentThatWaitsForItsOwnTaskDoesNotKeepItsBundleFromStopping(TestReporter reporter) throws Exception {
        tellTheBackend(reporter);
        Books before = booksAfterAnEcho();
        Bundle user = UserBundle.start(context, WAITING);
        board.await("waiting.started");
        user.stop();
        assertEquals(true, board.get("waiting.deactivated"));
        before.awaitReturn();
    }

    @Test
    void aFactoryConfigurationMayBeDeletedWhileItsComponentIsActivated() throws Exception {
        Books before = booksAfterAnEcho();
        Bundle user = UserBundle.start(context, SLOW);
        Bundle net = bundle("io.anyio.net");
        for (int round = 0; round < 6; round++) {
            // on the thread of the configurations, or on another one
            net.stop();
            boolean another = round % 2 == 0;
            FutureTask<Void> start = new FutureTask<>(() -> {
                net.start();
                return null;
            });
            if (!another) {
                start.run();
            }
            Configuration configuration = configurations.createFactoryConfiguration("slow.start", "?");
            configuration.update(FrameworkUtil.asDictionary(Map.of("some", "value")));
            if (another) {
                Books.await(() -> service("io.anyio.api.net.ConnectionHandler"), found -> found != null,
                        "The server is there");
                Thread.ofPlatform().daemon().name("race").start(start);
            }
            Runnable goOn = (Runnable) board.await("slow.activates");
            configuration.delete();
            if (round < 3) {
                LockSupport.parkNanos(20_000_000);
            }
            goOn.run();
            start.get();
            board.remove("slow.activates");
            before.awaitReturn();
            Books.await(() -> runtime().listeners().size() + failed().size(), Integer.valueOf(0)::equals,
                    "Nobody asks to be a server");
        }
        user.stop();
    }

    private Bundle bundle(String name) {
        return Stream.of(context.getBundles()).filter(bundle -> name.equals(bundle.getSymbolicName())).findFirst()
                .orElseThrow();
    }

    private void update(Object grace) {
        try {
            owners().update(FrameworkUtil.asDictionary(Map.of("grace.millis", grace)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The update is repeated until it is delivered: of updates that follow at once, Felix was seen to deliver one twice
     * and not the next.
     */
    private void awaitGrace(Object value, long millis) {
        Books.await(() -> {
            update(value);
            return grace();
        }, Duration.ofMillis(millis)::equals, "The grace is changed in place to " + millis);
    }

    private Duration grace() {
        Bundle bundle = context.getBundle();
        try (Owner owner = context.getService(context.getServiceReference(Owners.class)).open("EventLoop",
                new Holder(bundle.getBundleId(), "test", null, () -> false))) {
            return owner.graceLeft();
        }
    }

    private ServiceReference<?> service(String type) {
        return context.getServiceReference(type);
    }

    // ---- the flight recorder

    @Test
    void tasksAreRecordedAndLive() throws Exception {
        EventLoop loop = context.getService(context.getServiceReference(EventLoop.class));
        Path file = Files.createTempFile("life", ".jfr");
        try (Recording recording = new Recording()) {
            for (String event : List.of("TaskStart", "TaskEnd", "ScopeCancel", "LoopStall")) {
                recording.enable("io.anyio." + event);
            }
            recording.start();
            loop.run(() -> AnyIO.createTaskGroup().run(group -> group.spawn("recorded", AnyIO::checkpoint)));
            recording.stop();
            recording.dump(file);
            List<String> events = RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.hasField("name") && "recorded".equals(event.getString("name")))
                    .map(RecordedEvent::getEventType).map(type -> type.getName()).sorted().toList();
            assertEquals(List.of("io.anyio.TaskEnd", "io.anyio.TaskStart"), events);
        } finally {
            Files.delete(file);
        }
    }
}
