package io.anyio.impl.spin;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.Event;
import io.anyio.api.sync.Lock;
import io.anyio.api.sync.Semaphore;
import io.anyio.api.task.Block;
import io.anyio.api.task.TaskHandle;
import java.util.function.IntSupplier;

/**
 * Waits that begin near the end of the stack, and are tried again with a little more stack. A wait that fails leaves no
 * waiter.
 */
final class WaitsFromTheEnd {
    /** Enough for the last 12 kB, whatever the size of the frames. */
    private static final int TRIES = 300;

    private static final IntSupplier UNKNOWN = () -> 1;

    private WaitsFromTheEnd() {}

    static void run() throws Exception {
        Lock lock = AnyIO.createLock();
        wait("lock", lock::acquire, lock::acquire, () -> lock.statistics().tasksWaiting(), lock::release);
        lock.release();
        Semaphore semaphore = AnyIO.createSemaphore(0);
        wait("semaphore", semaphore::acquire, () -> {}, () -> semaphore.statistics().tasksWaiting(),
                semaphore::release);
        Event event = AnyIO.createEvent();
        wait("event", event::await, () -> {}, () -> event.statistics().tasksWaiting(), event::set);
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
        wait("limiter", limiter::acquire, limiter::acquire, () -> limiter.statistics().tasksWaiting(),
                limiter::release);
        MemoryObjectStream<Integer> items = AnyIO.createMemoryObjectStream(0);
        wait("receiver", () -> items.receiver().receive(), () -> {},
                () -> items.receiver().statistics().tasksWaitingReceive(), () -> items.sender().sendNowait(1));
        wait("sender", () -> items.sender().send(1), () -> {},
                () -> items.sender().statistics().tasksWaitingSend(), () -> items.receiver().receiveNowait());
        MemoryByteStreams bytes = AnyIO.createMemoryByteStreams(1);
        wait("bytes", () -> bytes.first().receive(), () -> {}, UNKNOWN, () -> bytes.second().send(new byte[1]));
        AnyIO.createTaskGroup(Exception.class).run(group -> {
            Event end = AnyIO.createEvent();
            TaskHandle<?> task = group.spawn("task", end::await);
            wait("end of a task", task::awaitEnd, () -> {}, UNKNOWN, end::set);
        });
        wait("worker thread", () -> AnyIO.runInWorkerThread(() -> {}), () -> {}, UNKNOWN, () -> {});
        wait("all tasks blocked", AnyIO::waitAllTasksBlocked, () -> {}, UNKNOWN, () -> {});
        startInAPortal();
    }

    /** With nothing before it in this JVM, so that the JDK's futures are used for the first time. */
    static void main(String[] arguments) throws Exception {
        AnyIO.run(WaitsFromTheEnd::startInAPortal, o -> o.backend(arguments[0]));
        System.out.println("ended");
        System.exit(0);
    }

    private static void startInAPortal() throws Exception {
        System.out.println("start in a portal");
        AnyIO.failAfter(Overflows.PATIENCE,
                () -> AnyIO.createBlockingPortal().run(portal -> AnyIO.runInWorkerThread(() -> {
                    portal.<Integer, Exception>start("starting",
                            started -> Overflows.fromTheEnd(() -> started.set(1), Integer.MAX_VALUE));
                }, o -> o.cancellable(true))));
    }

    /** Waits, from the end of the stack, for what another task does once it sees the wait, and none beside it. */
    private static void wait(String what, Block<Exception> wait, Block<Exception> before, IntSupplier waiting,
            Block<Exception> end) throws Exception {
        System.out.println(what);
        AnyIO.failAfter(Overflows.PATIENCE, () -> AnyIO.createTaskGroup(Exception.class).run(group -> {
            group.<Integer, Exception>start("ender", started -> {
                before.run();
                started.set(1);
                do {
                    // on pool, a task whose wait fails passes the baton on before it withdraws the wait
                    AnyIO.waitAllTasksBlocked();
                } while (waiting.getAsInt() == 0);
                Overflows.require(waiting.getAsInt() == 1, waiting.getAsInt() + " wait for: " + what);
                end.run();
            });
            if (!Overflows.fromTheEnd(wait, TRIES)) {
                wait.run();
            }
        }));
    }
}
