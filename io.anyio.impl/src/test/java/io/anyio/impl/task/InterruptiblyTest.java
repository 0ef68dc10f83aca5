package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.Deadline;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.io.TempDir;

class InterruptiblyTest {
    private static final Duration SOON = Duration.ofMillis(20);
    private static final long LONG_MILLIS = 15_000;

    private final CountDownLatch inside = new CountDownLatch(1);

    private static void block() throws InterruptedException {
        Thread.sleep(LONG_MILLIS);
    }

    private static boolean flag() {
        return Thread.currentThread().isInterrupted();
    }

    /** Does something on an ordinary thread once the task is in its region. */
    private Thread fromOutside(Runnable action) {
        Thread thread = Thread.ofPlatform().daemon().name("outside").unstarted(() -> {
            try {
                inside.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            action.run();
        });
        thread.start();
        return thread;
    }

    @AnyioTest @Proves("CS-84")
    void aDeadlineEndsForeignBlockingCode() throws InterruptedException {
        boolean finished = AnyIO.moveOnAfter(SOON, () -> AnyIO.interruptibly(() -> {
            block();
            return null;
        }));
        assertFalse(finished);
        assertFalse(flag());
        Thread.sleep(1);
    }

    @AnyioTest @Proves("CS-84")
    void aCancelFromAnotherThreadEndsForeignBlockingCode() throws Exception {
        CancelScope scope = AnyIO.openCancelScope();
        Thread outside = fromOutside(() -> scope.cancel("enough"));
        CancelledError[] seen = new CancelledError[1];
        scope.run(() -> {
            try {
                AnyIO.interruptibly(() -> {
                    inside.countDown();
                    block();
                    return null;
                });
            } catch (CancelledError e) {
                seen[0] = e;
                assertFalse(flag());
                throw e;
            }
        });
        assertTrue(scope.cancelledCaught());
        assertSame(scope, seen[0].scope());
        assertTrue(seen[0].reason().contains("enough"));
        assertInstanceOf(InterruptedException.class, seen[0].getCause());
        outside.join();
        assertFalse(flag());
    }

    @AnyioTest
    void aCancelThatCameJustBeforeTheRegionIsNotMissed() throws Exception {
        CancelScope scope = AnyIO.openCancelScope();
        scope.run(() -> {
            // the loop cannot hear of it before the region opens
            Thread outside = Thread.ofPlatform().start(scope::cancel);
            while (!scope.cancelCalled()) {
                Thread.onSpinWait();
            }
            AnyIO.interruptibly(() -> {
                block();
                return null;
            });
            outside.join();
        });
        assertTrue(scope.cancelledCaught());
        assertFalse(flag());
    }

    @AnyioTest
    void aDeadlineThatPassedJustBeforeTheRegionIsNotMissed() throws Exception {
        CancelScope scope = AnyIO.openCancelScope(o -> o.timeout(Duration.ofMillis(1)));
        scope.run(() -> {
            while (AnyIO.currentTime().isBefore(scope.deadline())) {
                Thread.onSpinWait();
            }
            AnyIO.interruptibly(() -> {
                block();
                return null;
            });
        });
        assertTrue(scope.cancelledCaught());
        assertFalse(flag());
    }

    @AnyioTest
    void anInterruptionThatALibraryHasWrappedIsACancellation() {
        boolean finished = AnyIO.moveOnAfter(SOON, () -> AnyIO.interruptibly(() -> {
            try {
                block();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("library", e);
            }
            return null;
        }));
        assertFalse(finished);
        assertFalse(flag());
    }

    @AnyioTest
    void anotherErrorOfAnInterruptedRegionLeavesAsItself() {
        IllegalStateException error = assertThrows(IllegalStateException.class,
                () -> AnyIO.moveOnAfter(SOON, () -> AnyIO.interruptibly(() -> {
                    assertThrows(InterruptedException.class, InterruptiblyTest::block);
                    throw new IllegalStateException("broken");
                })));
        assertEquals("broken", error.getMessage());
        assertFalse(flag());
    }

    @AnyioTest
    void aValueOfAnInterruptedRegionStands() {
        int[] value = new int[1];
        boolean finished = AnyIO.moveOnAfter(SOON, () -> {
            value[0] = AnyIO.interruptibly(() -> {
                assertThrows(InterruptedException.class, InterruptiblyTest::block);
                return 7;
            });
            assertFalse(flag());
            AnyIO.checkpoint();
        });
        assertFalse(finished);
        assertEquals(7, value[0]);
    }

    @AnyioTest @Proves("CS-84")
    void aFileChannelIsClosedInsideARegionOnly(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("f"), "text");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            CancelScope scope = AnyIO.openCancelScope();
            scope.run(() -> {
                scope.cancel();
                assertFalse(flag());
                assertEquals(4, channel.size());
                AnyIO.checkpoint();
            });
            assertTrue(scope.cancelledCaught());
            assertTrue(channel.isOpen());
            CancelScope next = AnyIO.openCancelScope();
            fromOutside(next::cancel);
            next.run(() -> AnyIO.interruptibly(() -> {
                inside.countDown();
                while (true) {
                    channel.position(0);
                }
            }));
            assertTrue(next.cancelledCaught());
            assertFalse(channel.isOpen());
            assertFalse(flag());
        }
    }

    @AnyioTest @Proves("CS-83")
    void aForeignInterruptIsNoCancellation() throws Exception {
        Thread task = Thread.currentThread();
        CancelScope scope = AnyIO.openCancelScope();
        fromOutside(task::interrupt);
        InterruptedException passed = assertThrows(InterruptedException.class,
                () -> scope.run(() -> AnyIO.interruptibly(() -> {
                    inside.countDown();
                    block();
                    return null;
                })));
        assertEquals(0, passed.getSuppressed().length);
        assertFalse(scope.cancelCalled());
        assertFalse(scope.cancelledCaught());
    }

    @AnyioTest @Proves("CS-83")
    void aForeignInterruptOutlivesScopesAndWaits() {
        Thread.currentThread().interrupt();
        CancelScope scope = AnyIO.openCancelScope(o -> o.timeout(SOON));
        scope.run(AnyIO::sleepForever);
        assertTrue(scope.cancelledCaught());
        AnyIO.createTaskGroup().run(group -> group.spawn(AnyIO::checkpoint));
        assertTrue(flag());
        assertEquals(3, AnyIO.<Integer, RuntimeException>interruptibly(() -> 3));
        assertTrue(Thread.interrupted());
    }

    @AnyioTest @Proves("CS-83")
    void aForeignInterruptThatCameBeforeOursStaysSet() {
        CancelScope scope = AnyIO.openCancelScope();
        scope.run(() -> AnyIO.interruptibly(() -> {
            Thread.currentThread().interrupt();
            scope.cancel();
            assertThrows(InterruptedException.class, InterruptiblyTest::block);
            AnyIO.checkpoint();
            return null;
        }));
        assertTrue(scope.cancelledCaught());
        assertTrue(Thread.interrupted());
    }

    @AnyioTest
    void aShieldInsideARegionHoldsTheInterruptBack() throws Exception {
        CancelScope outer = AnyIO.openCancelScope();
        outer.run(() -> AnyIO.interruptibly(() -> {
            AnyIO.openCancelScope(o -> o.shield(true)).run(() -> {
                outer.cancel();
                assertFalse(flag());
            });
            assertTrue(flag());
            block();
            return null;
        }));
        assertTrue(outer.cancelledCaught());
        assertFalse(flag());
    }

    @AnyioTest
    void aShieldTakesAnInterruptBackThatWasSent() throws Exception {
        CancelScope outer = AnyIO.openCancelScope();
        outer.run(() -> AnyIO.interruptibly(() -> {
            outer.cancel();
            assertTrue(flag());
            CancelScope inner = AnyIO.openCancelScope();
            inner.run(() -> {
                inner.shield(true);
                assertFalse(flag());
                inner.shield(false);
                assertTrue(flag());
            });
            block();
            return null;
        }));
        assertTrue(outer.cancelledCaught());
        assertFalse(flag());
    }

    @AnyioTest
    void theInnermostRegionIsInterruptedAndThenTheOneAround() throws Exception {
        CancelScope outer = AnyIO.openCancelScope();
        outer.run(() -> AnyIO.interruptibly(() -> {
            CancelledError inner = assertThrows(CancelledError.class, () -> AnyIO.interruptibly(() -> {
                outer.cancel();
                block();
                return null;
            }));
            assertSame(outer, inner.scope());
            assertTrue(flag());
            block();
            return null;
        }));
        assertTrue(outer.cancelledCaught());
        assertFalse(flag());
    }

    @AnyioTest
    void aScopeInsideTheRegionIsNotInterrupted() {
        AnyIO.interruptibly(() -> {
            boolean finished = AnyIO.moveOnAt(Deadline.PAST, () -> {
                assertTrue(AnyIO.hasPendingCancellation());
                assertFalse(flag());
                AnyIO.checkpoint();
            });
            assertFalse(finished);
            return null;
        });
        assertFalse(flag());
    }

    @AnyioTest
    void aRegionIsNotEnteredInACancelledScope() {
        CancelScope scope = AnyIO.openCancelScope();
        scope.run(() -> {
            scope.cancel();
            AnyIO.interruptibly(() -> {
                throw new AssertionError("entered");
            });
        });
        assertTrue(scope.cancelledCaught());
    }

    @AnyioTest
    void waitsOfTheLibraryInsideARegionAreCancelled() {
        CancelScope scope = AnyIO.openCancelScope(o -> o.timeout(SOON));
        scope.run(() -> AnyIO.interruptibly(() -> {
            AnyIO.sleepForever();
            return null;
        }));
        assertTrue(scope.cancelledCaught());
        assertFalse(flag());
    }
}
