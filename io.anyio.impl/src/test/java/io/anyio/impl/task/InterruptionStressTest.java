package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.task.CancelScope;
import io.anyio.impl.scope.Interruption;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Cancels and interrupts that arrive at any moment of an interruptible region. */
class InterruptionStressTest {
    private static final long NANOS = Duration.ofMillis(1200).toNanos();
    private static final int LOOK = 200;

    /** Runs actions at about the same time as the test continues. */
    private static final class Outside implements AutoCloseable {
        private final LinkedTransferQueue<Runnable> actions = new LinkedTransferQueue<>();
        private final Thread thread = Thread.ofPlatform().daemon().name("outside").start(this::run);

        private void run() {
            try {
                while (true) {
                    actions.take().run();
                }
            } catch (InterruptedException e) {
                // closed
            }
        }

        @Override
        public void close() {
            thread.interrupt();
        }
    }

    private static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }

    @AnyioTest @Proves({"CS-83", "CS-84"})
    void cancelsComeInTimeOrTooLateAndNeverShowAfterwards() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int caught = 0;
        int rounds = 0;
        try (Outside outside = new Outside()) {
            for (long end = System.nanoTime() + NANOS; System.nanoTime() < end; rounds++) {
                CancelScope scope = AnyIO.openCancelScope();
                AtomicBoolean cancelled = new AtomicBoolean();
                int delay = random.nextInt(LOOK);
                int kind = random.nextInt(5);
                int work = random.nextInt(LOOK);
                outside.actions.add(() -> {
                    spin(delay);
                    scope.cancel();
                    cancelled.set(true);
                });
                String at = "seed " + seed + " round " + rounds + " kind " + kind;
                boolean[] completed = new boolean[1];
                try {
                    scope.run(() -> {
                        AnyIO.interruptibly(() -> {
                            body(kind, work);
                            return null;
                        });
                        assertFalse(Thread.currentThread().isInterrupted(), at);
                        completed[0] = true;
                    });
                } catch (InterruptedException e) {
                    throw new AssertionError(at, e);
                }
                assertFalse(Thread.currentThread().isInterrupted(), at);
                assertTrue(completed[0] != scope.cancelledCaught(), at);
                if (scope.cancelledCaught()) {
                    caught++;
                } else {
                    assertTrue(kind < 2, at);
                }
                while (!cancelled.get()) {
                    Thread.onSpinWait();
                }
                assertFalse(Thread.currentThread().isInterrupted(), at);
                AnyIO.checkpoint();
            }
        }
        assertTrue(caught > 0 && caught < rounds, "seed " + seed + ": " + caught + " of " + rounds);
    }

    private static void body(int kind, int work) throws InterruptedException {
        switch (kind) {
            case 0 -> {}
            case 1 -> spin(work);
            case 2 -> Thread.sleep(10_000);
            case 3 -> AnyIO.interruptibly(() -> {
                spin(work);
                Thread.sleep(10_000);
                return null;
            });
            default -> {
                AnyIO.openCancelScope(o -> o.shield(true)).run(() -> {
                    assertFalse(Thread.currentThread().isInterrupted());
                    spin(work);
                    assertFalse(Thread.currentThread().isInterrupted());
                });
                Thread.sleep(10_000);
            }
        }
    }

    @AnyioTest @Proves("CS-83")
    void noForeignInterruptIsLostToALateCancel() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Thread task = Thread.currentThread();
        try (Outside outside = new Outside()) {
            int round = 0;
            for (long end = System.nanoTime() + NANOS; System.nanoTime() < end; round++) {
                CancelScope scope = AnyIO.openCancelScope();
                AtomicBoolean done = new AtomicBoolean();
                int delay = random.nextInt(LOOK);
                int work = random.nextInt(LOOK);
                boolean consume = random.nextBoolean();
                AtomicBoolean left = new AtomicBoolean();
                outside.actions.add(() -> {
                    spin(delay);
                    task.interrupt();
                    while (consume && !left.get()) {
                        Thread.onSpinWait();
                    }
                    scope.cancel();
                    done.set(true);
                });
                // the foreign interrupt comes before ours: whatever happens, it must be there in the end
                boolean passed = false;
                try {
                    scope.run(() -> {
                        try {
                            AnyIO.interruptibly(() -> {
                                spin(work);
                                if (consume) {
                                    Thread.sleep(0);
                                }
                                return null;
                            });
                        } finally {
                            left.set(true);
                        }
                    });
                } catch (InterruptedException e) {
                    passed = true;
                }
                while (!done.get()) {
                    Thread.onSpinWait();
                }
                assertTrue(passed || Thread.interrupted(), "seed " + seed + " round " + round);
                assertFalse(consume && scope.cancelledCaught(), "seed " + seed + " round " + round);
                AnyIO.checkpoint();
            }
        }
    }

    // ---- the handshake alone, and a twin without it

    @Test
    void theHandshakeLeavesNoFlagBehind() throws InterruptedException {
        assertEquals(0, leaks(() -> {
            Interruption interruption = new Interruption();
            current = interruption::send;
            spin(20);
            interruption.leave();
        }, NANOS));
    }

    @Test
    void aTwinWithoutTheHandshakeLeaksItsFlag() throws InterruptedException {
        assertTrue(leaks(() -> {
            Thread owner = Thread.currentThread();
            AtomicBoolean left = new AtomicBoolean();
            current = () -> {
                if (left.get()) {
                    return;
                }
                Thread.yield();
                owner.interrupt();
            };
            spin(20);
            left.set(true);
            Thread.interrupted();
        }, 10 * NANOS) > 0);
    }

    private volatile Runnable current = () -> {};

    /** How often a flag is up after a region; stops at the first. */
    private int leaks(Runnable region, long nanos) throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        Thread sender = Thread.ofPlatform().daemon().name("sender").start(() -> {
            while (!stop.get()) {
                current.run();
            }
        });
        int leaks = 0;
        for (long end = System.nanoTime() + nanos; System.nanoTime() < end && leaks == 0;) {
            region.run();
            spin(50);
            if (Thread.interrupted()) {
                leaks++;
            }
        }
        stop.set(true);
        sender.join();
        assertFalse(Thread.interrupted() && leaks == 0);
        return leaks;
    }
}
