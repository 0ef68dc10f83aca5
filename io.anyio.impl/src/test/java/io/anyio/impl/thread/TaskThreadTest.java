package io.anyio.impl.thread;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;

/** What a task's thread has, whichever thread has spawned it. */
class TaskThreadTest {

    private static ClassLoader loader() {
        return Thread.currentThread().getContextClassLoader();
    }

    @AnyioTest @Proves("TG-51")
    void aTaskHasTheClassLoaderOfItsLoopWhoeverSpawnsIt(TaskGroup<Exception> group) throws Exception {
        ClassLoader own = loader();
        try (URLClassLoader other = new URLClassLoader(new URL[0])) {
            CompletableFuture<ClassLoader> bySpawner = new CompletableFuture<>();
            Thread.currentThread().setContextClassLoader(other);
            assertSame(own, group.spawn("by a task", () -> loader()).await());
            for (Thread.Builder kind : new Thread.Builder[]{Thread.ofPlatform().daemon(), Thread.ofVirtual()}) {
                FutureTask<ClassLoader> foreign = new FutureTask<>(() -> {
                    Thread.currentThread().setContextClassLoader(other);
                    CompletableFuture<ClassLoader> seen = new CompletableFuture<>();
                    group.spawn("by a foreign thread", () -> {
                        seen.complete(loader());
                    });
                    return seen.get();
                });
                AnyIO.runInWorkerThread(() -> {
                    Thread.currentThread().setContextClassLoader(other);
                    kind.start(foreign);
                    bySpawner.complete(foreign.get());
                });
                assertSame(own, foreign.get());
            }
            assertSame(own, bySpawner.get());
            // what the worker has set is gone
            assertSame(own, AnyIO.<ClassLoader, RuntimeException>runInWorkerThread(() -> loader()));
        }
    }

    @AnyioTest
    void aTaskOfAnotherLoopDoesNotRideTheSpawnersLoop() {
        try (BlockingPortal portal = AnyIO.startBlockingPortal(o -> o.backend("pool"))) {
            String thread = portal.call(() -> Thread.currentThread().toString());
            assertTrue(thread.contains("ForkJoinPool"), thread);
            assertEquals("pool", portal.call(() -> io.anyio.api.spi.TaskContext.current("test").backend()));
        }
    }
}
