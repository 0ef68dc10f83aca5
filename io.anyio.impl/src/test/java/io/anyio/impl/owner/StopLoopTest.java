package io.anyio.impl.owner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.run.Run;
import io.anyio.impl.thread.TimedWait;
import io.anyio.proof.Proves;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The end of the loop after the last owner, and what may still keep it when all tasks of the owners have ended. */
@Timeout(60)
class StopLoopTest extends OnEachBackend {
    private static final Duration GRACE = Duration.ofMillis(200);

    private final LoopRuntime runtime = new LoopRuntime();
    private final Holder holder = new Holder(17, "user.bundle", null, () -> false);
    private final HolderOwners owners = new HolderOwners(runtime, GRACE, options);
    private final Owner owner = owners.open("EventLoop", holder);
    private final Logger log = Logger.getLogger("io.anyio");
    private final List<String> logged = new CopyOnWriteArrayList<>();

    StopLoopTest(String backend) {
        super(backend);
    }

    @BeforeEach
    void watchTheLog() {
        log.setFilter(entry -> !logged.add(entry.getMessage()));
    }

    @AfterEach
    void end() {
        log.setFilter(null);
        owners.close();
        assertEquals(0, runtime.runs().size());
    }

    /** A task below the root that no owner knows, as the child of a group that was abandoned is. */
    private TaskHandle<?> spawnStray(CountDownLatch release, CompletableFuture<Throwable> interrupted)
            throws InterruptedException {
        owner.call(() -> 1);
        Run run = runtime.runs().iterator().next();
        CountDownLatch inside = new CountDownLatch(1);
        TaskHandle<?> stray = new Supervisor(run).<Object>spawn("stray", () -> {
            inside.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                interrupted.complete(e);
            }
            return "";
        });
        inside.await();
        return stray;
    }

    @Test
    void aTaskThatOutlivesTheOwnersIsInterruptedAtTheEndOfTheGrace() throws Exception {
        CompletableFuture<Throwable> interrupted = new CompletableFuture<>();
        TaskHandle<?> stray = spawnStray(new CountDownLatch(1), interrupted);
        long begin = System.nanoTime();
        owner.close();
        assertTrue(System.nanoTime() - begin >= GRACE.toNanos(), "it had no grace");
        assertTrue(interrupted.isDone());
        assertEquals(1, logged.size(), logged::toString);
        assertTrue(logged.getFirst().startsWith("The task 'stray' of user.bundle, started "), logged.getFirst());
        assertEquals(TaskHandle.Status.FINISHED, stray.status());
    }

    @Test
    void aTaskThatEndsWithinTheGraceIsLeftAlone() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Throwable> interrupted = new CompletableFuture<>();
        owners.grace(Duration.ofSeconds(30));
        TaskHandle<?> stray = spawnStray(release, interrupted);
        Thread closer = Thread.ofPlatform().start(owner::close);
        // the loop's end is what it waits for last
        while (!runtime.runs().isEmpty() && closer.isAlive()) {
            if (closer.getState() == Thread.State.TIMED_WAITING && isIn(closer, "awaitEnd")) {
                release.countDown();
            }
        }
        closer.join();
        assertEquals(TaskHandle.Status.FINISHED, stray.status());
        assertFalse(interrupted.isDone());
        assertEquals(List.of(), logged);
    }

    /** An interrupt would not end it, so that its loop goes on. */
    @Test @Proves({"OW-37", "OW-39"})
    void aTaskThatOnlyWaitsIsLoggedWithWhatItWaitsFor() {
        owner.call(() -> 1);
        Run run = runtime.runs().iterator().next();
        TaskHandle<?> stray = new Supervisor(run).<Object>spawn("stray", () -> {
            AnyIO.sleepForever();
            return "";
        });
        owner.close();
        assertEquals(1, logged.size(), logged::toString);
        assertTrue(logged.getFirst().contains("it waits for sleep, and its loop's thread stays until it ends"),
                logged.getFirst());
        assertEquals(TaskHandle.Status.PENDING, stray.status());
        stray.cancel();
        assertTrue(TimedWait.patiently(TimeUnit.SECONDS.toNanos(30), run.loop::awaitEnd));
    }

    private static boolean isIn(Thread thread, String method) {
        return List.of(thread.getStackTrace()).stream()
                .anyMatch(frame -> frame.getClassName().endsWith(".Loop") && frame.getMethodName().equals(method));
    }

    /** Its caller has left it, so that no task waits for it. */
    @Test @Proves("OW-36")
    void anAbandonedWorkerIsInterruptedAtTheEndOfTheGrace() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CompletableFuture<Throwable> interrupted = new CompletableFuture<>();
        owner.spawn("abandons", () -> AnyIO.<Object, RuntimeException>runInWorkerThread(() -> {
            inside.countDown();
            try {
                return new CountDownLatch(1).await(1, TimeUnit.HOURS);
            } catch (InterruptedException e) {
                interrupted.complete(e);
                return "";
            }
        }, options -> options.cancellable(true)));
        inside.await();
        long begin = System.nanoTime();
        owner.close();
        assertTrue(System.nanoTime() - begin >= GRACE.toNanos(), "it had no grace");
        assertNotNull(interrupted.get(30, TimeUnit.SECONDS));
        assertEquals(1, logged.size(), logged::toString);
        assertTrue(logged.getFirst().startsWith("A worker thread of user.bundle did not end"), logged.getFirst());
    }
}
