package io.anyio.testing;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.error.Sneaky;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.LoopOptions;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskInfo;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One run of a loop, whose first task does what the test engine's thread hands over, piece by piece, while that thread
 * waits.
 *
 * <p>Between the pieces the task naps in a scope which the engine's thread cancels to wake it, and a virtual clock is
 * held.
 */
final class TestRun {
    private static final long STOP_SECONDS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration LOOK = Duration.ofMillis(1);

    /** A piece of the test. */
    interface Piece {
        /** Runs it, in the task. */
        void run() throws Throwable;
    }

    private final String name;
    private final String backend;
    private final @Nullable VirtualClock clock;
    private final int timeout;
    private final List<AroundEach> arounds;
    private final Queue<Handover> pieces = new ConcurrentLinkedQueue<>();
    private final CountDownLatch opened = new CountDownLatch(1);
    private final Thread runner;
    private final Books books = new Books();
    private volatile @Nullable CancelScope nap;
    private volatile @Nullable TaskGroup<Exception> group;
    private volatile @Nullable Thread taskThread;
    private volatile @Nullable Throwable failure;
    private @Nullable CancelledError cancelled;
    private @Nullable Throwable deferred;
    private VirtualClock.@Nullable Hold hold;
    private volatile boolean closing;
    private volatile boolean onlyCancelled;
    private boolean broken;

    TestRun(String name, String backend, @Nullable VirtualClock clock, int timeout, List<AroundEach> arounds) {
        this.name = name;
        this.backend = backend;
        this.clock = clock;
        this.timeout = timeout;
        this.arounds = arounds;
        runner = Thread.ofPlatform().daemon().name("anyio-test-" + name + "-" + backend).unstarted(this::run);
        runner.setContextClassLoader(Thread.currentThread().getContextClassLoader());
    }

    // ---- the engine's thread

    void open() throws Exception {
        runner.start();
        await(opened);
        if (group == null) {
            broken = true;
            throwFailure();
        }
    }

    /** Has the task do something and waits for it. */
    void perform(Piece piece) throws Exception {
        Handover handover = new Handover(piece);
        pieces.add(handover);
        wake();
        await(handover.done);
        Throwable thrown = handover.thrown;
        if (thrown instanceof CancelledError && group().cancelScope().cancelCalled()) {
            // probably a task of the group has failed: its error comes at the end and tells more
            deferred = thrown;
        } else if (thrown != null) {
            throw Sneaky.<Exception>asThrown(thrown);
        }
    }

    private void wake() {
        CancelScope sleeping = nap;
        if (sleeping != null) {
            sleeping.cancel("there is something to do");
        }
    }

    void close() throws Exception {
        if (broken) {
            return;
        }
        AssertionError leak = null;
        try {
            awaitCancelled();
            perform(this::findLeaks);
        } catch (AssertionError e) {
            leak = e;
        }
        if (leak != null) {
            runner.interrupt();
        }
        runner.join(TimeUnit.SECONDS.toMillis(leak == null ? timeout : STOP_SECONDS));
        if (leak != null) {
            throw leak;
        }
        if (!runner.isAlive() && failure == null) {
            books.closeProcess(name);
        }
        if (runner.isAlive()) {
            throw new AssertionError("The event loop did not end within " + timeout + " s after the test"
                    + LoopDump.of(group, taskThread));
        }
        throwFailure();
    }

    /**
     * Gives cancelled tasks time to end, if no other ones are left. This thread waits, and not a task: the end may need
     * other loops and threads, and a virtual clock would not know for how long.
     */
    private void awaitCancelled() throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        perform(this::lookForCancelled);
        while (onlyCancelled && System.nanoTime() < end) {
            Thread.sleep(LOOK);
            perform(this::lookForCancelled);
        }
    }

    private void throwFailure() throws Exception {
        Throwable thrown = failure == null ? deferred : failure;
        if (thrown != null) {
            throw Sneaky.<Exception>asThrown(thrown);
        }
    }

    private void await(CountDownLatch latch) throws InterruptedException {
        boolean inTime;
        try {
            inTime = latch.await(timeout, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            stop();
            throw e;
        }
        if (!inTime) {
            AssertionError late = new AssertionError("The test " + name + " did not end within " + timeout
                    + " s on the backend " + backend + LoopDump.of(group, taskThread));
            stop();
            throw late;
        }
    }

    private void stop() throws InterruptedException {
        broken = true;
        closing = true;
        runner.interrupt();
        wake();
        runner.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
    }

    TaskGroup<Exception> group() {
        TaskGroup<Exception> open = group;
        if (open == null) {
            throw new IllegalStateException("The test has no task group: its event loop did not start");
        }
        return open;
    }

    // ---- the thread that waits for the run

    private void run() {
        try {
            AnyIO.run(() -> around(0), this::options);
        } catch (CancelledError e) {
            // by stop, or told by the piece that was cancelled
        } catch (Throwable e) {
            failure = e;
        } finally {
            opened.countDown();
            pieces.forEach(piece -> piece.done.countDown());
        }
    }

    private LoopOptions options(LoopOptions defaults) {
        LoopOptions chosen = defaults.backend(backend).name("anyio-" + name);
        return clock == null ? chosen : chosen.clock(clock);
    }

    // ---- the task

    private void around(int index) throws Exception {
        if (index < arounds.size()) {
            arounds.get(index).aroundEach(() -> around(index + 1));
            return;
        }
        taskThread = Thread.currentThread();
        AnyIO.createTaskGroup(Exception.class).run(this::serve);
        if (cancelled != null) {
            throw cancelled;
        }
    }

    private void serve(TaskGroup<Exception> tasks) {
        holdClock();
        books.openLoop();
        group = tasks;
        opened.countDown();
        while (!closing) {
            CancelScope next = AnyIO.openCancelScope(options -> options.shield(true));
            nap = next;
            Handover piece = pieces.poll();
            if (piece == null) {
                next.run(AnyIO::sleepForever);
            } else {
                perform(piece);
            }
        }
        releaseClock();
        tasks.cancel();
    }

    private void perform(Handover piece) {
        releaseClock();
        try {
            piece.piece.run();
        } catch (CancelledError e) {
            cancelled = e;
            piece.thrown = e;
        } catch (Throwable e) {
            piece.thrown = e;
        } finally {
            holdClock();
            pieces.remove(piece);
            piece.done.countDown();
        }
    }

    private void lookForCancelled() {
        List<TaskInfo> left = others();
        onlyCancelled = !left.isEmpty() && TaskContext.current("TestRun").endingTasks().containsAll(left);
    }

    /** The other tasks, when all of them wait. */
    private static List<TaskInfo> others() {
        AnyIO.openCancelScope(options -> options.shield(true)).run(AnyIO::waitAllTasksBlocked);
        return AnyIO.getRunningTasks().stream().filter(task -> !task.equals(AnyIO.getCurrentTask())).toList();
    }

    /** The last piece: whatever runs now beside the test's own task outlives the test. */
    private void findLeaks() {
        closing = true;
        List<TaskInfo> leaked = others();
        if (!leaked.isEmpty()) {
            throw new AssertionError("Tasks are still running after the test " + name + ": "
                    + leaked.stream().map(TaskInfo::name).toList() + "; cancel or await them" + LoopDump.of(leaked));
        }
        books.closeLoop(name);
    }

    private void holdClock() {
        hold = clock == null ? null : clock.hold();
    }

    private void releaseClock() {
        if (hold != null) {
            hold.close();
        }
    }

    /** A piece on its way through the task. */
    private static final class Handover {
        final Piece piece;
        final CountDownLatch done = new CountDownLatch(1);
        volatile @Nullable Throwable thrown;

        Handover(Piece piece) {
            this.piece = piece;
        }
    }
}
