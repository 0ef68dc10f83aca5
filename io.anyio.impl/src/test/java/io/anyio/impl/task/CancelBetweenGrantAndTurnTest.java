package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.Condition;
import io.anyio.api.sync.Event;
import io.anyio.api.sync.Lock;
import io.anyio.api.sync.Semaphore;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.park.Parkable;
import io.anyio.impl.park.Waiter;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A task waits, the wait is granted, and the task is cancelled before it has its turn. The grant stands, and the next
 * wait of the task throws, within the same operation or in a new one.
 *
 * <p>The tests of {@code io.anyio.net} do the same with waits for channels.
 */
class CancelBetweenGrantAndTurnTest {
    /** An operation that a task repeats endlessly, and the action that grants it once. */
    private record Case(Block<Exception> operation, Block<Exception> grant) {}

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static Map<String, Case> cases() {
        Map<String, Case> cases = new LinkedHashMap<>();
        List<Waiter> waiters = new ArrayList<>();
        cases.put("a bare wait", new Case(() -> {
            waiters.add(new Waiter(Parkable.current("test"), "test"));
            waiters.getLast().await();
        }, () -> waiters.getLast().grant()));
        Event event = AnyIO.createEvent();
        Event never = AnyIO.createEvent();
        cases.put("event", new Case(() -> (event.isSet() ? never : event).await(), event::set));
        Semaphore semaphore = AnyIO.createSemaphore(0);
        cases.put("semaphore", new Case(semaphore::acquire, semaphore::release));
        Lock lock = AnyIO.createLock();
        lock.acquire();
        cases.put("lock", new Case(() -> {
            lock.acquire();
            lock.release();
            AnyIO.sleepForever();
        }, lock::release));
        Condition condition = AnyIO.createCondition();
        Block<Exception> signal = () -> {
            condition.acquireNowait();
            condition.signal();
            condition.release();
        };
        cases.put("condition", new Case(() -> {
            if (!condition.locked()) {
                condition.acquire();
            }
            try {
                condition.await();
            } finally {
                condition.release();
            }
        }, signal));
        cases.put("condition with a predicate", new Case(() -> {
            condition.acquire();
            try {
                condition.awaitFor(() -> false);
            } finally {
                condition.release();
            }
        }, signal));
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(0);
        cases.put("limiter", new Case(() -> limiter.acquireOnBehalfOf(new Object()), () -> limiter.totalTokens(1)));
        MemoryObjectStream<Integer> items = AnyIO.createMemoryObjectStream();
        cases.put("receive", new Case(() -> items.receiver().receive(), () -> items.sender().sendNowait(1)));
        MemoryObjectStream<Integer> room = AnyIO.createMemoryObjectStream();
        cases.put("send", new Case(() -> room.sender().send(1), () -> room.receiver().receiveNowait()));
        MemoryByteStreams pair = AnyIO.createMemoryByteStreams(1);
        cases.put("send of several bytes",
                new Case(() -> pair.first().send(new byte[9]), () -> pair.second().receive(1)));
        Semaphore end = AnyIO.createSemaphore(0);
        cases.put("end of a task",
                new Case(() -> AnyIO.createTaskGroup().run(group -> group.spawn(end::acquire).awaitEnd()),
                        end::release));
        CapacityLimiter workers = AnyIO.createCapacityLimiter(0);
        cases.put("token and worker thread", new Case(
                () -> AnyIO.runInWorkerThread(() -> new CountDownLatch(1).await(),
                        o -> o.limiter(workers).cancellable(true).interruptOnCancel(true)),
                () -> workers.totalTokens(1)));
        CapacityLimiter patient = AnyIO.createCapacityLimiter(0);
        cases.put("token and patient worker thread", new Case(
                () -> AnyIO.runInWorkerThread(() -> new CountDownLatch(1).await(),
                        o -> o.limiter(patient).interruptOnCancel(true)),
                () -> patient.totalTokens(1)));
        Semaphore child = AnyIO.createSemaphore(0);
        cases.put("children of a group",
                new Case(() -> AnyIO.createTaskGroup().run(group -> group.spawn(child::acquire)), child::release));
        cases.put("start", new Case(() -> AnyIO.createTaskGroup().run(group -> group.start("child", started -> {
            child.acquire();
            started.set(1);
            AnyIO.sleepForever();
        })), child::release));
        cases.put("gather", new Case(() -> AnyIO.gather(() -> {
            child.acquire();
            return 1;
        }, () -> 2), child::release));
        return cases;
    }

    @AnyioTest @Proves("CS-35")
    void theNextWaitThrows() throws Exception {
        for (Map.Entry<String, Case> entry : cases().entrySet()) {
            String name = entry.getKey();
            Case each = entry.getValue();
            CancelScope scope = AnyIO.openCancelScope();
            int[] granted = new int[1];
            AnyIO.createTaskGroup(Exception.class).run(group -> {
                TaskHandle<?> waits = group.spawn(name, () -> scope.run(() -> {
                    while (true) {
                        each.operation.run();
                        granted[0]++;
                    }
                }));
                AnyIO.waitAllTasksBlocked();
                each.grant.run();
                scope.cancel();
                AnyIO.moveOnAfter(PATIENCE, waits::awaitEnd);
                assertTrue(scope.cancelledCaught(), name + " has not ended");
                assertTrue(granted[0] <= 1, name);
            });
        }
    }
}
