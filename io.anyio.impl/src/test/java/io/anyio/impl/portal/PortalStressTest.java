package io.anyio.impl.portal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.proof.Proves;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Futures that are cancelled while their tasks are set up, run, end, and while the portal stops. */
@Timeout(30)
class PortalStressTest {
    private static final long NANOS = Duration.ofMillis(1200).toNanos();

    private static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest @ValueSource(strings = {"carrier", "pool"}) @Proves("BP-12")
    void noCancellationIsLostWhileTheTaskIsSetUp(String backend, TestReporter reporter) throws Exception {
        reporter.publishEntry("anyio.backend", backend);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        AtomicInteger ended = new AtomicInteger();
        AtomicInteger started = new AtomicInteger();
        int rounds = 0;
        try (BlockingPortal portal = AnyIO.startBlockingPortal(o -> o.backend(backend))) {
            for (long end = System.nanoTime() + NANOS; System.nanoTime() < end; rounds++) {
                int delay = random.nextInt(300);
                CompletableFuture<Void> future = portal.spawn("sleeper", () -> {
                    started.incrementAndGet();
                    try {
                        AnyIO.sleepForever();
                    } finally {
                        ended.incrementAndGet();
                    }
                });
                spin(delay);
                assertTrue(future.cancel(true), "seed " + seed);
                assertTrue(future.isCancelled(), "seed " + seed);
            }
            // the end of the portal waits for all of them: a lost cancellation hangs
        }
        assertEquals(started.get(), ended.get(), "seed " + seed);
        assertTrue(rounds > 100, "rounds " + rounds);
    }

    @ParameterizedTest @ValueSource(strings = {"carrier", "pool"}) @Proves({"BP-12", "BP-13"})
    void callsCancelsAndStopsMayMeet(String backend, TestReporter reporter) throws Exception {
        reporter.publishEntry("anyio.backend", backend);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (long end = System.nanoTime() + NANOS; System.nanoTime() < end;) {
            BlockingPortal portal = AnyIO.startBlockingPortal(o -> o.backend(backend));
            List<FutureTask<Integer>> users = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                long own = random.nextLong();
                FutureTask<Integer> user = new FutureTask<>(() -> use(portal, new Random(own)));
                users.add(user);
                Thread.ofPlatform().daemon().start(user);
            }
            spin(random.nextInt(20_000));
            portal.stop(random.nextBoolean());
            if (random.nextBoolean()) {
                portal.stop(true);
            }
            portal.close();
            for (FutureTask<Integer> user : users) {
                // no wait remains
                user.get(10, TimeUnit.SECONDS);
            }
        }
    }

    /** Uses the portal until it is not running any more. */
    private static int use(BlockingPortal portal, Random random) throws Exception {
        List<CompletableFuture<?>> futures = new ArrayList<>();
        int calls = 0;
        try {
            while (true) {
                switch (random.nextInt(4)) {
                    case 0 -> {
                        try {
                            calls += portal.call(() -> {
                                AnyIO.checkpoint();
                                return 1;
                            });
                        } catch (CancellationException e) {
                            // the portal was stopped
                        }
                    }
                    case 1 -> futures.add(portal.spawn("short", () -> AnyIO.sleep(Duration.ofNanos(100_000))));
                    case 2 -> {
                        CompletableFuture<Void> future = portal.spawn("sleeper", AnyIO::sleepForever);
                        spin(random.nextInt(300));
                        future.cancel(true);
                        futures.add(future);
                    }
                    default -> futures.add(portal.spawn("value", () -> 1));
                }
            }
        } catch (IllegalStateException e) {
            assertTrue(e.getMessage().contains("not running"), e.getMessage());
        }
        for (CompletableFuture<?> future : futures) {
            try {
                future.get(10, TimeUnit.SECONDS);
            } catch (CancellationException e) {
                // as it should
            }
        }
        return calls;
    }
}
