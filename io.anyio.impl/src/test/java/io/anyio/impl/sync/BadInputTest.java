package io.anyio.impl.sync;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.BusyResourceException;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.CapacityLimiterOptions;
import io.anyio.api.sync.Condition;
import io.anyio.api.sync.Event;
import io.anyio.api.sync.Held;
import io.anyio.api.sync.Lock;
import io.anyio.api.sync.ResourceGuard;
import io.anyio.api.sync.Semaphore;
import io.anyio.api.sync.SemaphoreOptions;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.GroupOptions;
import io.anyio.api.task.LoopOptions;
import io.anyio.api.task.NoEventLoopException;
import io.anyio.api.task.ScopeOptions;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.thread.Portals;
import io.anyio.api.thread.WorkerOptions;
import io.anyio.testing.AnyioTest;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Wrong use is a clear error at the caller. */
class BadInputTest {
    @Test
    void whatNeedsATaskSaysSoOutsideOfOne() {
        Synchronization make = AnyIO.service(Synchronization.class);
        Event event = make.createEvent();
        Lock lock = make.createLock();
        Condition condition = make.createCondition(lock);
        Semaphore semaphore = make.createSemaphore(1);
        CapacityLimiter limiter = make.createCapacityLimiter(1);
        List<Executable> calls = List.of(event::await, lock::acquire, lock::acquireNowait, lock::release, lock::hold,
                condition::await, condition::acquire, condition::signal, condition::signalAll, condition::hold,
                semaphore::acquire, semaphore::hold, limiter::acquire,
                limiter::acquireNowait, limiter::release, limiter::hold, () -> limiter.acquireOnBehalfOf("x"));
        for (Executable call : calls) {
            NoEventLoopException error = assertThrows(NoEventLoopException.class, call);
            assertTrue(
                    error.getMessage()
                            .matches("(Event|Lock|Condition|Semaphore|CapacityLimiter)\\.\\w+ needs a running task.*"),
                    error.getMessage());
        }
        assertEquals(1, semaphore.value());
        assertEquals(0, limiter.borrowedTokens());
    }

    @Test
    void aTimeoutOutsideOfATaskNamesTheCall() {
        Deadline deadline = Deadline.NEVER;
        Map<String, Executable> calls = Map.of("openCancelScope", () -> AnyIO.openCancelScope(), "moveOnAfter",
                () -> AnyIO.moveOnAfter(Duration.ZERO, () -> {}), "moveOnAt", () -> AnyIO.moveOnAt(deadline, () -> {}),
                "failAfter", () -> AnyIO.failAfter(Duration.ZERO, () -> {}), "failAt",
                () -> AnyIO.failAt(deadline, () -> {}));
        calls.forEach((name, call) -> {
            NoEventLoopException error = assertThrows(NoEventLoopException.class, call);
            assertTrue(error.getMessage().startsWith("AnyIO." + name + " needs a running task"), error.getMessage());
        });
    }

    @Test @SuppressWarnings("NullAway")
    void optionsThatAreNullAreRejectedByEachCall() {
        Synchronization make = AnyIO.service(Synchronization.class);
        Portals portals = AnyIO.service(Portals.class);
        assertOptionsChecked("AnyIO.run", LoopOptions.class, o -> AnyIO.run(() -> {}, o));
        assertOptionsChecked("AnyIO.call", LoopOptions.class, o -> AnyIO.call(() -> 1, o));
        assertOptionsChecked("Synchronization.createSemaphore", SemaphoreOptions.class,
                o -> make.createSemaphore(1, o));
        assertOptionsChecked("Synchronization.createCapacityLimiter", CapacityLimiterOptions.class,
                o -> make.createCapacityLimiter(1, o));
        assertOptionsChecked("Portals.start", LoopOptions.class, o -> portals.start(o).close());
        assertOptionsChecked("Portals.provider", LoopOptions.class, portals::provider);
        AnyIO.run(() -> {
            assertOptionsChecked("AnyIO.openCancelScope", ScopeOptions.class, AnyIO::openCancelScope);
            assertOptionsChecked("AnyIO.createTaskGroup", GroupOptions.class,
                    o -> AnyIO.createTaskGroup(Exception.class, o));
            assertOptionsChecked("AnyIO.runInWorkerThread", WorkerOptions.class,
                    o -> AnyIO.runInWorkerThread(() -> {}, o));
        });
    }

    @SuppressWarnings("NullAway")
    private static <O> void assertOptionsChecked(String call, Class<O> options, Consumer<UnaryOperator<O>> called) {
        assertTrue(options.isRecord());
        assertEquals(call + ": what changes the options is null, give options -> options for the defaults",
                assertThrows(NullPointerException.class, () -> called.accept(null)).getMessage());
        assertEquals(call + ": the function has returned null, return the changed options",
                assertThrows(NullPointerException.class, () -> called.accept(_ -> null)).getMessage());
    }

    @Test @SuppressWarnings("NullAway")
    void nullsAreRejectedByName() {
        Synchronization make = AnyIO.service(Synchronization.class);
        assertTrue(assertThrows(NullPointerException.class, () -> make.createCondition(null)).getMessage()
                .contains("lock"));
        assertTrue(assertThrows(NullPointerException.class, () -> make.createResourceGuard(null)).getMessage()
                .contains("action"));
        CapacityLimiter limiter = make.createCapacityLimiter(1);
        assertTrue(assertThrows(NullPointerException.class, () -> limiter.acquireOnBehalfOfNowait(null)).getMessage()
                .contains("borrower"));
        assertTrue(assertThrows(NullPointerException.class, () -> limiter.releaseOnBehalfOf(null)).getMessage()
                .contains("borrower"));
        assertEquals(0, limiter.borrowedTokens());
    }

    @Test
    void aForeignLockIsRejected() {
        Lock foreign = (Lock) Proxy.newProxyInstance(Lock.class.getClassLoader(), new Class<?>[]{Lock.class},
                (_, method, _) -> method.getName().equals("toString") ? "foreign" : null);
        IllegalArgumentException error = assertThrows(IllegalArgumentException.class,
                () -> AnyIO.createCondition(foreign));
        assertTrue(error.getMessage().contains("foreign"), error.getMessage());
    }

    @AnyioTest
    void aNegativeNumberOfSignalsIsRejected() {
        Condition condition = AnyIO.createCondition();
        try (Held _ = condition.hold()) {
            IllegalArgumentException error = assertThrows(IllegalArgumentException.class, () -> condition.signal(-3));
            assertTrue(error.getMessage().contains("-3"), error.getMessage());
        }
    }

    @AnyioTest
    void aSemaphoreDoesNotOverflow() {
        Semaphore semaphore = AnyIO.createSemaphore(Integer.MAX_VALUE);
        assertThrows(IllegalStateException.class, semaphore::release);
        semaphore.acquire();
        semaphore.release();
        assertEquals(Integer.MAX_VALUE, semaphore.value());
        assertThrows(IllegalArgumentException.class, () -> AnyIO.createSemaphore(0, o -> o.maxValue(-1)));
    }

    @AnyioTest
    void aGuardRefusesASecondUser(TaskGroup<Exception> group) throws Exception {
        ResourceGuard guard = AnyIO.createResourceGuard("reading from");
        Held first = guard.use();
        group.spawn(() -> {
            BusyResourceException error = assertThrows(BusyResourceException.class, guard::use);
            assertEquals("Another task is already reading from this resource", error.getMessage());
        }).await();
        Outside.thread(() -> assertThrows(BusyResourceException.class, guard::use));
        first.close();
        try (Held _ = guard.use()) {
            first.close();
            assertThrows(BusyResourceException.class, guard::use);
        }
        assertDoesNotThrow(() -> guard.use().close());
    }
}
