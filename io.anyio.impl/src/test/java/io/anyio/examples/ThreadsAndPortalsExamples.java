package io.anyio.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.Event;
import io.anyio.api.task.ContextCarrier;
import io.anyio.api.task.TimedOutException;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.api.thread.PortalProvider;
import io.anyio.api.thread.Portals;
import io.anyio.api.thread.RunToken;
import io.anyio.api.thread.TaskLocal;
import io.anyio.api.thread.WrappedContext;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.MDC;

/** The examples of docs/threads-and-portals.md. */
class ThreadsAndPortalsExamples {
    static final TaskLocal<String> USER = TaskLocal.of("user", "nobody");

    private final List<String> log = new CopyOnWriteArrayList<>();
    private final String url = "http://example.org";

    private static byte[] sha256(Path file) throws IOException {
        try {
            return MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void crunch() {
        Thread.onSpinWait();
    }

    private static List<String> readNames(Path file) throws IOException {
        return Files.readAllLines(file);
    }

    private static int ask(String name) {
        AnyIO.checkpoint();
        return name.isEmpty() ? 0 : 1;
    }

    @AnyioTest
    void workers(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("names"), "ann\nbob\n");
        {
            byte[] digest = AnyIO.runInWorkerThread(() -> sha256(file));
            assertEquals(32, digest.length);
        }
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(2);
        {
            byte[] digest = AnyIO.runInWorkerThread(() -> sha256(file), o -> o.name("digest").limiter(limiter));
            assertEquals(32, digest.length);
        }
        CapacityLimiter workers = AnyIO.currentDefaultWorkerThreadLimiter();
        workers.totalTokens(100);

        boolean finished = AnyIO.moveOnAfter(Duration.ofMillis(20), () -> AnyIO.runInWorkerThread(() -> {
            while (true) {
                crunch();
                AnyIO.checkCancelled();
            }
        }));
        assertFalse(finished);

        int answered = AnyIO.runInWorkerThread(() -> {
            int count = 0;
            for (String name : readNames(file)) {
                count += AnyIO.runFromThread(() -> ask(name));
            }
            return count;
        });
        assertEquals(2, answered);
    }

    @AnyioTest
    void tokens() {
        Event pressed = AnyIO.createEvent();
        RunToken token = AnyIO.currentToken();
        Thread.ofPlatform().start(() -> token.call(() -> {
            log.add(answer("click"));
            pressed.set();
        }));
        pressed.await();
        assertEquals(List.of("answer to click"), log);
    }

    @AnyioTest
    void locals() {
        USER.run("ann", () -> {
            AnyIO.runInWorkerThread(() -> log.add(USER.get()));
            USER.set("bob");
        });
        log.add(USER.get());
        assertEquals(List.of("ann", "nobody"), log);
    }

    /** Carries the diagnostic context of SLF4J. */
    private static final class MdcCarrier implements ContextCarrier {
        @Override
        public @Nullable Object capture() {
            return MDC.getCopyOfContextMap();
        }

        @Override @SuppressWarnings("unchecked") // from capture
        public Runnable restore(Object captured) {
            MDC.setContextMap((Map<String, String>) captured);
            return MDC::clear;
        }
    }

    @Test
    void contextOfAnotherLibrary() {
        AnyIO.run(() -> {
            AnyIO.runInWorkerThread(() -> log.add(String.valueOf(MDC.get("request"))));
        }, o -> o.carrier(new MdcCarrier()));
        assertEquals(List.of("null"), log, "slf4j-api alone keeps nothing");
    }

    private BlockingPortal running;

    private void startServletContainer(UnaryOperator<String> servlet) {
        Thread.ofPlatform().daemon().start(() -> {
            log.add(servlet.apply("request"));
            running.stop();
        });
    }

    private String answer(String request) {
        AnyIO.checkpoint();
        return "answer to " + request;
    }

    @AnyioTest
    void portalIntoTheCurrentLoop() {
        AnyIO.createBlockingPortal().run(portal -> {
            running = portal;
            startServletContainer(request -> portal.call(() -> answer(request)));
            portal.sleepUntilStopped();
        });
        assertEquals(List.of("answer to request"), log);
    }

    private static int fetchLength(String url) {
        AnyIO.checkpoint();
        return url.length();
    }

    private static void poll() {
        AnyIO.checkpoint();
    }

    private static void deliver(BlockingPortal portal) {
        portal.call(() -> AnyIO.checkpoint());
    }

    @Test
    void portalsForOrdinaryThreads() throws Exception {
        try (BlockingPortal portal = AnyIO.startBlockingPortal()) {
            int length = portal.call(() -> fetchLength(url));
            CompletableFuture<Integer> later = portal.spawn(() -> fetchLength(url));
            assertEquals(length, later.get());
        }
        AnyIO.startBlockingPortal(o -> o.name("mail")).run(portal -> {
            portal.spawn("poll", () -> poll());
            deliver(portal);
        });
        Portals portals = AnyIO.service(Portals.class);
        PortalProvider provider = portals.provider();
        int length = provider.call(portal -> portal.call(() -> fetchLength(url)));
        assertEquals(url.length(), length);
    }

    private static final class Session implements AutoCloseable {
        private final List<String> log;

        Session(List<String> log) {
            this.log = log;
        }

        void post(String text) {
            log.add(text);
        }

        @Override
        public void close() throws IOException {
            AnyIO.checkpoint();
            log.add("closed");
        }
    }

    private Session connect() throws IOException {
        AnyIO.checkpoint();
        return new Session(log);
    }

    @Test
    void resources() throws IOException {
        try (BlockingPortal portal = AnyIO.startBlockingPortal()) {
            {
                WrappedContext<Session, IOException> session = portal.wrap(() -> connect());
                session.run(s -> s.post("hello"));
            }
            {
                WrappedContext<Session, IOException> session = portal.wrap(inside -> {
                    try (Session s = connect()) {
                        inside.use(s);
                    } catch (TimedOutException e) {
                        log.add("gave up");
                    }
                });
                session.run(_ -> portal.call(() -> AnyIO.failAfter(Duration.ofMillis(5), AnyIO::sleepForever)));
            }
        }
        assertEquals(List.of("hello", "closed", "closed", "gave up"), log);
    }

    @AnyioTest
    void foreignCode() throws InterruptedException {
        BlockingQueue<String> queue = new ArrayBlockingQueue<>(1);
        boolean finished = AnyIO.moveOnAfter(Duration.ofMillis(20), () -> AnyIO.interruptibly(() -> queue.take()));
        assertFalse(finished);
    }

    @AnyioTest
    void aTaskWaitsForAFuture() throws ExecutionException {
        CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> "42");
        assertEquals("42", AnyIO.await(answer));
    }
}
