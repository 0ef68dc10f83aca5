package io.anyio.impl.thread;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.task.CancelScope;
import io.anyio.api.thread.WorkerOptions;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Calls of all kinds that are cancelled at any moment by tasks, deadlines and foreign threads, under a limiter with few
 * tokens.
 */
class WorkerStressTest {
    private static final long NANOS = Duration.ofMillis(1000).toNanos();
    private static final int TOKENS = 3;

    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger values = new AtomicInteger();

    private static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }

    @AnyioTest @Proves({"TH-09", "TH-13"})
    void noTokenAndNoCallIsLost() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(TOKENS);
        int cancelled = 0;
        int rounds = 0;
        for (long end = System.nanoTime() + NANOS; System.nanoTime() < end; rounds++) {
            CancelScope[] scopes = new CancelScope[8];
            AnyIO.createTaskGroup().run(group -> {
                for (int i = 0; i < scopes.length; i++) {
                    CancelScope scope = AnyIO
                            .openCancelScope(o -> o.timeout(Duration.ofNanos(50_000 + random.nextInt(2_000_000))));
                    scopes[i] = scope;
                    WorkerOptions options = WorkerOptions.DEFAULT.limiter(limiter).cancellable(random.nextBoolean())
                            .interruptOnCancel(random.nextBoolean()).virtual(random.nextBoolean());
                    int kind = random.nextInt(5);
                    int work = random.nextInt(20_000);
                    group.spawn("call " + i, () -> scope.run(() -> {
                        try {
                            AnyIO.runInWorkerThread(() -> function(kind, work), _ -> options);
                        } catch (IOException | InterruptedException e) {
                            values.incrementAndGet();
                        }
                    }));
                }
                CancelScope victim = scopes[random.nextInt(scopes.length)];
                int delay = random.nextInt(5_000);
                Thread.ofPlatform().daemon().start(() -> {
                    spin(delay);
                    victim.cancel();
                });
            });
            for (CancelScope scope : scopes) {
                cancelled += scope.cancelledCaught() ? 1 : 0;
            }
            assertEquals(0, limiter.statistics().tasksWaiting(), "seed " + seed);
        }
        AnyIO.failAfter(Duration.ofSeconds(10), () -> {
            while (limiter.borrowedTokens() > 0) {
                AnyIO.sleep(Duration.ofMillis(1));
            }
        });
        String outcome = "seed " + seed + ": " + rounds + " rounds, " + values + " values, " + cancelled
                + " cancelled, at most " + most;
        assertEquals(0, running.get(), outcome);
        assertTrue(most.get() <= TOKENS, outcome);
        assertTrue(cancelled > 0 && values.get() > 0, outcome);
    }

    private int function(int kind, int work) throws IOException, InterruptedException {
        most.accumulateAndGet(running.incrementAndGet(), Math::max);
        try {
            switch (kind) {
                case 0 -> spin(work);
                case 1 -> AnyIO.runFromThread(() -> AnyIO.sleep(Duration.ofNanos(work * 10L)));
                case 2 -> Thread.sleep(0, work * 10);
                case 3 -> {
                    for (int i = 0; i < work; i += 100) {
                        spin(100);
                        AnyIO.checkCancelled();
                    }
                }
                default -> throw new IOException("on purpose");
            }
            return values.incrementAndGet();
        } finally {
            running.decrementAndGet();
        }
    }
}
