package io.anyio.impl.spin;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.Event;
import io.anyio.api.sync.Lock;
import io.anyio.api.sync.Semaphore;
import io.anyio.api.sync.WouldBlockException;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Endless recursions, as by a bug in user code, that use one of our operations at each depth. The operation may fail at
 * the deepest level, and then had no effect.
 */
final class Overflows {
    /** Much longer than any operation takes, unless it hangs. */
    static final Duration PATIENCE = Duration.ofSeconds(60);
    /** So many frames before the end, and then each of them. */
    private static final int NEAR = 400;
    /**
     * The operation is run in no more frames than that. A virtual thread that waits in each of them may never come to
     * the end of its stack: each wait moves its frames to the heap, from where only the last few return.
     */
    private static final int AT_MOST = 4 * NEAR;

    /**
     * Bound in one of so many frames: an operation looks for the current task, and for that the JDK walks the stack to
     * the last frame with a value.
     */
    private static final ScopedValue<Integer> DEPTH = ScopedValue.newInstance();

    private static final int BOUND = 1024;

    private static boolean tried;
    private static int deepest;
    /** How often the stack has ended in an operation. */
    private static int failed;
    /** How often it is still tried. */
    private static int left;

    private Overflows() {}

    /** What is done at each depth, also after it has failed in one, and what must be possible afterwards. */
    private record Case(Block<Exception> operation, Block<Exception> check) {}

    static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[1]);
        AnyIO.run(() -> {
            theFirstCancelOfThisJvm();
            for (int round = 0; round < rounds; round++) {
                int odd = round % 7;
                boolean last = round == rounds - 1;
                AnyIO.createTaskGroup(Exception.class).run(group -> {
                    for (Map.Entry<String, Case> each : cases(group).entrySet()) {
                        System.out.println(each.getKey());
                        overflow(each.getValue().operation, odd);
                        AnyIO.failAfter(PATIENCE, each.getValue().check);
                    }
                    if (last) {
                        AnyIO.failAfter(PATIENCE, () -> fromTheEnd(group));
                        WaitsFromTheEnd.run();
                    }
                    AnyIO.failAfter(PATIENCE, AnyIO::waitAllTasksBlocked);
                    group.cancel();
                });
            }
        }, o -> o.backend(arguments[0]));
        System.out.println("ended");
        System.exit(0);
    }

    private static void overflow(Block<Exception> operation, int odd) throws Exception {
        failed = 0;
        overflow(operation, odd, Integer.MAX_VALUE);
        overflow(operation, odd, deepest - NEAR);
        if (failed == 0) {
            // code that was compiled meanwhile has smaller frames, so the end was farther than had been measured
            fromTheEnd(operation, NEAR);
        }
    }

    private static void overflow(Block<Exception> operation, int odd, int from) throws Exception {
        try {
            recurse(operation, odd, from, 0);
        } catch (StackOverflowError e) {
            // caught, as the user does
        }
    }

    private static void theFirstCancelOfThisJvm() throws Exception {
        CancelScope deep = AnyIO.openCancelScope();
        try {
            cancelAtTheEndOfTheStack(deep);
        } catch (StackOverflowError e) {
            // there was too little left even for that
        }
        CancelScope scope = AnyIO.openCancelScope();
        scope.run(() -> {
            scope.cancel("a second one");
            AnyIO.sleepForever();
        });
        require(scope.cancelledCaught(), "the second cancel of this JVM has had no effect");
        AnyIO.moveOnAfter(Duration.ofMillis(1), AnyIO::sleepForever);
    }

    @SuppressWarnings("InfiniteRecursion") // until the stack is used up
    private static void cancelAtTheEndOfTheStack(CancelScope scope) {
        try {
            cancelAtTheEndOfTheStack(scope);
        } catch (StackOverflowError e) {
            if (!tried) {
                tried = true;
                scope.cancel("deep down");
            }
            throw e;
        }
    }

    /**
     * Recurses to the end of the stack; only near to it is the operation run, for it takes its time where the stack is
     * large.
     */
    private static void recurse(Block<Exception> operation, int odd, int from, int at) throws Exception {
        deepest = at;
        if (at > from && at - from < AT_MOST) {
            run(operation);
        }
        if (odd > 0) {
            // another size of frames, so that the stack ends elsewhere
            recurse(operation, odd - 1, from, at + 1, at);
        } else if (at % BOUND == 0) {
            ScopedValue.where(DEPTH, at).call(() -> {
                recurse(operation, 0, from, at + 1);
                return null;
            });
        } else {
            recurse(operation, 0, from, at + 1);
        }
    }

    private static void run(Block<Exception> operation) throws Exception {
        try {
            operation.run();
        } catch (StackOverflowError e) {
            failed++;
            throw e;
        }
    }

    private static void recurse(Block<Exception> operation, int odd, int from, int at, long more) throws Exception {
        recurse(operation, odd, from, at);
        deepest = (int) more;
    }

    /** What is done once: it is tried where the stack ends, and again with a little more, until it is done. */
    private static void fromTheEnd(TaskGroup<Exception> group) throws Exception {
        System.out.println("from the end");
        require(group.<Integer, Exception>start("starting", started -> fromTheEnd(() -> started.set(1))) == 1,
                "the child was started with another value");
        CancelScope cancelled = AnyIO.openCancelScope();
        CancelScope shield = AnyIO.openCancelScope();
        boolean[] shielded = new boolean[1];
        cancelled.run(() -> shield.run(() -> {
            cancelled.cancel();
            fromTheEnd(() -> shield.shield(true));
            AnyIO.checkpoint();
            shielded[0] = true;
            fromTheEnd(() -> shield.shield(false));
            AnyIO.checkpoint();
            throw new AssertionError("the shield is down, and nobody is cancelled");
        }));
        require(shielded[0], "the shield was not raised");
        CancelScope late = AnyIO.openCancelScope();
        late.run(() -> {
            fromTheEnd(() -> late.deadline(Deadline.PAST));
            AnyIO.sleepForever();
        });
        CancelScope asked = AnyIO.openCancelScope();
        asked.run(() -> {
            fromTheEnd(() -> asked.cancel(Duration.ofMillis(1)));
            AnyIO.sleepForever();
        });
        CancelScope region = AnyIO.openCancelScope();
        region.run(() -> {
            fromTheEnd(() -> AnyIO.interruptibly(() -> 1));
            AnyIO.interruptibly(() -> {
                region.cancel();
                // is interrupted at once; PATIENCE only ends a test that fails
                Thread.sleep(PATIENCE);
                return 1;
            });
            throw new AssertionError("the region is left, and nobody is interrupted");
        });
    }

    private static void fromTheEnd(Block<Exception> operation) throws Exception {
        require(fromTheEnd(operation, Integer.MAX_VALUE), "it was not done");
    }

    /** Tries it in the last frames of a full stack, and tells whether it was done. */
    static boolean fromTheEnd(Block<Exception> operation, int tries) throws Exception {
        failed = 0;
        left = tries;
        boolean done = fromTheEndAt(operation, 0);
        require(failed > 0, "the stack has never ended in it");
        return done;
    }

    @SuppressWarnings("InfiniteRecursion") // until the stack is used up
    private static boolean fromTheEndAt(Block<Exception> operation, int at) throws Exception {
        boolean done = false;
        try {
            done = at % BOUND == 0
                    ? ScopedValue.where(DEPTH, at).call(() -> fromTheEndAt(operation, at + 1))
                    : fromTheEndAt(operation, at + 1);
        } catch (StackOverflowError e) {
            // this is the end
        }
        if (!done && left-- > 0) {
            try {
                run(operation);
                done = true;
            } catch (StackOverflowError e) {
                // it had no effect
            }
        }
        return done;
    }

    static void require(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }

    private static Map<String, Case> cases(TaskGroup<Exception> group) {
        Map<String, Case> cases = new LinkedHashMap<>();
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
        cases.put("limiter", new Case(() -> {
            if (limiter.borrowedTokens() == 0) {
                limiter.acquireOnBehalfOfNowait("x");
            }
            limiter.releaseOnBehalfOf("x");
        }, () -> {
            if (limiter.borrowedTokens() == 1) {
                limiter.releaseOnBehalfOf("x");
            }
            require(limiter.statistics().borrowers().isEmpty(), "the token is nobody's");
        }));
        Semaphore semaphore = AnyIO.createSemaphore(0);
        group.spawn("semaphore", () -> {
            while (true) {
                semaphore.acquire();
            }
        });
        cases.put("semaphore", new Case(() -> {
            if (semaphore.statistics().tasksWaiting() == 0) {
                AnyIO.checkpoint();
            }
            semaphore.release();
        }, () -> {
            semaphore.release();
            AnyIO.waitAllTasksBlocked();
            require(semaphore.value() == 0 && semaphore.statistics().tasksWaiting() == 1,
                    "a task was not resumed: " + semaphore);
        }));
        Lock lock = AnyIO.createLock();
        cases.put("lock", new Case(() -> {
            if (!lock.locked()) {
                lock.acquire();
            }
            lock.release();
        }, () -> {
            if (lock.locked()) {
                lock.release();
            }
            lock.acquire();
            lock.release();
        }));
        MemoryObjectStream<Integer> items = AnyIO.createMemoryObjectStream(1);
        cases.put("memory stream", new Case(() -> {
            if (items.sender().statistics().currentBufferUsed() == 0) {
                items.sender().sendNowait(1);
            }
            items.receiver().receiveNowait();
        }, () -> {
            try {
                items.receiver().receiveNowait();
            } catch (WouldBlockException e) {
                // it had no effect
            }
            items.sender().sendNowait(1);
        }));
        Event[] events = {AnyIO.createEvent()};
        TaskHandle<?>[] waits = {group.spawn("event", events[0]::await)};
        cases.put("event", new Case(() -> {
            if (waits[0].status() == TaskHandle.Status.FINISHED) {
                events[0] = AnyIO.createEvent();
                Event fresh = events[0];
                waits[0] = group.spawn("event", fresh::await);
            }
            events[0].set();
        }, () -> {
            events[0].set();
            waits[0].awaitEnd();
        }));
        cases.put("scope", new Case(() -> AnyIO.openCancelScope().run(() -> {}), AnyIO::checkpoint));
        cases.put("deadline", new Case(() -> AnyIO.moveOnAfter(Duration.ofSeconds(5), () -> {}), AnyIO::checkpoint));
        cases.put("cancelled scope", new Case(() -> {
            CancelScope scope = AnyIO.openCancelScope();
            scope.run(() -> {
                scope.cancel();
                AnyIO.checkpoint();
            });
        }, () -> require(!AnyIO.hasPendingCancellation(), "the cancellation has leaked")));
        cases.put("sleep", new Case(() -> AnyIO.sleep(Duration.ofNanos(1)), () -> AnyIO.sleep(Duration.ofMillis(1))));
        cases.put("spawn", new Case(() -> group.spawn("child", () -> {}), AnyIO::waitAllTasksBlocked));
        cases.put("group",
                new Case(() -> AnyIO.createTaskGroup().run(inner -> inner.spawn("child", () -> {})),
                        AnyIO::waitAllTasksBlocked));
        return cases;
    }
}
