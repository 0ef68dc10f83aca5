package io.anyio.impl.carry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.file.AsyncFiles;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.task.Block;
import io.anyio.api.task.Body;
import io.anyio.api.task.ContextCarrier;
import io.anyio.api.task.LoopOptions;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.impl.owner.HolderOwners;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.proof.Proves;
import io.anyio.testing.EachBackend;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.helpers.BasicMDCAdapter;
import org.slf4j.spi.MDCAdapter;

/** What other libraries keep in threads comes along. */
@Timeout(60)
class CarriersTest {
    /** Such as another library has it. */
    private static final ThreadLocal<@Nullable String> VALUE = new ThreadLocal<>();

    private static final class ValueCarrier implements ContextCarrier {
        final AtomicInteger captures = new AtomicInteger();
        final AtomicInteger undone = new AtomicInteger();

        @Override
        public @Nullable Object capture() {
            captures.incrementAndGet();
            return VALUE.get();
        }

        @Override
        public Runnable restore(Object captured) {
            String before = VALUE.get();
            VALUE.set((String) captured);
            return () -> {
                undone.incrementAndGet();
                VALUE.set(before);
            };
        }
    }

    private final ValueCarrier carrier = new ValueCarrier();

    @AfterEach
    void leave() {
        VALUE.remove();
    }

    private UnaryOperator<LoopOptions> on(String backend) {
        return options -> options.backend(backend).carrier(carrier);
    }

    // ---- where values are carried

    @EachBackend @Proves({"OP-22", "OP-28"})
    void tasksWorkersAndPortalsHaveTheValueOfWhoCalls(String backend) throws Exception {
        VALUE.set("caller");
        AnyIO.run(() -> {
            assertEquals("caller", VALUE.get());
            VALUE.set("task");
            AnyIO.createTaskGroup(Exception.class).run(group -> {
                List<TaskHandle<String>> spawned = List.of(group.spawn(VALUE::get), group.spawn("named", VALUE::get));
                assertEquals("task", group.<String, Exception>start("started", started -> started.set(VALUE.get())));
                for (TaskHandle<String> handle : spawned) {
                    assertEquals("task", handle.await());
                }
            });
            assertEquals("task/worker/worker", AnyIO.runInWorkerThread(() -> {
                String before = VALUE.get();
                VALUE.set("worker");
                return before + "/" + AnyIO.runFromThread(VALUE::get) + "/" + VALUE.get();
            }));
            assertEquals("task", AnyIO.runInWorkerThread(VALUE::get, o -> o.virtual(true)));
        }, on(backend));
        assertEquals("caller", VALUE.get());
        try (BlockingPortal portal = AnyIO.startBlockingPortal(on(backend))) {
            VALUE.set("outside");
            assertEquals("outside", portal.call(VALUE::get));
            assertEquals("outside", portal.spawn((Body<String, Exception>) VALUE::get).join());
            assertEquals("outside",
                    portal.<String, Exception>start("started", started -> started.set(VALUE.get())).value());
        }
        assertNull(AnyIO.call(VALUE::get, o -> o.backend(backend)), "a loop without the carrier");
    }

    @EachBackend @Proves("OP-22")
    void soHaveTheTasksOfABundle(String backend) throws Exception {
        LoopRuntime runtime = new LoopRuntime();
        HolderOwners owners = new HolderOwners(runtime, Duration.ofSeconds(1), LoopOptions.DEFAULT.backend(backend));
        Owner owner = owners.open("EventLoop", new Holder(7, "org.example.user", null, () -> false));
        VALUE.set("caller");
        assertNull(owner.call(VALUE::get));
        Runnable remove = runtime.carriers().add(carrier, "org.example.carrier");
        assertEquals("caller", owner.call(VALUE::get));
        TaskHandle<String> spawned = owner.spawn("spawned", VALUE::get);
        assertEquals("caller", owner.<String, Exception>call(spawned::await));
        remove.run();
        assertNull(owner.call(VALUE::get));
        owners.close();
    }

    @EachBackend @Proves("OP-23")
    void onlyTheMomentOfTheSpawnCounts(String backend) {
        AnyIO.run(() -> {
            VALUE.set("first");
            AnyIO.createTaskGroup().run(group -> {
                TaskHandle<String> first = group.spawn(() -> {
                    String seen = VALUE.get();
                    AnyIO.checkpoint();
                    VALUE.set("changed by the child");
                    return seen;
                });
                VALUE.set("second");
                assertEquals("first", first.await());
                assertEquals("second", VALUE.get());
                assertEquals("second", group.spawn(VALUE::get).await());
            });
        }, on(backend));
    }

    @EachBackend @Proves("OP-24")
    void theThreadIsAsBeforeHoweverTheBodyEnds(String backend) {
        AnyIO.run(() -> {
            VALUE.set("task");
            assertThrows(IllegalStateException.class, () -> AnyIO.runInWorkerThread(() -> {
                throw new IllegalStateException(VALUE.get());
            }));
            assertEquals(1, carrier.undone.get());
            AnyIO.createTaskGroup().run(group -> {
                group.spawn(AnyIO::sleepForever);
                AnyIO.waitAllTasksBlocked();
                group.cancel();
            });
            assertEquals(2, carrier.undone.get());
            VALUE.remove();
            for (int i = 0; i < 3; i++) {
                assertNull(AnyIO.runInWorkerThread(VALUE::get), "the thread keeps nothing");
            }
        }, on(backend));
    }

    private static ContextCarrier noting(String name, List<String> notes) {
        return new ContextCarrier() {
            @Override
            public Object capture() {
                notes.add("capture " + name);
                return name;
            }

            @Override
            public Runnable restore(Object captured) {
                notes.add("restore " + captured);
                return () -> notes.add("undo " + captured);
            }
        };
    }

    @EachBackend @Proves("OP-24")
    void carriersAreUndoneInReverseOrder(String backend) {
        List<String> notes = new CopyOnWriteArrayList<>();
        AnyIO.run(() -> notes.add("body"),
                o -> o.backend(backend).carrier(noting("a", notes)).carrier(noting("b", notes)));
        assertEquals(List.of("capture a", "capture b", "restore a", "restore b", "body", "undo b", "undo a"), notes);
    }

    @EachBackend @Proves("OP-25")
    void nothingIsRestoredIfNothingWasCaptured(String backend) {
        AnyIO.run(() -> assertNull(AnyIO.runInWorkerThread(VALUE::get)), on(backend));
        assertEquals(2, carrier.captures.get());
        assertEquals(0, carrier.undone.get());
    }

    // ---- carriers that fail

    /** Fails in one of its methods. */
    private record Broken(int where) implements ContextCarrier {
        @Override
        public Object capture() {
            fail(0);
            return "";
        }

        @Override
        public Runnable restore(Object captured) {
            fail(1);
            return () -> fail(2);
        }

        private void fail(int here) {
            if (where == here) {
                throw new LinkageError("broken on purpose");
            }
        }
    }

    @EachBackend @Proves("OP-26")
    void whatACarrierThrowsHarmsNoTaskAndIsLoggedOnce(String backend) throws Exception {
        VALUE.set("caller");
        for (int where = 0; where < 3; where++) {
            Broken broken = new Broken(where);
            List<LogRecord> log = logged(() -> AnyIO.run(() -> {
                for (int i = 0; i < 3; i++) {
                    assertEquals("caller", VALUE.get());
                    assertEquals("caller", AnyIO.runInWorkerThread(VALUE::get));
                    AnyIO.createTaskGroup(Exception.class)
                            .run(group -> assertEquals("caller", group.spawn(VALUE::get).await()));
                }
            }, o -> o.backend(backend).carrier(broken).carrier(carrier)));
            assertEquals(1, log.size(), log.toString());
            assertInstanceOf(LinkageError.class, log.getFirst().getThrown());
            assertTrue(log.getFirst().getMessage().contains(Broken.class.getName()), log.getFirst().getMessage());
        }
    }

    @EachBackend @Proves("OP-26")
    void aCarrierOfSeveralLoopsIsToldOfOnce(String backend) throws Exception {
        Broken broken = new Broken(0);
        LoopOptions options = LoopOptions.DEFAULT.backend(backend).carrier(broken);
        List<LogRecord> log = logged(() -> {
            for (int i = 0; i < 2; i++) {
                AnyIO.run(() -> AnyIO.createTaskGroup(RuntimeException.class, o -> o.loops(2)).run(group -> {
                    for (int child = 0; child < 4; child++) {
                        group.spawn(() -> AnyIO.runInWorkerThread(() -> ""));
                    }
                }), _ -> options);
            }
            HolderOwners owners = new HolderOwners(new LoopRuntime(), Duration.ofSeconds(1), options);
            for (long id = 1; id <= 2; id++) {
                Owner owner = owners.open("EventLoop", new Holder(id, "org.example.user", null, () -> false));
                owner.call(() -> AnyIO.runInWorkerThread(() -> ""));
            }
            owners.close();
        });
        assertEquals(1, log.size(), log.toString());
    }

    private static List<LogRecord> logged(Block<Exception> code) throws Exception {
        List<LogRecord> records = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public synchronized void publish(LogRecord entry) {
                records.add(entry);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("io.anyio");
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        try {
            code.run();
        } finally {
            logger.setUseParentHandlers(true);
            logger.removeHandler(handler);
        }
        return records;
    }

    // ---- what costs nothing

    @Test @Proves("OP-27")
    void withoutACarrierTheCodeItselfRuns() {
        Carriers carriers = new Carriers();
        Body<String, RuntimeException> body = () -> "";
        assertSame(body, carriers.around(body));
        assertSame(carriers, carriers.and(List.of()));
        Runnable remove = carriers.add(carrier, "org.example");
        assertSame(body, carriers.around(body), "nothing was captured");
        remove.run();
        remove.run();
        assertSame(body, carriers.around(body));
        assertEquals(1, carrier.captures.get());
    }

    @EachBackend @Proves("OP-30")
    void theWorkOfFilesHasNoValues(String backend) throws Exception {
        AnyIO.run(() -> {
            VALUE.set("task");
            carrier.captures.set(0);
            AsyncFiles files = AnyIO.service(AsyncFiles.class);
            Path path = files.createTemporaryFile("carried", "").path();
            files.deleteTree(path);
            assertEquals(0, carrier.captures.get());
        }, on(backend));
    }

    @EachBackend @Proves("OP-29")
    void aCarrierThatGoesIsUndoneByTheTasksThatHaveIt(String backend) throws Exception {
        LoopRuntime runtime = new LoopRuntime();
        HolderOwners owners = new HolderOwners(runtime, Duration.ofSeconds(1), LoopOptions.DEFAULT.backend(backend));
        Owner owner = owners.open("EventLoop", new Holder(7, "org.example.user", null, () -> false));
        Runnable remove = runtime.carriers().add(carrier, "org.example.carrier");
        CountDownLatch inside = new CountDownLatch(1);
        VALUE.set("caller");
        TaskHandle<?> task = owner.spawn("long", () -> {
            inside.countDown();
            AnyIO.sleepForever();
            return null;
        });
        inside.await();
        remove.run();
        task.cancel();
        owner.call(() -> {
            task.awaitEnd();
            return null;
        });
        assertEquals(1, carrier.undone.get());
        owners.close();
    }

    // ---- SLF4J

    /** As a user writes it with {@code org.slf4j.MDC}, whose methods only call the adapter of the log. */
    private record MdcCarrier(MDCAdapter mdc) implements ContextCarrier {
        @Override
        public @Nullable Object capture() {
            return mdc.getCopyOfContextMap();
        }

        @Override @SuppressWarnings("unchecked") // from capture
        public Runnable restore(Object captured) {
            mdc.setContextMap((Map<String, String>) captured);
            return mdc::clear;
        }
    }

    @EachBackend @Proves("OP-31")
    void theDiagnosticContextOfALogComesAlong(String backend) throws Exception {
        MDCAdapter mdc = new BasicMDCAdapter();
        mdc.put("request", "42");
        AnyIO.run(() -> {
            assertEquals("42", mdc.get("request"));
            mdc.put("user", "ann");
            AnyIO.createTaskGroup(Exception.class).run(group -> {
                TaskHandle<String> child = group.spawn(() -> mdc.get("request") + mdc.get("user"));
                mdc.put("user", "bob");
                assertEquals("42ann", child.await());
            });
            assertEquals("bob", AnyIO.runInWorkerThread(() -> mdc.get("user")));
            mdc.clear();
            assertNull(AnyIO.runInWorkerThread(() -> mdc.get("user")));
        }, o -> o.backend(backend).carrier(new MdcCarrier(mdc)));
        mdc.clear();
    }
}
