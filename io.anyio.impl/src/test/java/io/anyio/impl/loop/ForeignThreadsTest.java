package io.anyio.impl.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.task.Body;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.EachBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Foreign virtual threads that ride a loop, and foreign threads that resume its tasks. */
class ForeignThreadsTest {
    private static final int ROUNDS = 20;

    @AnyioTest
    void virtualThreadsThatATaskStartsRunBesideItsTasks(TaskGroup<Exception> group) throws Exception {
        AtomicInteger done = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            threads.add(Thread.startVirtualThread(() -> {
                assertNull(TaskContext.currentOrNull());
                for (int turn = 0; turn < 10; turn++) {
                    Thread.yield();
                }
                done.incrementAndGet();
            }));
        }
        int[] turns = new int[1];
        TaskHandle<?> task = group.spawn(() -> {
            while (turns[0] < 1000) {
                AnyIO.checkpoint();
                turns[0]++;
            }
        });
        task.await();
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(100, done.get());
        AnyIO.waitAllTasksBlocked();
        assertEquals(1, AnyIO.getRunningTasks().size());
    }

    /** A virtual thread that is started inside a task would ride the loop, and block it. */
    @AnyioTest
    void workersDoNotRideTheLoopOfTheTaskThatStartsThem(TaskGroup<Exception> group) {
        AtomicInteger turns = new AtomicInteger();
        TaskHandle<?> counter = group.spawn(() -> {
            while (true) {
                AnyIO.checkpoint();
                turns.incrementAndGet();
            }
        });
        for (boolean virtual : new boolean[]{false, true}) {
            assertTrue(AnyIO.runInWorkerThread(() -> {
                int seen = turns.get();
                long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
                while (turns.get() < seen + 100 && System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
                return turns.get() >= seen + 100;
            }, o -> o.virtual(virtual)), "the worker has stopped the loop");
        }
        counter.cancel();
        counter.awaitEnd();
    }

    /**
     * The JDK resumes a virtual thread from its timer, its unblocker, its pollers, its process reaper, and from
     * whatever thread unparks it.
     */
    @AnyioTest
    void tasksAreResumedFromEveryKindOfThread(TaskGroup<Exception> group) throws Exception {
        SynchronousQueue<Integer> queue = new SynchronousQueue<>();
        Object monitor = new Object();
        Semaphore turn = new Semaphore(0);
        Thread platform = Thread.ofPlatform().daemon().start(() -> {
            try {
                for (int i = 0; i < ROUNDS; i++) {
                    queue.put(i);
                    turn.acquire();
                    synchronized (monitor) {
                        TimeUnit.MILLISECONDS.sleep(1);
                        monitor.notifyAll();
                    }
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        List<Body<Integer, Exception>> waits = List.of(() -> {
            Thread.sleep(1);
            return 1;
        }, () -> CompletableFuture
                .<Integer>supplyAsync(() -> 1, CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS)).get(),
                () -> {
                    synchronized (new Object()) {
                        Thread.sleep(1);
                    }
                    return 1;
                }, () -> 1 + new ProcessBuilder("true").start().onExit().get().exitValue());
        List<TaskHandle<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            for (Body<Integer, Exception> wait : waits) {
                tasks.add(group.spawn(wait));
            }
        }
        for (int i = 0; i < ROUNDS; i++) {
            assertEquals(i, queue.take());
            synchronized (monitor) {
                turn.release();
                monitor.wait();
            }
            AnyIO.checkpoint();
        }
        for (TaskHandle<Integer> task : tasks) {
            assertEquals(1, task.await());
        }
        platform.join();
    }

    @EachBackend
    void aVirtualThreadThatOutlivesItsLoopGoesOn(String backend) throws InterruptedException {
        AtomicReference<Thread> started = new AtomicReference<>();
        CountDownLatch later = new CountDownLatch(1);
        AtomicInteger steps = new AtomicInteger();
        AnyIO.run(() -> {
            started.set(Thread.ofVirtual().name("outlives its loop").start(() -> {
                steps.incrementAndGet();
                try {
                    later.await();
                    steps.incrementAndGet();
                    Thread.sleep(1);
                    steps.incrementAndGet();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }));
            while (steps.get() == 0) {
                AnyIO.checkpoint();
            }
        }, o -> o.backend(backend));
        later.countDown();
        assertTrue(started.get().join(Duration.ofSeconds(10)), "it was stranded");
        assertEquals(3, steps.get());
    }
}
