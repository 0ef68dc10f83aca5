package io.anyio.impl.task;

import io.anyio.api.spi.AnyioRuntime;
import io.anyio.api.spi.Locals;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.error.Errors;
import io.anyio.api.task.Body;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.GroupOptions;
import io.anyio.api.task.ScopeOptions;
import io.anyio.api.task.TaskCancelledException;
import io.anyio.api.task.TaskFailedException;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.task.TaskInfo;
import io.anyio.impl.jfr.Recorder;
import io.anyio.impl.park.Parkable;
import io.anyio.impl.park.Sleep;
import io.anyio.impl.park.WaitQueue;
import io.anyio.impl.park.Waiter;
import io.anyio.impl.spin.StackReserve;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A task: a virtual thread on its loop, the handle that its spawner has, and the context of the code that it runs.
 *
 * @param <T> the type of its value
 */
public final class Task<T extends @Nullable Object> extends Parkable implements TaskContext, TaskHandle<T> {
    /**
     * How many operations until the task looks at the time, how many looks and how much time until it lets others run.
     */
    private static final int OPERATIONS_PER_LOOK = 16;

    private static final int LOOKS_PER_TURN = 4;
    private static final long NANOS_PER_TURN = 100_000;
    private static final VarHandle JOINERS;

    static {
        try {
            JOINERS = MethodHandles.lookup().findVarHandle(Task.class, "joiners", WaitQueue.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The run to which the task belongs. */
    public final Run run;

    final ChildHost host;

    @Nullable
    InterruptibleRegion region;

    private final String name;
    private final long born;
    private final Scope own = new Scope(ScopeOptions.DEFAULT);
    private @Nullable Body<T, ?> body;
    private Scope scope;

    /** Whether a checkpoint throws: the innermost scope's flag. */
    private boolean effective;

    private Locals locals;
    private int operations = OPERATIONS_PER_LOOK;
    private int looks;
    private int refills;
    private long turnStarted;
    private @Nullable T value;
    private @Nullable Throwable error;

    /** Whether a cancellation ended it; with {@code error}, once it has ended. */
    private boolean cancelled;

    private volatile boolean ended;

    /** Who waits for the end; made by the first, since most tasks have none. */
    private volatile @Nullable WaitQueue joiners;

    Task(Run run, ChildHost host, String name, Body<T, ?> body) {
        super(run.loop);
        this.run = run;
        this.host = host;
        this.name = name;
        this.born = run.loop.coarseTime();
        this.body = body;
        this.scope = own;
        this.locals = Locals.current();
    }

    /**
     * Makes a task, with its thread. From any thread.
     *
     * @param <T> the type of its value
     * @param run where it runs
     * @param host who is told of its end
     * @param name its name
     * @param body its code
     * @return the task, to be launched
     */
    public static <T extends @Nullable Object> Task<T> prepare(Run run, ChildHost host, String name, Body<T, ?> body) {
        // the host counts it next, and waits for it
        StackReserve.forOperation();
        Task<T> task = new Task<>(run, host, name, body);
        run.loop.prepare(task);
        return task;
    }

    /** Lets a prepared task run. From any thread; the host has counted it. */
    public void launch() {
        if (loop.inLoop()) {
            start();
            return;
        }
        boolean handedIn = false;
        try {
            loop.post(this::start);
            handedIn = true;
        } finally {
            if (!handedIn) {
                host.childRefused(this);
            }
        }
    }

    /**
     * {@link #launch} for who is in the loop already. A task that cannot be started, for want of memory, ends with that
     * error: its host has counted it.
     */
    public void start() {
        try {
            own.enterRoot(this, host.scope());
            loop.start(this);
        } catch (Throwable e) {
            notStarted(e);
        }
    }

    @Override
    protected void notStarted(Throwable why) {
        body = null;
        end(why);
    }

    @Override
    public void run() {
        loop.begun(this);
        try {
            ScopedValue.where(KEY, this).run(this::runBody);
        } catch (Throwable e) {
            if (ended) {
                throw e;
            }
            // there was no memory for as much as a beginning
            end(e);
        } finally {
            loop.ended(this);
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

    /** Ends the task. Whatever fails here, the host is told of the end: nobody else would ever let it go on. */
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
        if (Recorder.recordsTaskEnds()) {
            Recorder.taskEnds(id(), name, status().name(), loop.name);
        }
        WaitQueue queue = joiners;
        if (queue != null) {
            queue.lock();
            Waiter first = queue.grantAll();
            queue.unlock();
            WaitQueue.wakeAll(first);
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
    public void checkpoint() {
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

    /** Each checkpoint takes from the budget or refills it. */
    @Override
    public long checkpointMark() {
        return ((long) refills << Integer.SIZE) - operations;
    }

    @Override
    protected void refillBudget() {
        operations = OPERATIONS_PER_LOOK;
        refills++;
        looks = 0;
    }

    @Override
    public void checkCancelled() {
        if (effective) {
            throw cancelled();
        }
    }

    @Override
    public void yieldNow() {
        checkCancelled();
        yieldShielded();
        checkCancelled();
    }

    @Override
    public void yieldShielded() {
        loop.yieldNow(this);
        refillBudget();
    }

    @Override
    public boolean cancellationPending() {
        return effective;
    }

    /**
     * Who catches everything in a loop is cancelled in each round: that takes from the budget too, and lets others run
     * when it is spent.
     */
    @Override
    protected CancelledError cancelled() {
        if (--operations < 0 && turnIsOver()) {
            yieldShielded();
        }
        return scope.error();
    }

    /** The innermost scope has become effectively cancelled; in the loop. */
    void cancellationArrived() {
        InterruptibleRegion open = region;
        if (open != null) {
            open.cancellationArrived();
        }
        cancelWait();
    }

    @Override
    public void sleepUntil(Deadline deadline) {
        checkCancelled();
        if (deadline.isBefore(currentTime())) {
            yieldNow();
        } else {
            Sleep.until(this, deadline.nanos());
        }
    }

    // ---- scopes and groups

    /** The innermost scope is effectively cancelled, or no more; in the loop. */
    void effective(boolean now) {
        effective = now;
    }

    /** The task's outermost scope, which its handle cancels. */
    Scope own() {
        return own;
    }

    /**
     * The innermost scope in which the task stands.
     *
     * @return the scope; to be read in the loop
     */
    public Scope scope() {
        return scope;
    }

    void scope(Scope innermost) {
        scope = innermost;
        effective = innermost.isEffective();
        InterruptibleRegion open = region;
        if (open != null) {
            open.update();
        }
    }

    @Override
    public List<String> openBooks() {
        return loop.openBooks();
    }

    @Override
    public Deadline currentTime() {
        return new Deadline(loop.clock.nanoTime());
    }

    @Override
    public Deadline currentEffectiveDeadline() {
        return scope.effectiveDeadline();
    }

    @Override
    public CancelScope openCancelScope(ScopeOptions options) {
        return new Scope(Objects.requireNonNull(options, "The options of the cancel scope are null"));
    }

    @Override
    public void failIfTimedOut(CancelScope left) {
        ((Scope) left).failIfTimedOut();
    }

    @Override
    public <E extends Exception> TaskGroup<E> createTaskGroup(Class<E> childError, GroupOptions options) {
        return new Group<>(Objects.requireNonNull(childError, "The class of the children's error is null"),
                Objects.requireNonNull(options, "The options of the task group are null"));
    }

    @Override
    public <R extends @Nullable Object, X extends Exception> R interruptibly(Body<R, X> code) throws X {
        return InterruptibleRegion.run(this, code);
    }

    @Override
    public Locals locals() {
        return locals;
    }

    @Override
    public void locals(Locals changed) {
        locals = changed;
    }

    // ---- debugging

    @Override
    public TaskInfo info() {
        return new TaskInfo(id(), host.hostId(), name(), thread());
    }

    /**
     * The task's id.
     *
     * @return unique in the Java process
     */
    public long id() {
        return thread().threadId();
    }

    /**
     * For how long the task has existed.
     *
     * @return about so long, on the clock of its loop
     */
    public Duration age() {
        return Duration.ofNanos(loop.clock.nanoTime() - born);
    }

    @Override
    public List<TaskInfo> runningTasks() {
        return run.infos();
    }

    @Override
    public void awaitAllTasksBlocked() {
        checkpoint();
        Waiter waiter = new Waiter(this, "awaitAllTasksBlocked");
        Runnable observer = waiter::grant;
        loop.whenAllBlocked(observer);
        try {
            waiter.await();
        } finally {
            loop.quiet.forget(observer);
        }
    }

    @Override
    public ByteBuffer buffer() {
        return loop.buffer.get();
    }

    @Override
    public ByteBuffer lendBuffer() {
        return loop.buffer.lend();
    }

    @Override
    public void giveBack(ByteBuffer buffer) {
        loop.buffer.giveBack(buffer);
    }

    @Override
    public String backend() {
        return loop.backend();
    }

    @Override
    public AnyioRuntime runtime() {
        return run.runtime;
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
        WaitQueue queue = joiners();
        queue.lock();
        Waiter waiter = null;
        // read after the queue was published: either the task sees it, or it is seen to have ended
        if (!ended) {
            waiter = new Waiter(caller, "end of task");
            queue.add(waiter);
        }
        queue.unlock();
        if (waiter != null) {
            waiter.await();
        }
    }

    private WaitQueue joiners() {
        WaitQueue made = joiners;
        if (made == null) {
            WaitQueue fresh = new WaitQueue();
            WaitQueue before = (WaitQueue) JOINERS.compareAndExchange(this, null, fresh);
            made = before == null ? fresh : before;
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
        return switch (status()) {
            case FINISHED -> value;
            case CANCELLED -> throw new TaskCancelledException("The task '" + name() + "' was cancelled", error);
            case FAILED ->
                throw new TaskFailedException("The task '" + name() + "' failed: " + Errors.text(error), error);
            case PENDING, CANCELLING ->
                throw new IllegalStateException("The task '" + name() + "' has not ended yet: await() waits for it");
        };
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
