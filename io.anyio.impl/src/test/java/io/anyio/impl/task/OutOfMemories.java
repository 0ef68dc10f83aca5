package io.anyio.impl.task;

import io.anyio.api.AnyIO;
import io.anyio.api.debug.TaskTree;
import io.anyio.api.spi.ChannelWatch;
import io.anyio.api.spi.ConnectionBody;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.stream.AsyncResource;
import io.anyio.api.stream.Listener;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.stream.ServeStatistics;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.Event;
import io.anyio.api.sync.Held;
import io.anyio.api.sync.Semaphore;
import io.anyio.api.task.Block;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.task.TimedOutException;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.api.thread.PortalLease;
import io.anyio.api.thread.PortalProvider;
import io.anyio.api.thread.Portals;
import io.anyio.impl.loop.BreakingPoller;
import io.anyio.impl.owner.HolderOwners;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.impl.watch.ChannelWaits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.LogManager;

/**
 * Operations in a JVM whose heap is full except for a few bytes, more with each round, so that memory ends once at each
 * allocation. An operation that counts a child, a token or a lease and then fails must take its count back.
 */
final class OutOfMemories {
    private static final long PATIENCE_MILLIS = 20_000;
    private static final long FULL_MILLIS = 30;

    /** Of 24 bytes each. */
    private static final Object[] SPARE = new Object[100];

    private static volatile Object ballast;
    private static volatile boolean full;
    private static volatile Throwable outcome;
    private static volatile int free;

    private OutOfMemories() {}

    /** What is done without memory, as {@code squeezed} calls it, and what must hold afterwards. */
    private interface Case {
        void run(Squeeze squeeze) throws Exception;
    }

    private interface Squeeze {
        void in(Block<?> operation);
    }

    static void main(String[] arguments) throws Exception {
        // a log record needs memory, and a class whose initialization fails without it stays unusable
        LogManager.getLogManager().reset();
        int step = Integer.parseInt(arguments[1]);
        Thread relief = Thread.ofPlatform().daemon().start(OutOfMemories::relieve);
        Map<String, Case> cases = cases();
        if (arguments[0].equals("carrier")) {
            // the selector of a loop on pool needs memory itself
            cases.put("channels of others", OutOfMemories::channelsOfOthers);
        } else {
            // docs/limits.md tells what may happen on carrier
            cases.put("a loop that breaks", OutOfMemories::aLoopThatBreaks);
        }
        if (arguments.length > 2) {
            cases.keySet().retainAll(List.of(arguments[2]));
        }
        // everything is loaded and linked before
        for (Case each : cases.values()) {
            boolean _ = attempt(
                    () -> AnyIO.run(() -> each.run(operation -> attempt(operation)), o -> o.backend(arguments[0])));
        }
        for (Map.Entry<String, Case> each : cases.entrySet()) {
            int failed = 0;
            for (int left = 0; left < SPARE.length; left += step) {
                free = left;
                boolean[] out = {false};
                outcome = null;
                Thread run = Thread.ofPlatform().daemon().start(() -> {
                    try {
                        AnyIO.run(() -> each.getValue().run(operation -> out[0] |= squeezed(operation)),
                                o -> o.backend(arguments[0]));
                    } catch (Throwable e) {
                        outcome = e;
                    }
                });
                // takes no memory
                run.join(PATIENCE_MILLIS);
                if (run.isAlive()) {
                    System.out.println("hangs: " + each.getKey() + " with " + free);
                    Thread.getAllStackTraces()
                            .forEach((thread, stack) -> System.out.println(thread + " " + List.of(stack)));
                    System.out.println(AnyIO.service(TaskTree.class).loops(Duration.ofSeconds(1)));
                    System.exit(1);
                }
                if (outcome instanceof AssertionError) {
                    outcome.printStackTrace(System.out);
                    System.out.println("wrong: " + each.getKey() + " with " + free);
                    System.exit(1);
                }
                failed += out[0] ? 1 : 0;
            }
            System.out.println(each.getKey() + ": without memory " + failed + " times");
        }
        relief.interrupt();
        System.out.println("ended");
        System.exit(0);
    }

    /** Gives memory back a moment after it was taken. */
    private static void relieve() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Thread.sleep(FULL_MILLIS);
                if (full) {
                    Thread.sleep(FULL_MILLIS);
                    full = false;
                    ballast = null;
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static boolean attempt(Block<?> operation) {
        try {
            operation.run();
            return false;
        } catch (Throwable e) {
            return e instanceof OutOfMemoryError;
        }
    }

    /** Runs an operation with memory for so many small objects; true if it failed for lack of memory. */
    private static boolean squeezed(Block<?> operation) {
        exhaust();
        boolean failed = attempt(operation);
        ballast = null;
        return failed;
    }

    /** Takes all memory but for so many small objects; it is back a moment later. */
    private static void exhaust() {
        for (int i = 0; i < SPARE.length; i++) {
            SPARE[i] = new Object[2];
        }
        fill();
        full = true;
        for (int i = 0; i < free; i++) {
            SPARE[i] = null;
        }
    }

    private static void fill() {
        Object[] chain = null;
        for (int size : new int[]{1 << 17, 1 << 13, 1 << 9, 1 << 5, 1 << 2, 1}) {
            try {
                while (true) {
                    Object[] next = new Object[size];
                    next[0] = chain;
                    chain = next;
                    ballast = chain;
                }
            } catch (OutOfMemoryError e) {
                // and now smaller ones
            }
        }
    }

    /** Waits of many lengths, of which some end while there is no memory. */
    private static void throughTheSqueeze(Squeeze squeeze, BlockWith<Duration, Exception> wait) throws Exception {
        AnyIO.createTaskGroup(Exception.class).run(group -> {
            List<TaskHandle<?>> waits = new ArrayList<>();
            for (int millis = 10; millis <= 60; millis += 5) {
                Duration time = Duration.ofMillis(millis);
                waits.add(group.spawn("waits", () -> wait.run(time)));
            }
            // on pool a wait that begins without memory keeps one of the JDK's few threads
            AnyIO.waitAllTasksBlocked();
            AnyIO.runInWorkerThread(() -> squeeze.in(() -> {
                while (full) {
                    Thread.onSpinWait();
                }
            }));
            for (TaskHandle<?> each : waits) {
                soon(each::awaitEnd);
            }
        });
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }

    private static void soon(Block<Exception> check) throws Exception {
        try {
            AnyIO.failAfter(Duration.ofSeconds(10), check);
        } catch (TimedOutException e) {
            throw new AssertionError("nothing happens", e);
        }
    }

    private static Map<String, Case> cases() {
        Map<String, Case> cases = new LinkedHashMap<>();
        cases.put("spawn", squeeze -> AnyIO.createTaskGroup(Exception.class)
                .run(group -> squeeze.in(() -> group.spawn("child", () -> {}))));
        cases.put("spawn from outside", squeeze -> AnyIO.createTaskGroup(Exception.class)
                .run(group -> AnyIO.runInWorkerThread(() -> squeeze.in(() -> group.spawn("child", () -> {})))));
        cases.put("start", squeeze -> AnyIO.createTaskGroup(Exception.class)
                .run(group -> squeeze.in(() -> group.start("child", started -> started.set(1)))));
        cases.put("a child that fails", squeeze -> AnyIO.createTaskGroup(Exception.class).run(group -> {
            group.spawn("sibling", AnyIO::sleepForever);
            group.spawn("child", () -> {
                RuntimeException failure = new IllegalStateException();
                exhaust();
                throw failure;
            });
        }));
        cases.put("the end of a child", squeeze -> AnyIO.createTaskGroup(Exception.class).run(group -> {
            Event event = AnyIO.createEvent();
            group.spawn("child", event::await);
            AnyIO.checkpoint();
            squeeze.in(() -> {
                event.set();
                AnyIO.checkpoint();
            });
            event.set();
        }));
        cases.put("group", squeeze -> {
            squeeze.in(() -> AnyIO.createTaskGroup().run(group -> group.spawn("child", AnyIO::checkpoint)));
            AnyIO.checkpoint();
        });
        cases.put("timeout", squeeze -> {
            squeeze.in(() -> AnyIO.moveOnAfter(Duration.ofSeconds(5), AnyIO::checkpoint));
            require(AnyIO.currentEffectiveDeadline().equals(Deadline.NEVER), "its deadline was left");
        });
        cases.put("worker", squeeze -> {
            CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
            squeeze.in(() -> AnyIO.runInWorkerThread(() -> {}, o -> o.limiter(limiter)));
            soon(limiter::acquire);
            limiter.release();
        });
        cases.put("call from a worker",
                squeeze -> AnyIO.runInWorkerThread(() -> squeeze.in(() -> AnyIO.runFromThread(() -> {}))));
        cases.put("portal", squeeze -> AnyIO.createBlockingPortal()
                .run(portal -> AnyIO.runInWorkerThread(() -> squeeze.in(() -> portal.call(() -> 1)))));
        cases.put("portal spawn", squeeze -> AnyIO.createBlockingPortal()
                .run(portal -> AnyIO.runInWorkerThread(() -> squeeze.in(() -> portal.spawn(() -> 1)))));
        cases.put("portal provider", squeeze -> {
            PortalProvider provider = AnyIO.service(Portals.class).provider();
            BlockingPortal[] portal = new BlockingPortal[1];
            squeeze.in(() -> {
                try (PortalLease lease = provider.open()) {
                    portal[0] = lease.portal();
                }
            });
            try (PortalLease lease = provider.open()) {
                require(lease.portal() != portal[0], "the portal that nobody leases was not stopped");
                lease.portal().call(() -> {});
            }
        });
        cases.put("limiter", squeeze -> {
            CapacityLimiter limiter = AnyIO.createCapacityLimiter(CapacityLimiter.UNLIMITED);
            // where tables grow
            for (int i = 0; i < 48; i++) {
                limiter.acquireOnBehalfOfNowait(i);
            }
            for (int i = 48; i < 50; i++) {
                int borrower = i;
                int before = limiter.borrowedTokens();
                squeeze.in(() -> limiter.acquireOnBehalfOfNowait(borrower));
                if (limiter.borrowedTokens() == before) {
                    limiter.acquireOnBehalfOfNowait(borrower);
                }
            }
            for (int i = 0; i < 50; i++) {
                limiter.releaseOnBehalfOf(i);
            }
            require(limiter.borrowedTokens() == 0 && limiter.statistics().borrowers().isEmpty(), "a token is nobody's");
        });
        cases.put("cancel with a grace", squeeze -> {
            CancelScope scope = AnyIO.openCancelScope();
            scope.run(() -> {
                AnyIO.runInWorkerThread(() -> squeeze.in(() -> scope.cancel(Duration.ofMillis(1))));
                if (scope.finishRequested()) {
                    soon(AnyIO::sleepForever);
                }
            });
        });
        cases.put("end of a sleep", squeeze -> throughTheSqueeze(squeeze, AnyIO::sleep));
        cases.put("end of a timeout",
                squeeze -> throughTheSqueeze(squeeze, time -> AnyIO.moveOnAfter(time, AnyIO::sleepForever)));
        cases.put("hold", squeeze -> {
            Semaphore semaphore = AnyIO.createSemaphore(1);
            squeeze.in(() -> {
                try (Held _ = semaphore.hold()) {
                    // nothing
                }
            });
            require(semaphore.value() == 1, "the slot is nobody's");
        });
        cases.put("release", squeeze -> AnyIO.createTaskGroup(Exception.class).run(group -> {
            Semaphore semaphore = AnyIO.createSemaphore(0);
            for (int i = 0; i < 3; i++) {
                group.spawn("waits", semaphore::acquire);
            }
            AnyIO.waitAllTasksBlocked();
            for (int i = 0; i < 3; i++) {
                int waiting = semaphore.statistics().tasksWaiting();
                squeeze.in(semaphore::release);
                if (semaphore.statistics().tasksWaiting() == waiting) {
                    semaphore.release();
                }
            }
        }));
        cases.put("memory stream", squeeze -> AnyIO.createTaskGroup(Exception.class).run(group -> {
            MemoryObjectStream<Integer> items = AnyIO.createMemoryObjectStream(64);
            for (int i = 0; i < 64; i++) {
                items.sender().sendNowait(i);
            }
            group.spawn("sends", () -> items.sender().send(64));
            AnyIO.waitAllTasksBlocked();
            int[] next = {0};
            squeeze.in(() -> next[0] = items.receiver().receiveNowait() + 1);
            for (int i = next[0]; i <= 64; i++) {
                int item = i;
                soon(() -> require(items.receiver().receive() == item, "item " + item + " was lost"));
            }
        }));
        cases.put("call of an owner", squeeze -> {
            HolderOwners owners = new HolderOwners(new LoopRuntime(), Duration.ofSeconds(1));
            Owner owner = owners.open("service", new Holder(1, "holder", null, () -> false));
            owner.call(() -> 1);
            AnyIO.runInWorkerThread(() -> squeeze.in(() -> owner.call(() -> 1)));
            AnyIO.runInWorkerThread(owners::close);
        });
        cases.put("spanning group", squeeze -> {
            squeeze.in(() -> AnyIO.createTaskGroup(Exception.class, o -> o.loops(2)).run(group -> {
                for (int i = 0; i < 3; i++) {
                    group.spawn("child", AnyIO::checkpoint);
                }
                AnyIO.checkpoint();
                group.cancel();
            }));
            AnyIO.checkpoint();
        });
        cases.put("connections on two loops", squeeze -> {
            ServeStatistics statistics = new ServeStatistics();
            AtomicInteger open = new AtomicInteger();
            try {
                new Accepting(squeeze, open).serve(_ -> {}, o -> o.loops(2).statistics(statistics));
            } catch (OutOfMemoryError e) {
                // that of a task that could not be started
            }
            require(statistics.active() == 0, "a connection counts that was never served");
            require(open.get() == 0, "a connection is nobody's");
        });
        cases.put("end of owners", squeeze -> {
            HolderOwners owners = new HolderOwners(new LoopRuntime(), Duration.ofMillis(1));
            for (int id = 1; id < 4; id++) {
                owners.open("service", new Holder(id, "holder", null, () -> false));
            }
            squeeze.in(owners::close);
            // waits for the stops that have begun
            owners.close();
        });
        return cases;
    }

    /** Accepts connections, each of which is open until its task has run, or is told that it never will. */
    private record Accepting(Squeeze squeeze, AtomicInteger open) implements Listener<AsyncResource> {
        @Override
        public void serve(BlockWith<? super AsyncResource, ?> handler, TaskGroup<?> group) {
            squeeze.in(() -> {
                for (int i = 0; i < 4; i++) {
                    accept(group);
                }
                while (full) {
                    Thread.onSpinWait();
                }
            });
        }

        private void accept(TaskGroup<?> group) {
            Served served = new Served(open);
            boolean spawned = false;
            try {
                open.incrementAndGet();
                group.spawn("connection", served);
                spawned = true;
            } finally {
                if (!spawned) {
                    open.decrementAndGet();
                }
            }
        }

        @Override
        public void close() {}
    }

    private static final class Served extends ConnectionBody<Integer> {
        private final AtomicInteger open;

        Served(AtomicInteger open) {
            this.open = open;
        }

        @Override
        protected Integer serve() {
            return open.decrementAndGet();
        }

        @Override
        public void skipped(Throwable why) {
            open.decrementAndGet();
        }
    }

    private static void aLoopThatBreaks(Squeeze squeeze) {
        AnyIO.runInWorkerThread(() -> {
            boolean[] told = {false};
            try {
                AnyIO.run(() -> breakLoop(squeeze, told), o -> o.backend("pool"));
            } catch (LoopClosedException e) {
                require(told[0], "its task was not told");
                return;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            require(false, "the run has not failed");
        });
    }

    private static void breakLoop(Squeeze squeeze, boolean[] told) throws Exception {
        BreakingPoller poller = BreakingPoller.of(Task.current("test").loop);
        AnyIO.createTaskGroup(Exception.class).run(group -> {
            group.spawn("sleeps", () -> {
                try {
                    AnyIO.sleepForever();
                } finally {
                    told[0] = true;
                }
            });
            AnyIO.waitAllTasksBlocked();
            AnyIO.runInWorkerThread(() -> squeeze.in(() -> {
                poller.breakLoop();
                while (full) {
                    Thread.onSpinWait();
                }
            }));
            AnyIO.sleepForever();
        });
    }

    private static void channelsOfOthers(Squeeze squeeze) throws Exception {
        HolderOwners owners = new HolderOwners(new LoopRuntime(), Duration.ofMillis(1));
        ChannelWatch watch = new ChannelWaits().of(owners.open("service", new Holder(1, "holder", null, () -> false)));
        List<Pipe> pipes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            pipes.add(Pipe.open());
            pipes.get(i).source().configureBlocking(false);
        }
        ByteBuffer one = ByteBuffer.allocateDirect(1);
        AnyIO.createTaskGroup(Exception.class).run(group -> {
            for (Pipe each : pipes.subList(1, 20)) {
                group.spawn("waits", () -> soon(() -> {
                    try {
                        watch.awaitReadable(each.source());
                    } catch (IOException | RuntimeException e) {
                        throw new AssertionError("the wait failed", e);
                    }
                }));
            }
            AnyIO.waitAllTasksBlocked();
            pipes.getFirst().sink().write(one.clear());
            squeeze.in(() -> watch.awaitReadable(pipes.getFirst().source()));
            AnyIO.runInWorkerThread(() -> {
                squeeze.in(() -> {
                    for (int i = 1; i < 10; i++) {
                        pipes.get(i).sink().write(one.clear());
                    }
                    while (full) {
                        Thread.onSpinWait();
                    }
                });
                for (Pipe each : pipes) {
                    each.sink().write(one.clear());
                }
            });
            soon(() -> watch.awaitReadable(pipes.getFirst().source()));
        });
        for (Pipe each : pipes) {
            require(!each.source().isRegistered(), "a channel is still registered");
            each.sink().close();
            each.source().close();
        }
        owners.close();
    }
}
