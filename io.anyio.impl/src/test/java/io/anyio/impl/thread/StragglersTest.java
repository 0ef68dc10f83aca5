package io.anyio.impl.thread;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.owner.HolderOwners;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.testing.AnyioTest;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Functions that do not end when they are cancelled. */
@Timeout(30)
class StragglersTest {
    private static final Duration GRACE = Duration.ofMillis(100);

    private final Owner owner = new HolderOwners(new LoopRuntime(), GRACE).open("EventLoop",
            new Holder(7, "org.example.user", StragglersTest.class.getClassLoader(), () -> false));
    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);

    private Void block() {
        inside.countDown();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            interrupted.countDown();
        }
        return null;
    }

    @Test
    void aWorkerIsInterruptedAtTheEndOfTheGraceOfItsBundle() throws InterruptedException {
        TaskHandle<Void> task = owner.spawn("caller", () -> AnyIO.runInWorkerThread(this::block));
        inside.await();
        owner.close();
        assertTrue(interrupted.await(10, TimeUnit.SECONDS));
        while (task.status() == TaskHandle.Status.PENDING || task.status() == TaskHandle.Status.CANCELLING) {
            Thread.onSpinWait();
        }
        assertEquals(TaskHandle.Status.FINISHED, task.status());
    }

    @Test
    void anAbandonedWorkerIsInterruptedToo() throws InterruptedException {
        TaskHandle<Void> task = owner.spawn("caller",
                () -> AnyIO.runInWorkerThread(this::block, o -> o.cancellable(true)));
        inside.await();
        long before = System.nanoTime();
        owner.close();
        assertTrue(System.nanoTime() - before >= GRACE.toNanos());
        assertTrue(interrupted.await(10, TimeUnit.SECONDS));
        assertEquals(TaskHandle.Status.CANCELLED, task.status());
    }

    @Test
    void anAbandonedWorkerThatEndsInTimeIsAwaitedAndNotInterrupted() throws InterruptedException {
        AtomicBoolean disturbed = new AtomicBoolean();
        AtomicBoolean ended = new AtomicBoolean();
        owner.spawn("caller", () -> AnyIO.runInWorkerThread(() -> {
            inside.countDown();
            try {
                while (true) {
                    Thread.sleep(1);
                    AnyIO.checkCancelled();
                }
            } catch (InterruptedException e) {
                disturbed.set(true);
                return null;
            } finally {
                ended.set(true);
            }
        }, o -> o.cancellable(true)));
        inside.await();
        owner.close();
        assertTrue(ended.get());
        assertFalse(disturbed.get());
    }

    @AnyioTest
    void anInterruptNeverReachesTheNextFunctionOfTheThread(TaskGroup<Exception> group) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        AtomicBoolean leaked = new AtomicBoolean();
        int rounds = 0;
        for (long end = System.nanoTime() + 1_000_000_000; System.nanoTime() < end; rounds++) {
            CancelScope scope = AnyIO.openCancelScope();
            int work = random.nextInt(2000);
            boolean abandon = random.nextBoolean();
            Thread canceller = Thread.ofPlatform().daemon().start(() -> {
                for (int i = random.nextInt(2000); i > 0; i--) {
                    Thread.onSpinWait();
                }
                scope.cancel();
            });
            scope.run(() -> AnyIO.runInWorkerThread(() -> {
                for (int i = 0; i < work; i++) {
                    Thread.onSpinWait();
                }
            }, o -> o.interruptOnCancel(true).cancellable(abandon)));
            AnyIO.runInWorkerThread(() -> {
                canceller.join();
                if (Thread.interrupted()) {
                    leaked.set(true);
                }
            });
        }
        assertTrue(!leaked.get(), "seed " + seed + " after " + rounds + " rounds");
    }
}
