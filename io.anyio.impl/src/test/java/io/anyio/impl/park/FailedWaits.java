package io.anyio.impl.park;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.Condition;
import io.anyio.api.sync.Event;
import io.anyio.api.sync.Lock;
import io.anyio.api.sync.Semaphore;
import io.anyio.api.sync.WouldBlockException;
import io.anyio.api.task.Block;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.api.thread.Portals;
import io.anyio.proof.LargeStack;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Waits where the JVM cannot put the stack aside. */
final class FailedWaits {
    private FailedWaits() {}

    /** What waits, and what must hold after it has failed. */
    private record Case(Block<Exception> operation, Block<Exception> check) {}

    static void main(String[] arguments) throws Exception {
        for (String name : cases().keySet()) {
            for (int others : new int[]{0, 3, 10, 100}) {
                run(name, others, arguments[0]);
            }
        }
        System.out.println("ended");
    }

    /** The wait is that of a task, which has its turn before others that are ready too. */
    private static void run(String name, int others, String backend) throws Exception {
        AnyIO.run(() -> AnyIO.createTaskGroup(Exception.class).run(group -> {
            Case each = cases(group).get(name);
            TaskHandle<?> waits = group.spawn("waits", () -> {
                // on pool, others may have given back the turn before the thread was to be parked
                boolean failed = LargeStack.overflows(() -> {
                    each.operation.run();
                    return true;
                });
                assertTrue(failed || name.equals("waitAllTasksBlocked"), name + ": the wait has not failed");
                AnyIO.failAfter(Duration.ofSeconds(10), each.check);
            });
            for (int i = 0; i < others; i++) {
                group.spawn("other", () -> AnyIO.sleep(Duration.ZERO));
            }
            waits.awaitEnd();
            // the loop's own counts: which tasks wait, and which one runs
            AnyIO.failAfter(Duration.ofSeconds(10), AnyIO::waitAllTasksBlocked);
            AnyIO.checkpoint();
            AnyIO.sleep(Duration.ofMillis(1));
            System.out.println("fails as it should: " + name + " beside " + others);
            group.cancel();
        }), o -> o.backend(backend));
    }

    private static Map<String, Case> cases() throws Exception {
        Map<String, Case> cases = new LinkedHashMap<>();
        AnyIO.run(() -> AnyIO.createTaskGroup(Exception.class).run(group -> {
            cases.putAll(cases(group));
            group.cancel();
        }));
        return cases;
    }

    private static Map<String, Case> cases(TaskGroup<Exception> group) {
        Map<String, Case> cases = new LinkedHashMap<>();
        cases.put("checkpoint", new Case(() -> {
            group.spawn(() -> {
                long end = System.nanoTime() + Duration.ofMillis(50).toNanos();
                while (System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
            });
            AnyIO.checkpoint();
        }, () -> {}));
        cases.put("sleep", new Case(() -> AnyIO.sleep(Duration.ofMinutes(1)), () -> {}));
        cases.put("waitAllTasksBlocked", new Case(AnyIO::waitAllTasksBlocked, () -> {}));
        Semaphore semaphore = AnyIO.createSemaphore(0);
        cases.put("semaphore", new Case(semaphore::acquire, () -> {
            semaphore.release();
            assertTrue(semaphore.value() == 1, "the slot went to nobody");
        }));
        Event event = AnyIO.createEvent();
        cases.put("event", new Case(event::await,
                () -> assertTrue(event.statistics().tasksWaiting() == 0, "it stands in the queue")));
        Lock lock = AnyIO.createLock();
        Event free = AnyIO.createEvent();
        TaskHandle<?> owner = group.spawn("owner", () -> {
            lock.acquire();
            free.await();
            lock.release();
        });
        AnyIO.checkpoint();
        cases.put("lock", new Case(lock::acquire, () -> {
            free.set();
            owner.awaitEnd();
            lock.acquireNowait();
            lock.release();
        }));
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
        limiter.acquireOnBehalfOfNowait("x");
        cases.put("limiter", new Case(() -> limiter.acquireOnBehalfOf("y"), () -> {
            limiter.releaseOnBehalfOf("x");
            assertTrue(limiter.borrowedTokens() == 0, "the token went to nobody");
        }));
        Condition condition = AnyIO.createCondition();
        cases.put("condition", new Case(() -> {
            condition.acquire();
            condition.await();
        }, () -> {
            condition.signalAll();
            condition.release();
            assertTrue(condition.statistics().tasksWaiting() == 0 && !condition.locked(),
                    "it is left in the condition");
        }));
        MemoryObjectStream<Integer> items = AnyIO.createMemoryObjectStream();
        cases.put("receive", new Case(() -> items.receiver().receive(), () -> {
            try {
                items.sender().sendNowait(1);
                throw new AssertionError("the item went to nobody");
            } catch (WouldBlockException e) {
                // no task receives
            }
        }));
        cases.put("send", new Case(() -> items.sender().send(1), () -> {
            try {
                items.receiver().receiveNowait();
                throw new AssertionError("the item of a failed send was sent");
            } catch (WouldBlockException e) {
                // no task sends
            }
        }));
        MemoryByteStreams bytes = AnyIO.createMemoryByteStreams(1);
        cases.put("receive bytes", new Case(() -> bytes.first().receive(1), () -> {
            bytes.second().send(new byte[]{1});
            bytes.first().receive(1);
        }));
        Event never = AnyIO.createEvent();
        TaskHandle<?> awaited = group.spawn("awaited", never::await);
        cases.put("end of a task", new Case(awaited::awaitEnd, awaited::cancel));
        boolean[] alive = {true};
        Block<Exception> child = () -> {
            try {
                AnyIO.sleep(Duration.ofMillis(100));
            } finally {
                alive[0] = false;
            }
        };
        Block<Exception> dead = () -> assertTrue(!alive[0], "the child outlives its group");
        Block<Exception> ended = () -> {
            dead.run();
            alive[0] = true;
        };
        cases.put("group", new Case(() -> {
            AnyIO.createTaskGroup().run(inner -> inner.spawn("child", child));
            ended.run();
            throw new StackOverflowError("not at all");
        }, () -> {}));
        cases.put("two groups", new Case(() -> AnyIO.createTaskGroup(Exception.class).run(outer -> {
            outer.spawn("first", child);
            AnyIO.createTaskGroup().run(inner -> inner.spawn("second", child));
            ended.run();
            throw new StackOverflowError("not at all");
        }), () -> {}));
        cases.put("start", new Case(() -> {
            group.start("starting", started -> {
                child.run();
                started.set(1);
            });
            ended.run();
            throw new StackOverflowError("not at all");
        }, () -> {}));
        CapacityLimiter workers = AnyIO.createCapacityLimiter(1);
        CountDownLatch work = new CountDownLatch(1);
        cases.put("worker", new Case(
                () -> AnyIO.runInWorkerThread(() -> work.await(), o -> o.limiter(workers).cancellable(true)),
                () -> {
                    work.countDown();
                    workers.acquire();
                    workers.release();
                }));
        cases.put("portal", new Case(() -> {
            BlockingPortal portal = AnyIO.service(Portals.class).start();
            try {
                portal.call(AnyIO::sleepForever);
            } finally {
                portal.stop(true);
            }
        }, () -> {}));
        return cases;
    }
}
