package io.anyio.impl.portal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.task.CancelledError;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.api.thread.WrappedContext;
import io.anyio.proof.Proves;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class WrappedContextTest {
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();

    /** Something of the loop that must be opened and closed by one task. */
    private final class Resource implements AutoCloseable {
        Resource() {
            threads.add(AnyIO.getCurrentTask().thread());
            AnyIO.checkpoint();
            log.add("open");
        }

        String name() {
            return "resource";
        }

        @Override
        public void close() throws IOException {
            AnyIO.checkpoint();
            threads.add(AnyIO.getCurrentTask().thread());
            log.add("close");
        }
    }

    private static BlockingPortal start(String backend, TestReporter reporter) {
        reporter.publishEntry("anyio.backend", backend);
        return AnyIO.startBlockingPortal(o -> o.backend(backend));
    }

    @ParameterizedTest @ValueSource(strings = {"carrier", "pool"}) @Proves({"BP-28", "BP-29"})
    void theBlockGetsWhatWasEnteredAndOneTaskEntersAndLeaves(String backend, TestReporter reporter) throws Exception {
        try (BlockingPortal portal = start(backend, reporter)) {
            WrappedContext<Resource, RuntimeException> context = portal.wrap(() -> new Resource());
            Thread caller = Thread.currentThread();
            context.run(resource -> {
                assertEquals("resource", resource.name());
                assertSame(caller, Thread.currentThread());
                assertEquals(5, portal.call(() -> 5));
                log.add("block");
            });
            assertEquals(List.of("open", "block", "close"), log);
            assertSame(threads.get(0), threads.get(1));
            assertNotSame(caller, threads.get(0));
            // each use is one of its own
            assertEquals("resource", context.call(Resource::name, "none"));
            assertEquals(4, threads.size());
            WrappedContext<Integer, RuntimeException> around = portal.wrap(inside -> {
                threads.add(Thread.currentThread());
                inside.use(7);
                assertSame(threads.getLast(), Thread.currentThread());
                log.add("left");
            });
            assertEquals(8, around.<Integer, RuntimeException>call(n -> n + 1, 0));
            assertEquals("left", log.getLast());
        }
    }

    @ParameterizedTest @ValueSource(strings = {"carrier", "pool"}) @Proves("BP-30")
    void anExceptionOfTheBlockIsGivenToTheExitAndPropagates(String backend, TestReporter reporter) {
        IOException error = new IOException("block");
        AtomicReference<Throwable> seen = new AtomicReference<>();
        try (BlockingPortal portal = start(backend, reporter)) {
            WrappedContext<Integer, IOException> context = portal.wrap(inside -> {
                try {
                    inside.use(1);
                } catch (Throwable e) {
                    seen.set(e);
                    throw e;
                }
            });
            assertSame(error, assertThrows(IOException.class, () -> context.run(_ -> {
                throw error;
            })));
            assertSame(error, seen.get());
            assertEquals(0, error.getSuppressed().length);
            WrappedContext<Resource, RuntimeException> resource = portal.wrap(() -> new Resource());
            assertSame(error, assertThrows(IOException.class, () -> resource.run(_ -> {
                throw error;
            })));
            assertEquals(List.of("open", "close"), log);
            WrappedContext<Integer, IOException> other = portal.wrap(inside -> {
                try {
                    inside.use(1);
                } finally {
                    throwExit();
                }
            });
            IOException exit = assertThrows(IOException.class, () -> other.run(_ -> {
                throw error;
            }));
            assertEquals("exit", exit.getMessage());
            assertSame(error, exit.getSuppressed()[0]);
            assertEquals(1, portal.call(() -> 1));
        }
    }

    private static void throwExit() throws IOException {
        throw new IOException("exit");
    }

    @ParameterizedTest @ValueSource(strings = {"carrier", "pool"}) @Proves("BP-31")
    void anExitThatSwallowsTheExceptionEndsTheBlockSilently(String backend, TestReporter reporter) {
        try (BlockingPortal portal = start(backend, reporter)) {
            WrappedContext<Integer, RuntimeException> context = portal.wrap(inside -> {
                try {
                    inside.use(1);
                } catch (IllegalStateException e) {
                    log.add("swallowed " + e.getMessage());
                }
            });
            context.run(_ -> {
                throw new IllegalStateException("block");
            });
            assertEquals(List.of("swallowed block"), log);
            assertEquals("otherwise", context.call(_ -> {
                throw new IllegalStateException("body");
            }, "otherwise"));
        }
    }

    @ParameterizedTest @ValueSource(strings = {"carrier", "pool"}) @Proves("BP-32")
    void anExceptionOfTheEntryIsThrownToTheCaller(String backend, TestReporter reporter) {
        IOException error = new IOException("no route");
        try (BlockingPortal portal = start(backend, reporter)) {
            WrappedContext<Resource, IOException> context = portal.wrap(() -> {
                AnyIO.checkpoint();
                throw error;
            });
            assertSame(error, assertThrows(IOException.class, () -> context.run(_ -> log.add("block"))));
            assertEquals(List.of(), log);
            WrappedContext<Integer, RuntimeException> forgetful = portal.wrap(_ -> {});
            IllegalStateException silent = assertThrows(IllegalStateException.class,
                    () -> forgetful.run(_ -> log.add("block")));
            assertTrue(silent.getMessage().contains("Inside.use"), silent::getMessage);
            WrappedContext<Integer, RuntimeException> twice = portal.wrap(inside -> {
                inside.use(1);
                inside.use(2);
            });
            assertThrows(IllegalStateException.class, () -> twice.run(_ -> {}));
            assertEquals(List.of(), log);
        }
    }

    @ParameterizedTest @ValueSource(strings = {"carrier", "pool"}) @Proves("BP-33")
    void aGroupThatFailsInsideTheManagerSurfacesAtTheEndOfTheBlock(String backend, TestReporter reporter) {
        CountDownLatch cancelled = new CountDownLatch(1);
        IllegalStateException error = new IllegalStateException("child");
        try (BlockingPortal portal = start(backend, reporter)) {
            WrappedContext<Integer, RuntimeException> context = portal
                    .wrap(inside -> AnyIO.createTaskGroup().run(group -> {
                        group.spawn("failing", () -> {
                            AnyIO.sleep(Duration.ofMillis(2));
                            throw error;
                        });
                        try {
                            inside.use(1);
                        } catch (CancelledError e) {
                            log.add("exit");
                            cancelled.countDown();
                            throw e;
                        }
                    }));
            assertSame(error, assertThrows(IllegalStateException.class, () -> context.run(_ -> {
                cancelled.await();
                log.add("block goes on");
            })));
            assertEquals(List.of("exit", "block goes on"), log);
            assertEquals(1, portal.call(() -> 1));
        }
    }

    @ParameterizedTest @ValueSource(strings = {"carrier", "pool"})
    void aPortalThatIsStoppedMeanwhileCancelsTheManager(String backend, TestReporter reporter) {
        BlockingPortal portal = start(backend, reporter);
        WrappedContext<Resource, RuntimeException> context = portal.wrap(() -> new Resource());
        assertThrows(CancellationException.class, () -> context.run(_ -> portal.stopFromExternalThread(true)));
        assertFalse(log.contains("close"));
        assertThrows(IllegalStateException.class, () -> context.run(_ -> {}));
    }
}
