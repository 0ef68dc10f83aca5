package io.anyio.impl.portal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.Event;
import io.anyio.api.task.Block;
import io.anyio.api.task.Body;
import io.anyio.api.task.CancelledError;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.api.thread.StartedTask;
import io.anyio.api.thread.TaskLocal;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A portal that a task opens into its own loop. */
class BlockingPortalTest {

    /** Runs code on an ordinary thread while the task waits. */
    private static <T> T outside(Body<T, Exception> code) throws Exception {
        FutureTask<T> foreign = new FutureTask<>(code::call);
        Thread.ofPlatform().daemon().name("outside").start(foreign);
        try {
            return AnyIO.runInWorkerThread(() -> foreign.get());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) e.getCause();
        }
    }

    private static void outside(Block<Exception> code) throws Exception {
        outside(() -> {
            code.run();
            return 0;
        });
    }

    @AnyioTest @Proves({"BP-01", "BP-02", "BP-03", "BP-22"})
    void otherThreadsCallIntoTheLoop() throws Exception {
        long loop = AnyIO.getCurrentTask().parentId().orElse(-1);
        AnyIO.createBlockingPortal().run(portal -> {
            Thread task = Thread.currentThread();
            long host = AnyIO.getCurrentTask().id();
            int plain = outside(() -> portal.call(() -> {
                assertNotSame(task, Thread.currentThread());
                assertEquals(host, AnyIO.getCurrentTask().parentId().orElse(-1));
                assertTrue(AnyIO.getRunningTasks().stream().anyMatch(t -> t.thread() == task));
                return 1 + 2;
            }));
            assertEquals(3, plain);
            int waiting = outside(() -> portal.call(() -> {
                AnyIO.sleep(Duration.ofMillis(1));
                return 4;
            }));
            assertEquals(4, waiting);
            AtomicBoolean ran = new AtomicBoolean();
            outside(() -> portal.call(() -> ran.set(true)));
            assertTrue(ran.get());
        });
        assertEquals(loop, AnyIO.getCurrentTask().parentId().orElse(-1));
    }

    @AnyioTest @Proves("BP-04")
    void anExceptionIsTheCallersAlone() throws Exception {
        IOException error = new IOException("mine");
        AnyIO.createBlockingPortal().run(portal -> {
            Event release = AnyIO.createEvent();
            CompletableFuture<String> other = outside(() -> portal.spawn("other", () -> {
                release.await();
                return "went on";
            }));
            assertSame(error, assertThrows(IOException.class, () -> outside(() -> portal.call(() -> {
                throw error;
            }))));
            assertSame(error,
                    assertThrows(ExecutionException.class, () -> outside(() -> portal.spawn((Block<IOException>) () -> {
                        throw error;
                    }).get())).getCause());
            release.set();
            assertEquals("went on", outside(() -> other.get()));
            assertEquals(5, outside(() -> portal.call(() -> 5)));
        });
    }

    @AnyioTest @Proves("BP-05")
    void anErrorIsTheCallersAndThePortals() throws Exception {
        Error fatal = new AssertionError("fatal");
        AtomicReference<Throwable> caller = new AtomicReference<>();
        AtomicReference<CompletableFuture<Void>> other = new AtomicReference<>();
        Error left = assertThrows(AssertionError.class, () -> AnyIO.createBlockingPortal().run(portal -> {
            other.set(outside(() -> portal.spawn("other", AnyIO::sleepForever)));
            Thread.ofPlatform().daemon()
                    .start(() -> caller.set(assertThrows(AssertionError.class, () -> portal.call(() -> {
                        throw fatal;
                    }))));
            AnyIO.sleepForever();
        }));
        assertSame(fatal, left);
        assertTrue(other.get().isCancelled());
        AnyIO.failAfter(Duration.ofSeconds(10), () -> {
            while (caller.get() == null) {
                AnyIO.sleep(Duration.ofMillis(1));
            }
        });
        assertSame(fatal, caller.get());
    }

    @AnyioTest @Proves("BP-06")
    void aTaskOfThePortalsLoopIsRefused() {
        AnyIO.createBlockingPortal().run(portal -> {
            IllegalStateException error = assertThrows(IllegalStateException.class, () -> portal.call(() -> 1));
            assertTrue(error.getMessage().contains("portal's own loop"), error::getMessage);
            assertThrows(IllegalStateException.class, () -> portal.spawn(() -> 1));
            assertThrows(IllegalStateException.class, () -> portal.start("s", started -> started.set(1)));
            assertThrows(IllegalStateException.class, () -> portal.wrap(() -> () -> {}).run(_ -> {}));
            assertThrows(IllegalStateException.class, () -> portal.stopFromExternalThread(false));
            // also a task that does not host the portal
            AnyIO.createTaskGroup().run(group -> group.spawn("sibling",
                    () -> assertThrows(IllegalStateException.class, () -> portal.call(() -> 1))));
        });
    }

    @AnyioTest @Proves("BP-07")
    void aStoppedPortalIsNotRunning() throws Exception {
        BlockingPortal portal = AnyIO.createBlockingPortal();
        IllegalStateException early = assertThrows(IllegalStateException.class,
                () -> outside(() -> portal.call(() -> 1)));
        assertTrue(early.getMessage().contains("not running"), early::getMessage);
        portal.run(open -> {
            open.stop();
            IllegalStateException error = assertThrows(IllegalStateException.class,
                    () -> outside(() -> open.call(() -> 1)));
            assertTrue(error.getMessage().contains("not running"), error::getMessage);
            assertThrows(IllegalStateException.class, () -> outside(() -> open.spawn(() -> 1)));
        });
        assertThrows(IllegalStateException.class, () -> outside(() -> portal.call(() -> 1)));
        assertThrows(IllegalStateException.class, () -> portal.run(_ -> {}));
        BlockingPortal unused = AnyIO.createBlockingPortal();
        outside(() -> unused.stopFromExternalThread(true));
        unused.close();
        assertThrows(IllegalStateException.class, () -> unused.run(_ -> {}));
    }

    @AnyioTest @Proves({"BP-08", "BP-09"})
    void aSpawnedTaskHasAFuture() throws Exception {
        AnyIO.createBlockingPortal().run(portal -> {
            Event release = AnyIO.createEvent();
            CompletableFuture<Integer> value = outside(() -> portal.spawn("value", () -> {
                assertEquals("value", AnyIO.getCurrentTask().name());
                release.await();
                return 42;
            }));
            assertFalse(value.isDone());
            CompletableFuture<Integer> failing = outside(() -> portal.spawn((Body<Integer, IOException>) () -> {
                release.await();
                throw new IOException("disk");
            }));
            release.set();
            assertEquals(42, outside(() -> value.get()));
            assertEquals("disk",
                    assertThrows(ExecutionException.class, () -> outside(() -> failing.get())).getCause().getMessage());
            assertTrue(failing.isCompletedExceptionally());
            assertFalse(failing.isCancelled());
        });
    }

    @AnyioTest @Proves({"BP-10", "EL-06"})
    void cancellingTheFutureCancelsTheTask() throws Exception {
        AnyIO.createBlockingPortal().run(portal -> {
            Event started = AnyIO.createEvent();
            Event ended = AnyIO.createEvent();
            AtomicReference<Throwable> seen = new AtomicReference<>();
            CompletableFuture<Void> future = outside(() -> portal.spawn("sleeper", () -> {
                started.set();
                try {
                    AnyIO.sleepForever();
                } catch (Error e) {
                    seen.set(e);
                    throw e;
                } finally {
                    ended.set();
                }
            }));
            started.await();
            assertTrue(future.cancel(true));
            ended.await();
            assertTrue(future.isCancelled());
            assertInstanceOf(AnyIO.cancelledClass(), seen.get());
            assertEquals(1, outside(() -> portal.call(() -> 1)));
        });
    }

    @AnyioTest @Proves({"BP-11", "EL-06"})
    void cancellingTheFutureRightAfterTheSpawnReachesTheTask() throws Exception {
        AnyIO.createBlockingPortal().run(portal -> {
            AtomicBoolean ranThrough = new AtomicBoolean();
            for (int i = 0; i < 200; i++) {
                outside(() -> portal.spawn("sleeper", () -> {
                    AnyIO.sleepForever();
                    ranThrough.set(true);
                }).cancel(false));
            }
            // nor a body without a checkpoint that has not started when it is cancelled
            CompletableFuture<Void> future = AnyIO.createTaskGroup()
                    .<CompletableFuture<Void>, Exception>call(_ -> outside(() -> {
                        CountDownLatch busy = new CountDownLatch(1);
                        CountDownLatch release = new CountDownLatch(1);
                        CompletableFuture<Void> blocker = portal.spawn("blocker", () -> {
                            busy.countDown();
                            while (release.getCount() > 0) {
                                Thread.onSpinWait();
                            }
                        });
                        busy.await();
                        CompletableFuture<Void> late = portal.spawn("late", () -> ranThrough.set(true));
                        late.cancel(true);
                        release.countDown();
                        blocker.get();
                        return late;
                    }));
            assertTrue(future.isCancelled());
            AnyIO.waitAllTasksBlocked();
            assertFalse(ranThrough.get());
        });
    }

    @AnyioTest
    void aFutureThatSomebodyElseCompletesCancelsTheTask() throws Exception {
        AnyIO.createBlockingPortal().run(portal -> {
            Event ended = AnyIO.createEvent();
            CompletableFuture<Integer> future = outside(() -> portal.<Integer>spawn("sleeper", () -> {
                try {
                    AnyIO.sleepForever();
                    return 1;
                } finally {
                    ended.set();
                }
            }));
            future.completeOnTimeout(7, 1, TimeUnit.MILLISECONDS);
            ended.await();
            assertEquals(7, future.join());
        });
    }

    @AnyioTest @Proves("BP-13")
    void aFutureCanBeCancelledWhileAStoppedPortalDrains() throws Exception {
        AtomicReference<CompletableFuture<Void>> future = new AtomicReference<>();
        AnyIO.createBlockingPortal().run(portal -> {
            future.set(outside(() -> portal.spawn("sleeper", AnyIO::sleepForever)));
            portal.stop();
            Thread.ofPlatform().daemon().start(() -> future.get().cancel(true));
        });
        assertTrue(future.get().isCancelled());
    }

    @AnyioTest @Proves({"BP-14", "BP-20"})
    void leavingWithAnExceptionCancelsTheCalls() throws Exception {
        AtomicReference<Throwable> caller = new AtomicReference<>();
        AtomicReference<CompletableFuture<Void>> future = new AtomicReference<>();
        CountDownLatch called = new CountDownLatch(1);
        IOException error = new IOException("boom");
        assertSame(error, assertThrows(IOException.class, () -> AnyIO.createBlockingPortal().run(portal -> {
            Event inside = AnyIO.createEvent();
            future.set(outside(() -> portal.spawn("sleeper", AnyIO::sleepForever)));
            Thread.ofPlatform().daemon().start(() -> {
                caller.set(assertThrows(CancellationException.class, () -> portal.call(() -> {
                    inside.set();
                    AnyIO.sleepForever();
                })));
                called.countDown();
            });
            inside.await();
            throw error;
        })));
        AnyIO.runInWorkerThread(() -> called.await());
        assertInstanceOf(CancelledError.class, caller.get().getCause());
        assertTrue(future.get().isCancelled());
        assertThrows(CancellationException.class, () -> future.get().get());
        assertThrows(CancellationException.class, () -> future.get().join());
    }

    @AnyioTest @Proves("BP-15")
    void whoWaitsForAnyOfSeveralFuturesIsWokenByAPortalThatCancelsOne() throws Exception {
        AtomicReference<Object> woken = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(1);
        AnyIO.createBlockingPortal().run(portal -> {
            CompletableFuture<Void> future = outside(() -> portal.spawn("sleeper", AnyIO::sleepForever));
            CompletableFuture<Object> any = CompletableFuture.anyOf(new CompletableFuture<>(), future);
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    woken.set(any.get());
                } catch (Exception e) {
                    woken.set(e);
                }
                done.countDown();
            });
            portal.stop(true);
        });
        AnyIO.runInWorkerThread(() -> done.await());
        assertInstanceOf(CancellationException.class,
                woken.get() instanceof ExecutionException e ? e.getCause() : woken.get());
    }

    @AnyioTest @Proves({"BP-16", "BP-17", "BP-19"})
    void stopRefusesNewCallsAndLetsTheRunningOnesFinish() throws Exception {
        AtomicReference<CompletableFuture<String>> future = new AtomicReference<>();
        AtomicBoolean awake = new AtomicBoolean();
        AnyIO.createBlockingPortal().run(portal -> {
            Event release = AnyIO.createEvent();
            AnyIO.createTaskGroup().run(group -> {
                group.spawn("sleeper", () -> {
                    portal.sleepUntilStopped();
                    awake.set(true);
                });
                future.set(outside(() -> portal.spawn("running", () -> {
                    release.await();
                    AnyIO.sleep(Duration.ofMillis(2));
                    return "done";
                })));
                AnyIO.waitAllTasksBlocked();
                assertFalse(awake.get());
                outside(() -> portal.stop(false));
            });
            assertTrue(awake.get());
            portal.sleepUntilStopped();
            assertThrows(IllegalStateException.class, () -> outside(() -> portal.call(() -> 1)));
            assertFalse(future.get().isDone());
            release.set();
        });
        assertEquals("done", future.get().getNow(null));
        AtomicReference<CompletableFuture<String>> another = new AtomicReference<>();
        AnyIO.createBlockingPortal().run(portal -> another.set(outside(() -> portal.spawn("running", () -> {
            AnyIO.sleep(Duration.ofMillis(2));
            return "done too";
        }))));
        assertEquals("done too", another.get().getNow(null));
    }

    @AnyioTest @Proves("BP-18")
    void stopCanCancelTheRemainingCalls() throws Exception {
        AtomicReference<CompletableFuture<Void>> future = new AtomicReference<>();
        AtomicBoolean cleaned = new AtomicBoolean();
        AnyIO.createBlockingPortal().run(portal -> {
            Event inside = AnyIO.createEvent();
            future.set(outside(() -> portal.spawn("sleeper", () -> {
                inside.set();
                try {
                    AnyIO.sleepForever();
                } finally {
                    cleaned.set(true);
                }
            })));
            inside.await();
            outside(() -> portal.stop(true));
            portal.sleepUntilStopped();
        });
        assertTrue(future.get().isCancelled());
        assertTrue(cleaned.get());
    }

    @AnyioTest @Proves("BP-34")
    void valuesOfTheCallingThreadAreVisibleInTheCall() throws Exception {
        TaskLocal<String> user = TaskLocal.of("user", "nobody");
        user.set("host");
        AnyIO.createBlockingPortal().run(portal -> {
            outside(() -> {
                user.run("ann", () -> {
                    assertEquals("ann", portal.call(() -> {
                        AnyIO.checkpoint();
                        String seen = user.get();
                        user.set("changed");
                        return seen;
                    }));
                    assertEquals("ann", portal.spawn(user::get).get());
                    assertEquals("ann", user.get());
                });
                assertEquals("nobody", portal.call(user::get));
            });
            assertEquals("host", AnyIO.<String, Exception>runInWorkerThread(() -> portal.call(user::get)));
        });
        assertEquals("host", user.get());
    }

    @AnyioTest
    void anInterruptOfTheCallerCancelsItsTask() throws Exception {
        AnyIO.createBlockingPortal().run(portal -> {
            AtomicBoolean cleaned = new AtomicBoolean();
            outside(() -> {
                Thread caller = Thread.currentThread();
                assertThrows(CancellationException.class, () -> portal.call(() -> {
                    try {
                        caller.interrupt();
                        AnyIO.sleepForever();
                    } finally {
                        cleaned.set(true);
                    }
                }));
                assertTrue(cleaned.get());
                assertTrue(Thread.interrupted());
            });
        });
    }

    @AnyioTest
    void aStartedTaskTellsThatItIsReady() throws Exception {
        AnyIO.createBlockingPortal().run(portal -> {
            outside(() -> {
                Event release = portal.call(() -> AnyIO.createEvent());
                StartedTask<Integer> task = portal.start("server", started -> {
                    AnyIO.checkpoint();
                    started.set(7007);
                    assertThrows(IllegalStateException.class, () -> started.set(1));
                    release.await();
                });
                assertEquals(7007, task.value());
                assertFalse(task.future().isDone());
                release.set();
                task.future().get();
                IOException error = assertThrows(IOException.class, () -> portal.start("failing", _ -> {
                    throw new IOException("port in use");
                }));
                assertEquals("port in use", error.getMessage());
                IllegalStateException silent = assertThrows(IllegalStateException.class,
                        () -> portal.start("silent", _ -> {}));
                assertTrue(silent.getMessage().contains("Started.set"), silent::getMessage);
                StartedTask<Integer> cancelled = portal.start("sleeper", started -> {
                    started.set(1);
                    AnyIO.sleepForever();
                });
                cancelled.future().cancel(true);
            });
        });
    }

    @AnyioTest(virtualClock = true)
    void aVirtualClockGoesOnWhileAWorkerWaitsForAPortal() {
        AtomicInteger value = new AtomicInteger();
        long before = AnyIO.currentTime().nanos();
        AnyIO.createBlockingPortal().run(portal -> value.set(AnyIO.runInWorkerThread(() -> portal.call(() -> {
            AnyIO.sleep(Duration.ofHours(1));
            return 3;
        }))));
        assertEquals(3, value.get());
        assertEquals(before + Duration.ofHours(1).toNanos(), AnyIO.currentTime().nanos());
    }

    @AnyioTest
    void nullsAreRefused() throws Exception {
        AnyIO.createBlockingPortal().run(portal -> outside(() -> {
            assertThrows(NullPointerException.class, () -> portal.call((Body<Integer, RuntimeException>) null));
            assertThrows(NullPointerException.class, () -> portal.call((Block<RuntimeException>) null));
            assertThrows(NullPointerException.class, () -> portal.spawn((Body<Integer, ?>) null));
            assertThrows(NullPointerException.class, () -> portal.spawn(null, () -> 1));
            assertThrows(NullPointerException.class, () -> portal.start("name", null));
            assertThrows(NullPointerException.class, () -> portal.wrap((Body<AutoCloseable, ?>) null));
            assertThrows(NullPointerException.class, () -> portal.wrap(() -> () -> {}).run(null));
        }));
        assertThrows(NullPointerException.class, () -> AnyIO.createBlockingPortal().run(null));
    }
}
