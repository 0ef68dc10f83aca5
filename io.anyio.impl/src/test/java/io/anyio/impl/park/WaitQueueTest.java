package io.anyio.impl.park;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.task.CancelScope;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WaitQueueTest {
    private final WaitQueue<Waiter> queue = new WaitQueue<>();

    /** Random additions, withdrawals and grants, held against a list. */
    @AnyioTest
    void itBehavesLikeAList() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        Parkable me = Parkable.current("");
        List<Waiter> model = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            String where = "step " + step + ", seed " + seed;
            queue.lock();
            switch (random.nextInt(8)) {
                case 0, 1, 2, 3 -> {
                    Waiter waiter = new Waiter(me, "test");
                    queue.add(waiter);
                    model.add(waiter);
                }
                case 4 -> assertSame(model.isEmpty() ? null : model.removeFirst(), queue.grantFirst(), where);
                case 5 -> {
                    int count = random.nextInt(5);
                    assertChain(model.subList(0, Math.min(count, model.size())), queue.grantFirst(count), where);
                    model = new ArrayList<>(model.subList(Math.min(count, model.size()), model.size()));
                }
                case 6 -> {
                    if (!model.isEmpty()) {
                        queue.unlink(model.remove(random.nextInt(model.size())));
                    }
                }
                default -> {
                    if (random.nextInt(50) == 0) {
                        assertChain(model, random.nextBoolean() ? queue.grantAll() : queue.closeAll(), where);
                        model = new ArrayList<>();
                    }
                }
            }
            assertEquals(model.size(), queue.size(), where);
            assertEquals(model.isEmpty(), queue.isEmpty(), where);
            assertSame(model.isEmpty() ? null : model.getFirst(), queue.first(), where);
            queue.unlock();
        }
        queue.lock();
        assertChain(model, queue.first(), "seed " + seed);
        queue.unlock();
    }

    private void assertChain(List<Waiter> expected, Waiter first, String where) {
        Waiter at = first;
        for (Waiter waiter : expected) {
            assertSame(waiter, at, where);
            at = queue.after(at);
        }
        assertNull(at, where);
    }

    @AnyioTest
    void aWaiterIsDecidedOnce() {
        Waiter waiter = new Waiter(Parkable.current(""), "test");
        assertTrue(waiter.tryGrant());
        assertFalse(waiter.tryGrant());
        assertFalse(waiter.tryClose());
        assertTrue(waiter.await());
        Waiter closed = new Waiter(Parkable.current(""), "test");
        assertTrue(closed.tryClose());
        assertFalse(closed.tryGrant());
        assertFalse(closed.await());
    }

    /** The bit is held by turns, also by threads that are no tasks. */
    @AnyioTest
    void theBitExcludes() throws Exception {
        int[] counter = new int[1];
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Runnable work = () -> {
                for (int n = 0; n < 20_000; n++) {
                    queue.lock();
                    counter[0]++;
                    queue.unlock();
                }
            };
            threads.add(i % 2 == 0
                    ? Thread.ofPlatform().start(work)
                    : Thread.ofPlatform().start(() -> AnyIO.run(work::run)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(80_000, counter[0]);
    }

    @AnyioTest
    void aWaitThatIsNotCancellableOutlivesTheCancellation() {
        CancelScope scope = AnyIO.openCancelScope();
        AnyIO.createTaskGroup().run(group -> {
            List<Waiter> waiters = new ArrayList<>();
            group.spawn(() -> scope.run(() -> {
                Waiter waiter = new Waiter(Parkable.current(""), "test", false);
                waiters.add(waiter);
                assertTrue(waiter.await());
                assertTrue(AnyIO.hasPendingCancellation());
            }));
            AnyIO.waitAllTasksBlocked();
            scope.cancel();
            AnyIO.waitAllTasksBlocked();
            waiters.getFirst().grant();
        });
        assertFalse(scope.cancelledCaught());
    }

    @AnyioTest @Proves("CS-35")
    void whatWasDecidedBeforeTheWaitStands() {
        CancelScope scope = AnyIO.openCancelScope();
        scope.run(() -> {
            scope.cancel();
            Waiter granted = new Waiter(Parkable.current(""), "test");
            assertTrue(granted.tryGrant());
            assertTrue(granted.await());
            Waiter queued = new Waiter(Parkable.current(""), "test");
            queue.lock();
            queue.add(queued);
            queue.grantFirst();
            queue.unlock();
            assertTrue(queued.await());
            Waiter closed = new Waiter(Parkable.current(""), "test", false);
            assertTrue(closed.tryClose());
            assertFalse(closed.await());
        });
        assertFalse(scope.cancelledCaught());
    }

    /** As when a resource is closed by the stop of its owner, which cancels too. */
    @AnyioTest
    void aWaitThatIsClosedAndCancelledIsCancelled() {
        CancelScope scope = AnyIO.openCancelScope();
        scope.run(() -> {
            Waiter waiter = new Waiter(Parkable.current(""), "test");
            assertTrue(waiter.tryClose());
            scope.cancel();
            waiter.await();
        });
        assertTrue(scope.cancelledCaught());
    }

    /** A wait that is not cancellable is told of a cancellation, before the wait and during it. */
    @AnyioTest
    void aWaitThatIsNotCancellableIsToldOfTheCancellation() {
        for (boolean before : List.of(true, false)) {
            CancelScope scope = AnyIO.openCancelScope();
            int[] told = new int[1];
            AnyIO.createTaskGroup().run(group -> {
                List<Waiter> waiters = new ArrayList<>();
                group.spawn(() -> scope.run(() -> {
                    if (before) {
                        scope.cancel();
                    }
                    waiters.add(new Waiter(Parkable.current(""), "test", false) {
                        @Override
                        protected void heldBack() {
                            told[0]++;
                        }
                    });
                    assertTrue(waiters.getFirst().await());
                }));
                AnyIO.waitAllTasksBlocked();
                scope.cancel();
                AnyIO.waitAllTasksBlocked();
                waiters.getFirst().grant();
            });
            assertEquals(1, told[0]);
        }
    }

    /** A wait whose wake-up may fail. */
    private static final class Woken extends Wait {
        private final boolean fails;
        private boolean woken;

        Woken(boolean fails) {
            super("test");
            this.fails = fails;
        }

        @Override
        public void wake() {
            woken = true;
            if (fails) {
                throw new StackOverflowError("made by a test");
            }
        }

        @Override
        void cancellationArrived() {}
    }

    @Test
    void aWakeUpThatFailsKeepsNoOtherFromItsOwn() {
        WaitQueue<Woken> waits = new WaitQueue<>();
        List<Woken> all = List.of(new Woken(false), new Woken(true), new Woken(false), new Woken(true),
                new Woken(false));
        waits.lock();
        all.forEach(waits::add);
        assertThrows(StackOverflowError.class, () -> waits.unlockAndWake(waits.grantAll()));
        assertTrue(all.stream().allMatch(wait -> wait.woken));
    }
}
