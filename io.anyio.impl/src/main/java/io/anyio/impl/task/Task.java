package io.anyio.impl.task;

import io.anyio.api.spi.Locals;
import io.anyio.api.spi.Skippable;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.ThreadContext;
import io.anyio.api.spi.error.Errors;
import io.anyio.api.task.Body;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.ScopeOptions;
import io.anyio.api.task.TaskCancelledException;
import io.anyio.api.task.TaskFailedException;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.jfr.Recorder;
import io.anyio.impl.loop.Job;
import io.anyio.impl.loop.Loop;
import io.anyio.impl.park.Parkable;
import io.anyio.impl.park.WaitQueue;
import io.anyio.impl.park.Waiter;
import io.anyio.impl.scope.Cancellable;
import io.anyio.impl.scope.Scope;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A task: the virtual thread that runs one body on its loop, the end of that body, and the handle for its spawner.
 *
 * <p>However the body ends, even without memory or stack, the task does three things in this order: it abandons what it
 * still holds, wakes the tasks that wait for its end, and tells its host ({@code TaskHandleTest},
 * {@code StackReserveTest}).
 *
 * @param <T> the type of its value
 */
public abstract class Task<T extends @Nullable Object> extends Cancellable<Scope> implements TaskHandle<T> {
    /**
     * How many operations until the task reads the clock, and how many reads or how much time until it lets others run.
     */
    private static final int OPERATIONS_PER_LOOK = 16;

    private static final int LOOKS_PER_TURN = 4;
    private static final long NANOS_PER_TURN = 100_000;
    // no VarHandle: see SpinBit
    @SuppressWarnings("rawtypes")
    private static final AtomicReferenceFieldUpdater<Task, WaitQueue> JOINERS = AtomicReferenceFieldUpdater
            .newUpdater(Task.class, WaitQueue.class, "joiners");

    /** The parent of spawned tasks: a task group, or the supervisor of the tasks of a service. */
    public interface Host {
        /** The scope in which the children live. */
        Scope scope();

        /** The id of the task that hosts the children, if one does. */
        OptionalLong hostId();

        /**
         * A child has ended; in the loop, on the child's thread.
         *
         * @param child the child, whose outcome is set
         * @param error what leaves it, or null if it ended well
         */
        void childEnded(Task<?> child, @Nullable Throwable error);

        /**
         * A counted child could not be passed to the loop; its spawner gets the exception. On the spawner's thread.
         *
         * @param child the child, which has never run
         */
        default void childRefused(Task<?> child) {}
    }

    private final Host host;
    private final String name;
    private final long born;
    private final Scope own;
    private @Nullable Body<T, ?> body;
    private Locals locals;
    private int operations = OPERATIONS_PER_LOOK;
    private int looks;
    private int refills;
    private long turnStarted;
    private @Nullable T value;
    private @Nullable Throwable error;

    /** Whether a cancellation ended the task; set with {@code error} at its end. */
    private boolean cancelled;

    private volatile boolean ended;

    /** The waits for the end; made by the first waiting task, since most tasks have none. */
    private volatile @Nullable WaitQueue<Waiter> joiners;

    /**
     * Makes a task that has no thread yet.
     *
     * @param loop where it runs
     * @param host the parent, which is told of its end
     * @param name its name
     * @param body its code
     */
    protected Task(Loop loop, Host host, String name, Body<T, ?> body) {
        this(loop, host, name, body, new Scope(ScopeOptions.DEFAULT));
    }

    private Task(Loop loop, Host host, String name, Body<T, ?> body, Scope own) {
        super(loop, own);
        this.host = host;
        this.name = name;
        this.born = loop.coarseTime();
        this.body = body;
        this.own = own;
        this.locals = ThreadContext.currentLocals();
    }

    /**
     * Makes another task of the same run, with its thread. From any thread.
     *
     * @param <U> the type of its value
     * @param childHost the parent, which is told of its end
     * @param childName its name
     * @param code its code
     * @return the task, to be launched
     */
    public abstract <U extends @Nullable Object> Task<U> another(Host childHost, String childName, Body<U, ?> code);

    /** The operations for the task's code. */
    public abstract TaskContext context();

    /** Lets a prepared task run. From any thread; the host has counted it. */
    public void launch() {
        if (loop.inLoop()) {
            start();
            return;
        }
        boolean handedIn = false;
        try {
            loop.post(new Launch(this));
            handedIn = true;
        } finally {
            if (!handedIn) {
                host.childRefused(this);
            }
        }
    }

    /** Posted by {@link #launch}. */
    private record Launch(Task<?> task) implements Job {
        @Override
        public void run() {
            task.start();
        }
    }

    /**
     * Like {@link #launch}, for a caller in the loop. A task that cannot be started because memory is short ends with
     * that error: its host has counted it.
     */
    public void start() {
        try {
            own.enterFor(this, host.scope());
            loop.start(this);
        } catch (Throwable e) {
            notStarted(e);
        }
    }

    @Override
    protected void notStarted(Throwable why) {
        Body<T, ?> code = body;
        body = null;
        try {
            if (code != null) {
                Skippable.skip(code, why);
            }
        } finally {
            end(why);
        }
    }

    @Override
    public void run() {
        loop.fiberBegan(this);
        try {
            ScopedValue.where(TaskContext.KEY, context()).run(this::runBody);
        } catch (Throwable e) {
            if (ended) {
                throw e;
            }
            // there was no memory even to begin
            notStarted(e);
        } finally {
            loop.fiberEnded(this);
        }
    }

    private void runBody() {
        Throwable thrown = null;
        Body<T, ?> code = body;
        body = null;
        try {
            if (Recorder.recordsTaskStarts()) {
                Recorder.taskStarts(id(), name, host.hostId().orElse(-1), loop.name);
            }
            value = code == null ? null : code.call();
        } catch (Throwable e) {
            thrown = e;
        }
        end(thrown);
    }

    /** Ends the task. Whatever fails here, the host is told of the end, because it waits for that. */
    private void end(@Nullable Throwable thrown) {
        Throwable leaving = thrown;
        try {
            leaving = own.exit(thrown);
            error = leaving != null ? leaving : own.caught();
            cancelled = leaving == null ? error != null : own.enclosing().isOnlyCancellation(leaving);
        } catch (Throwable e) {
            leaving = leaving == null ? e : leaving;
            error = leaving;
        } finally {
            try {
                abandonHeld();
            } finally {
                locals = Locals.NONE;
                ended = true;
                try {
                    wakeJoiners();
                } finally {
                    host.childEnded(this, leaving);
                }
            }
        }
    }

    private void wakeJoiners() {
        WaitQueue<Waiter> queue = joiners;
        if (queue != null) {
            queue.lock();
            queue.unlockAndWake(queue.grantAll());
        }
        // not earlier, since this may fail
        if (Recorder.recordsTaskEnds()) {
            Recorder.taskEnds(id(), name, status().name(), loop.name);
        }
    }

    // ---- current task

    /**
     * The current task, if there is one.
     *
     * @return the task, or null
     */
    public static @Nullable Task<?> currentOrNull() {
        return (Task<?>) TaskContext.currentOrNull();
    }

    /**
     * The current task.
     *
     * @param what the call that needs one
     * @return the task
     */
    public static Task<?> current(String what) {
        return (Task<?>) TaskContext.current(what);
    }

    // ---- checkpoints

    @Override
    public final void checkpoint() {
        checkCancelled();
        if (--operations < 0 && turnIsOver()) {
            yieldNow();
        }
    }

    private boolean turnIsOver() {
        long now = System.nanoTime();
        operations = OPERATIONS_PER_LOOK;
        refills++;
        looks++;
        if (looks == 1) {
            turnStarted = now;
        }
        return looks >= LOOKS_PER_TURN || now - turnStarted > NANOS_PER_TURN;
    }

    /** A number that changes with each checkpoint, which takes from the budget or refills it. */
    public final long checkpointMark() {
        return ((long) refills << Integer.SIZE) - operations;
    }

    @Override
    protected final void refillBudget() {
        operations = OPERATIONS_PER_LOOK;
        refills++;
        looks = 0;
    }

    /** Throws if cancelled, and lets other tasks run. */
    public final void yieldNow() {
        checkCancelled();
        yieldShielded();
        checkCancelled();
    }

    /** Lets other tasks run; never throws for a cancellation. */
    public final void yieldShielded() {
        loop.yieldNow(this);
        refillBudget();
    }

    /**
     * {@inheritDoc} A task that catches everything in a loop is cancelled in each round: that takes from the budget
     * too, and lets others run when it is spent.
     */
    @Override
    protected final CancelledError cancelled() {
        if (--operations < 0 && turnIsOver()) {
            yieldShielded();
        }
        return scope().error();
    }

    // ---- what others see of it

    /** The task's outermost scope, which its handle cancels. */
    public final Scope own() {
        return own;
    }

    /** The id of the task that hosts this one, if one does. */
    public final OptionalLong hostId() {
        return host.hostId();
    }

    /** The values of its task locals; on its own thread. */
    public final Locals locals() {
        return locals;
    }

    /** Changes the values of its task locals; on its own thread. */
    public final void locals(Locals changed) {
        locals = changed;
    }

    /**
     * The task's id.
     *
     * @return unique in the Java process
     */
    public final long id() {
        return thread().threadId();
    }

    /**
     * For how long the task has existed.
     *
     * @return about so long, on the clock of its loop
     */
    public final Duration age() {
        return Duration.ofNanos(loop.clock.nanoTime() - born);
    }

    /**
     * Whether a task that does not wait in the library waits in foreign code, seen in the loop. On {@code pool} such a
     * task keeps the loop to itself, so none is seen there.
     *
     * @return false if it is ready
     */
    public final boolean isInForeignWait() {
        return !loop.suspendsByPark() && switch (thread().getState()) {
            case WAITING, TIMED_WAITING, BLOCKED -> true;
            case NEW, RUNNABLE, TERMINATED -> false;
        };
    }

    // ---- the handle

    @Override
    public String name() {
        return name;
    }

    @Override
    public Status status() {
        if (!ended) {
            return own.cancelCalled() ? Status.CANCELLING : Status.PENDING;
        }
        return error == null ? Status.FINISHED : cancelled ? Status.CANCELLED : Status.FAILED;
    }

    @Override
    public void awaitEnd() {
        Parkable caller = Parkable.current("TaskHandle.await");
        if (caller == this) {
            throw new IllegalStateException("The task '" + name() + "' waits for its own end, which would never come");
        }
        caller.checkpoint();
        if (ended) {
            return;
        }
        WaitQueue<Waiter> queue = joiners();
        // made before the lock is taken: if there is no memory for it, nothing has happened
        Waiter waiter = new Waiter(caller, "end of task");
        queue.lockToWait();
        // read after the queue was published: either the task sees the queue, or this sees that it has ended
        boolean late = ended;
        if (!late) {
            queue.add(waiter);
        }
        queue.unlock();
        if (!late) {
            waiter.await();
        }
    }

    private WaitQueue<Waiter> joiners() {
        WaitQueue<Waiter> made = joiners;
        if (made == null) {
            WaitQueue<Waiter> fresh = new WaitQueue<>();
            made = JOINERS.compareAndSet(this, null, fresh) ? fresh : Objects.requireNonNull(joiners);
        }
        return made;
    }

    @Override
    public T await() {
        awaitEnd();
        return result();
    }

    @Override @SuppressWarnings("NullAway") // the value is of type T once the body has returned
    public T result() {
        if (!ended) {
            throw new IllegalStateException("The task '" + name() + "' has not ended yet: await() waits for it");
        }
        if (error == null) {
            return value;
        }
        if (cancelled) {
            throw new TaskCancelledException("The task '" + name() + "' was cancelled", error);
        }
        throw new TaskFailedException("The task '" + name() + "' failed: " + Errors.text(error), error);
    }

    /** Whether a cancellation ended the task, its own or one from outside; once it has ended. */
    public boolean wasCancelled() {
        return cancelled;
    }

    /** What ended the task, or null; once it has ended. */
    public @Nullable Throwable error() {
        return error;
    }

    @Override
    public void cancel() {
        own.cancel();
    }

    @Override
    public void cancel(String reason) {
        own.cancel(reason);
    }

    @Override
    public String toString() {
        return "Task[" + name() + ", " + status() + "]";
    }
}
