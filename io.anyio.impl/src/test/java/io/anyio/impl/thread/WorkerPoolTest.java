package io.anyio.impl.thread;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.task.Body;
import io.anyio.api.thread.TaskLocal;
import io.anyio.impl.run.ContextTask;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerPoolTest {

    private static long workers(String loop) {
        return Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().startsWith(loop + "-worker-"))
                .count();
    }

    @AnyioTest @Proves("TH-17")
    void idleThreadsAreUsedAgain() {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 50; i++) {
            AnyIO.runInWorkerThread(() -> {
                threads.add(Thread.currentThread());
            });
            AnyIO.sleep(Duration.ofMillis(1));
        }
        // now and then a thread is not yet idle when the next call comes
        assertTrue(threads.size() < 10, () -> "threads " + threads.size());
    }

    @AnyioTest @Proves("TH-18")
    void aThreadThatIsAboutToEndGetsNoWork() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        ContextTask<?> task = ContextTask.current("test");
        task.run.attachment(WorkerPool.class, () -> new WorkerPool(task.loop, Duration.ofNanos(200_000)));
        AnyIO.failAfter(Duration.ofSeconds(15), () -> {
            int rounds = 0;
            for (long end = System.nanoTime() + 1_000_000_000; System.nanoTime() < end; rounds++) {
                int call = rounds;
                assertEquals(call, AnyIO.<Integer, RuntimeException>runInWorkerThread(() -> call), "seed " + seed);
                AnyIO.sleep(Duration.ofNanos(150_000 + random.nextInt(100_000)));
            }
        });
        assertEquals(0, AnyIO.currentDefaultWorkerThreadLimiter().borrowedTokens());
    }

    private static WeakReference<Object> call(TaskLocal<Object> local) {
        Object garbage = new Object();
        return local.call(garbage, () -> AnyIO.runInWorkerThread(() -> {
            assertEquals(garbage, local.get());
            return new WeakReference<>(garbage);
        }));
    }

    @AnyioTest @Proves("TH-19")
    void anIdleThreadKeepsNothingOfItsLastFunction() {
        TaskLocal<Object> local = TaskLocal.of("local");
        ContextTask<?> task = ContextTask.current("test");
        task.run.attachment(WorkerPool.class, () -> new WorkerPool(task.loop, Duration.ofSeconds(30)));
        WeakReference<Object> kept = call(local);
        AnyIO.failAfter(Duration.ofSeconds(10), () -> {
            while (kept.get() != null) {
                System.gc();
                AnyIO.sleep(Duration.ofMillis(1));
            }
        });
        assertNull(kept.get());
        assertEquals(1, workers(task.loop.name));
    }

    @AnyioTest @Proves("TH-19")
    void anIdleThreadKeepsNeitherFunctionNorArgumentNorValue() {
        ContextTask<?> task = ContextTask.current("test");
        task.run.attachment(WorkerPool.class, () -> new WorkerPool(task.loop, Duration.ofSeconds(30)));
        List<WeakReference<?>> kept = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> group.spawn(() -> calls(kept)));
        AnyIO.failAfter(Duration.ofSeconds(10), () -> {
            while (kept.stream().anyMatch(reference -> reference.get() != null)) {
                System.gc();
                AnyIO.sleep(Duration.ofMillis(1));
            }
        });
        assertEquals(3, kept.size());
        assertTrue(workers(task.loop.name) > 0, "the idle thread has ended");
    }

    private static void calls(List<WeakReference<?>> kept) {
        byte[] argument = new byte[1];
        Body<Object, RuntimeException> function = () -> List.of(argument);
        Object value = AnyIO.runInWorkerThread(function);
        for (Object garbage : List.of(argument, function, value)) {
            kept.add(new WeakReference<>(garbage));
        }
    }

    @AnyioTest
    void aThreadThatCannotBeStartedKeepsNoToken() {
        ContextTask<?> task = ContextTask.current("test");
        OutOfMemoryError none = new OutOfMemoryError("unable to create native thread");
        task.run.attachment(WorkerPool.class, () -> new WorkerPool(task.loop, Duration.ofSeconds(1), _ -> {
            throw none;
        }));
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
        for (int i = 0; i < 3; i++) {
            assertSame(none, assertThrows(OutOfMemoryError.class,
                    () -> AnyIO.runInWorkerThread(() -> 1, o -> o.limiter(limiter))));
            assertEquals(0, limiter.borrowedTokens());
            assertSame(none, assertThrows(OutOfMemoryError.class, () -> AnyIO.runInWorkerThread(() -> 1)));
            assertEquals(0, AnyIO.currentDefaultWorkerThreadLimiter().borrowedTokens());
        }
        assertEquals(List.of(), task.openBooks().stream().filter(left -> left.contains("outside")).toList());
    }

    @AnyioTest
    void idleThreadsEndAfterASecond() {
        ContextTask<?> task = ContextTask.current("test");
        AnyIO.runInWorkerThread(() -> 1);
        assertEquals(1, workers(task.loop.name));
        AnyIO.failAfter(Duration.ofSeconds(5), () -> {
            while (workers(task.loop.name) > 0) {
                AnyIO.sleep(Duration.ofMillis(50));
            }
        });
    }

    @ParameterizedTest @ValueSource(strings = {"carrier", "pool"}) @Proves("EL-17")
    void afterTheRunItsThreadsEnd(String backend, TestReporter reporter) throws Exception {
        reporter.publishEntry("anyio.backend", backend);
        int before = Thread.activeCount();
        String loop = "pooling-" + backend;
        AnyIO.run(() -> {
            ContextTask<?> task = ContextTask.current("test");
            // they do not end because they are idle
            task.run.attachment(WorkerPool.class, () -> new WorkerPool(task.loop, Duration.ofHours(1)));
            CountDownLatch all = new CountDownLatch(5);
            AnyIO.createTaskGroup().run(group -> {
                for (int i = 0; i < 5; i++) {
                    group.spawn("call " + i, () -> AnyIO.runInWorkerThread(() -> {
                        all.countDown();
                        all.await();
                    }));
                }
            });
            assertEquals(5, workers(loop));
        }, o -> o.backend(backend).name(loop));
        // the watchdog, too, ends a little later than the last loop
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (workers(loop) + Thread.activeCount() > before && System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
        }
        assertEquals(0, workers(loop));
        assertTrue(Thread.activeCount() <= before,
                () -> "threads: " + before + " before, " + Thread.activeCount() + " after");
    }

    @AnyioTest
    void manyCallsAtOnceLoseNothing() throws Exception {
        Set<Integer> seen = ConcurrentHashMap.newKeySet();
        AnyIO.createTaskGroup().run(group -> {
            for (int i = 0; i < 500; i++) {
                int call = i;
                group.spawn("call", () -> {
                    int value = AnyIO.runInWorkerThread(() -> AnyIO.runFromThread(() -> {
                        AnyIO.checkpoint();
                        return call;
                    }), o -> o.virtual(call % 2 == 0));
                    seen.add(value);
                });
            }
        });
        assertEquals(500, seen.size());
    }
}
