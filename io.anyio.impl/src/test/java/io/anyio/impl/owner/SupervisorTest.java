package io.anyio.impl.owner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.Holder;
import io.anyio.api.sync.Event;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.task.LoopOptions;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.thread.RunToken;
import io.anyio.impl.error.Callback;
import io.anyio.impl.error.CallsBack;
import io.anyio.impl.loop.FullQueue;
import io.anyio.impl.loop.Loop;
import io.anyio.impl.run.ContextTask;
import io.anyio.impl.run.Run;
import io.anyio.impl.scope.Scope;
import io.anyio.impl.task.Task;
import io.anyio.testing.AnyioTest;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The root of an owner's tasks, and how they end. */
class SupervisorTest {
    private final Logger log = Logger.getLogger("application");
    private final AtomicInteger failures = new AtomicInteger();

    @BeforeEach
    void countFailures() {
        log.setFilter(_ -> failures.incrementAndGet() < 0);
    }

    @AfterEach
    void letThemBeLogged() {
        log.setFilter(null);
    }

    @AnyioTest
    void oneThatNobodyAskedForIsAFailure() {
        Supervisor supervisor = new Supervisor(ContextTask.current("").run);
        supervisor.spawn("stray", () -> {
            throw new CancelledError(null, "thrown by hand");
        }).awaitEnd();
        assertEquals(1, failures.get());
    }

    @AnyioTest
    void oneThatWasAskedForIsNone() {
        Supervisor supervisor = new Supervisor(ContextTask.current("").run);
        Task<?> one = supervisor.<Object>spawn("cancelled by its handle", () -> {
            AnyIO.sleepForever();
            return "";
        });
        Task<?> other = supervisor.<Object>spawn("cancelled by its owner", () -> {
            AnyIO.sleepForever();
            return "";
        });
        AnyIO.waitAllTasksBlocked();
        one.cancel();
        one.awaitEnd();
        supervisor.cancel("the bundle stops");
        other.awaitEnd();
        assertEquals(0, failures.get());
    }

    /** The log prints it, and so runs its code. */
    @AnyioTest(timeout = 60)
    void oneWhoseOwnCodeCallsUsEndsTooAndIsLogged() {
        log.setFilter(logged -> {
            Throwable thrown = logged.getThrown();
            if (thrown == null) {
                return false; // the second try, because its code threw
            }
            failures.incrementAndGet();
            thrown.printStackTrace(new PrintWriter(Writer.nullWriter()));
            return false;
        });
        Supervisor supervisor = new Supervisor(ContextTask.current("").run);
        for (Callback call : Callback.values()) {
            Callback.enter(null);
            CallsBack error = call.error();
            Task<?> task = supervisor.<Object>spawn("fails", () -> {
                throw error;
            });
            task.awaitEnd();
            while (!supervisor.isEmpty()) {
                // its code may sleep after its end
                AnyIO.sleep(Duration.ofMillis(1));
            }
            assertSame(error, task.error(), call.name());
            assertTrue(error.calls() > 0, call.name());
        }
        assertEquals(Callback.values().length, failures.get());
    }

    /** Whoever has cancelled it. */
    @AnyioTest
    void whatIsThrownInACancelledScopeIsNone() {
        Supervisor supervisor = new Supervisor(ContextTask.current("").run);
        Task<?> child = supervisor.<Object>spawn("fails while it is cancelled", () -> {
            try {
                AnyIO.sleepForever();
            } finally {
                failures.getAndAdd(10);
                throwIllegalState();
            }
            return "";
        });
        AnyIO.waitAllTasksBlocked();
        supervisor.scope().cancel();
        child.awaitEnd();
        assertEquals(10, failures.get());
    }

    /** Its scope was left with the last of them: nobody would cancel what starts there. */
    @AnyioTest
    void aCallWithATokenIsRefusedOnceAllTasksHaveEnded() {
        Supervisor supervisor = new Supervisor(ContextTask.current("").run);
        RunToken token = supervisor.spawn("gives its token", AnyIO::currentToken).await();
        AnyIO.runInWorkerThread(() -> assertThrows(LoopClosedException.class, () -> token.call(() -> 1)));
    }

    /** A loop that breaks without memory may end before its tasks do. */
    @Test @Timeout(60)
    void whoWaitsForTheTasksOfALoopThatEndsGoesOn() throws Exception {
        Run run = new LoopRuntime().open(LoopOptions.DEFAULT, new Holder(17, "application", null, () -> false));
        Supervisor supervisor = new Supervisor(run);
        supervisor.prepare("is never launched", () -> 1);
        FutureTask<Boolean> ended = new FutureTask<>(() -> supervisor.awaitEnd(Long.MAX_VALUE / 2));
        Thread waiting = Thread.ofPlatform().daemon().start(ended);
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            assertTrue(waiting.isAlive(), "it did not wait");
        }
        run.loop.finish();
        assertTrue(ended.get(30, TimeUnit.SECONDS));
        assertFalse(supervisor.isEmpty());
    }

    private static void throwIllegalState() {
        throw new IllegalStateException("during its clean-up");
    }

    @AnyioTest
    void itsScopeLeavesTheTreeWithTheLastChild() {
        Supervisor supervisor = new Supervisor(ContextTask.current("").run);
        Task<?> first = supervisor.<Object>spawn("first", AnyIO::getCurrentTask);
        Scope scope = supervisor.scope();
        Task<?> second = supervisor.<Object>spawn("second", AnyIO::getCurrentTask);
        assertSame(scope, supervisor.scope());
        first.awaitEnd();
        second.awaitEnd();
        supervisor.<Object>spawn("third", () -> {
            assertNotSame(scope, supervisor.scope());
            return "";
        }).awaitEnd();
        assertEquals(0, failures.get());
    }

    /** It was the last that was counted, though not the last that ran. */
    @AnyioTest
    void itsScopeLeavesTheTreeWithAChildThatIsRefusedToo() throws Exception {
        Task<?> me = Task.current("test");
        FullQueue queue = FullQueue.of(me.loop);
        Supervisor supervisor = new Supervisor(ContextTask.current("").run);
        Event free = AnyIO.createEvent();
        FutureTask<Boolean> ended = new FutureTask<>(() -> supervisor.awaitEnd(Long.MAX_VALUE / 2));
        Task<?> child = supervisor.<Object>spawn("child", () -> {
            free.await();
            return "";
        });
        AnyIO.waitAllTasksBlocked();
        Scope scope = supervisor.scope();
        AnyIO.runInWorkerThread(() -> {
            queue.refuse(() -> {
                free.set();
                inLoop(me.loop, () -> assertEquals(TaskHandle.Status.FINISHED, child.status()));
                Thread waiting = Thread.ofPlatform().start(ended);
                while (waiting.getState() != Thread.State.TIMED_WAITING) {
                    Thread.onSpinWait();
                }
            });
            assertThrows(OutOfMemoryError.class, () -> supervisor.spawn("refused", () -> 1));
            assertTrue(supervisor.isEmpty());
            assertTrue(ended.get(10, TimeUnit.SECONDS), "who waits for the end is told");
            inLoop(me.loop, () -> {
                assertNull(supervisor.scopeOrNull());
                assertFalse(scope.isOpen());
            });
        });
        assertEquals(1, supervisor.spawn("next", () -> 1).await());
    }

    /** After those that are ready. */
    private static void inLoop(Loop loop, Runnable code) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.post(() -> done.completeAsync(() -> {
            code.run();
            return null;
        }, Runnable::run));
        done.join();
    }

    @AnyioTest
    void whatIsSpawnedWhenAStopHasBegunIsAskedToFinish() {
        Supervisor supervisor = new Supervisor(ContextTask.current("").run);
        supervisor.beginStop("the bundle stops");
        assertTrue(supervisor.spawn("late", () -> {
            CancelScope scope = AnyIO.openCancelScope();
            return scope.call(() -> scope.finishRequested() && !AnyIO.hasPendingCancellation(), false);
        }).await());
    }

    @AnyioTest
    void whatIsSpawnedAfterTheCancelIsCancelledToo() {
        Supervisor supervisor = new Supervisor(ContextTask.current("").run);
        supervisor.<Object>spawn("early", AnyIO::getCurrentTask).awaitEnd();
        supervisor.cancel("the bundle stops");
        for (int i = 0; i < 2; i++) {
            Task<?> late = supervisor.<Object>spawn("late", () -> {
                AnyIO.sleepForever();
                return "";
            });
            late.awaitEnd();
            assertEquals(TaskHandle.Status.CANCELLED, late.status());
        }
        assertEquals(0, failures.get());
    }
}
