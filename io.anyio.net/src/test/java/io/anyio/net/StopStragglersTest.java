package io.anyio.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.SocketListener;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.LoopOptions;
import io.anyio.impl.owner.HolderOwners;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.net.tcp.LogWatch;
import io.anyio.proof.Proves;
import io.anyio.testing.EachBackend;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Timeout;

/**
 * Tasks that do not end within the grace: those in foreign code are interrupted once and named, wherever they are, and
 * no other task is.
 */
@Timeout(60)
class StopStragglersTest {
    private static final Duration GRACE = Duration.ofMillis(200);

    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final AtomicInteger interrupts = new AtomicInteger();

    /** Where a straggler stands below the task 'innocent' of an owner. */
    private enum Place {
        DIRECT_CHILD("innocent") {
            @Override
            void put(Owner owner, Block<?> foreign) throws Exception {
                foreign.run();
            }
        },
        GRANDCHILD("culprit") {
            @Override
            void put(Owner owner, Block<?> foreign) throws Exception {
                AnyIO.createTaskGroup(Exception.class).run(group -> {
                    group.spawn("host",
                            () -> AnyIO.createTaskGroup(Exception.class).run(inner -> inner.spawn("culprit", foreign)));
                    group.spawn("sibling", AnyIO::sleepForever);
                });
            }
        },
        SERVE_HANDLER("culprit") {
            @Override
            void put(Owner owner, Block<?> foreign) throws Exception {
                SocketListener listener = new OwnedListeners(owner).tcp(0, o -> o.host("127.0.0.1"));
                try (Socket _ = new Socket("127.0.0.1", listener.localPort())) {
                    listener.serve(_ -> foreign.run(), o -> o.isolated(true).name("culprit"));
                }
            }
        },
        UNDER_A_SHIELD("culprit") {
            @Override
            void put(Owner owner, Block<?> foreign) throws Exception {
                AnyIO.openCancelScope(o -> o.shield(true))
                        .run(() -> AnyIO.createTaskGroup(Exception.class)
                                .run(group -> group.spawn("culprit", foreign)));
            }
        },
        WORKER_THREAD("culprit") {
            @Override
            void put(Owner owner, Block<?> foreign) throws Exception {
                AnyIO.createTaskGroup(Exception.class)
                        .run(group -> group.spawn("culprit", () -> AnyIO.runInWorkerThread(foreign)));
            }
        },
        ABANDONED_WORKER("culprit") {
            @Override
            void put(Owner owner, Block<?> foreign) throws Exception {
                AnyIO.createTaskGroup(Exception.class)
                        .run(group -> group.spawn("culprit",
                                () -> AnyIO.runInWorkerThread(foreign, o -> o.cancellable(true))));
            }
        },
        INTERRUPTIBLY_UNDER_A_SHIELD("culprit") {
            @Override
            void put(Owner owner, Block<?> foreign) throws Exception {
                AnyIO.openCancelScope(o -> o.shield(true))
                        .run(() -> AnyIO.createTaskGroup(Exception.class)
                                .run(group -> group.spawn("culprit", () -> AnyIO.interruptibly(() -> {
                                    foreign.run();
                                    return "";
                                }))));
            }
        };

        final String culprit;

        Place(String culprit) {
            this.culprit = culprit;
        }

        abstract void put(Owner owner, Block<?> foreign) throws Exception;
    }

    private Owner open(String backend) {
        return new HolderOwners(new LoopRuntime(), GRACE, LoopOptions.DEFAULT.backend(backend)).open("EventLoop",
                new Holder(7, "org.example.user", StopStragglersTest.class.getClassLoader(), stopping::get));
    }

    private void block() {
        inside.countDown();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            interrupts.incrementAndGet();
            interrupted.countDown();
        }
    }

    /** Keeps its thread, and so its loop, on every backend. */
    private void spin() {
        inside.countDown();
        while (!Thread.interrupted()) {
            Thread.onSpinWait();
        }
        interrupts.incrementAndGet();
        interrupted.countDown();
    }

    @EachBackend @Proves("OW-36")
    void whoStandsInForeignCodeIsInterruptedOnceAndNamed(String backend) throws Exception {
        for (Place place : Place.values()) {
            new StopStragglersTest().check(backend, place, false);
        }
    }

    @EachBackend @Proves("OW-36")
    void soIsWhoKeepsTheLoopBusy(String backend) throws Exception {
        for (Place place : Place.values()) {
            new StopStragglersTest().check(backend, place, true);
        }
    }

    private void check(String backend, Place place, boolean busy) throws Exception {
        Owner owner = open(backend);
        owner.<Object>spawn("innocent", () -> {
            place.put(owner, busy ? this::spin : this::block);
            return "";
        });
        inside.await();
        stopping.set(true);
        try (LogWatch log = new LogWatch()) {
            owner.close();
            assertTrue(interrupted.await(10, TimeUnit.SECONDS), () -> place + " was not interrupted; " + log.text());
            List<LogRecord> warnings = log.records().stream()
                    .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue()).toList();
            assertEquals(1, warnings.size(), () -> place + ": " + log.text());
            String message = warnings.getFirst().getMessage();
            assertTrue(message.contains("'" + place.culprit), () -> place + ": " + message);
            assertTrue(message.contains("org.example.user") && message.contains("interrupted once"), message);
            assertTrue(message.contains(StopStragglersTest.class.getName() + (busy ? ".spin" : ".block")), message);
        }
        assertEquals(1, interrupts.get());
    }

    @EachBackend @Proves("OW-37")
    void whoWaitsIsNotBlamedButReportedWithWhatItWaitsFor(String backend) throws Exception {
        Owner owner = open(backend);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        AtomicInteger flags = new AtomicInteger();
        owner.<Object>spawn("host", () -> {
            try (AutoCloseable _ = ended::countDown) {
                AnyIO.createTaskGroup().run(
                        group -> group.spawn("sleeper", () -> AnyIO.openCancelScope(o -> o.shield(true)).run(() -> {
                            inside.countDown();
                            while (release.getCount() > 0) {
                                AnyIO.sleep(Duration.ofMillis(50));
                                flags.addAndGet(Thread.interrupted() ? 1 : 0);
                            }
                        })));
            }
            return "";
        });
        inside.await();
        stopping.set(true);
        try (LogWatch log = new LogWatch()) {
            owner.close();
            assertTrue(log.text().contains("'sleeper'") && log.text().contains("waits for sleep"), log::text);
            assertTrue(log.records().stream().filter(entry -> entry.getLevel() == Level.WARNING)
                    .noneMatch(e -> e.getMessage().contains("'host'")));
        }
        release.countDown();
        ended.await();
        assertEquals(0, flags.get());
    }

    @EachBackend @Proves("OW-36")
    void oneAfterTheOtherIfTheyKeepTheLoopBusy(String backend) throws Exception {
        Owner owner = open(backend);
        CountDownLatch all = new CountDownLatch(3);
        owner.<Object>spawn("innocent", () -> {
            AnyIO.createTaskGroup().run(group -> {
                for (int i = 0; i < 3; i++) {
                    group.spawn("culprit " + i, () -> {
                        spin();
                        all.countDown();
                    });
                }
            });
            return "";
        });
        inside.await();
        stopping.set(true);
        try (LogWatch _ = new LogWatch()) {
            owner.close();
            assertTrue(all.await(10, TimeUnit.SECONDS));
        }
        assertEquals(3, interrupts.get());
    }

    @EachBackend @Proves("OW-38")
    void whoGoesOnThoughItIsCancelledIsNamedToo(String backend) throws Exception {
        Owner owner = open(backend);
        CountDownLatch release = new CountDownLatch(1);
        owner.<Object>spawn("host", () -> {
            AnyIO.createTaskGroup().run(group -> group.spawn("culprit", () -> {
                inside.countDown();
                while (release.getCount() > 0) {
                    try {
                        AnyIO.sleep(Duration.ZERO);
                    } catch (CancelledError e) {
                        // on purpose
                    }
                }
            }));
            return "";
        });
        inside.await();
        stopping.set(true);
        try (LogWatch log = new LogWatch()) {
            owner.close();
            List<String> warnings = log.records().stream().filter(entry -> entry.getLevel() == Level.WARNING)
                    .map(LogRecord::getMessage).toList();
            assertEquals(1, warnings.size(), log::text);
            assertTrue(warnings.getFirst().contains("'culprit'"), log::text);
        }
        release.countDown();
    }
}
