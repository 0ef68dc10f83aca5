package io.anyio.impl.run;

import io.anyio.api.spi.AnyioRuntime;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.task.Body;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.GroupOptions;
import io.anyio.api.task.ScopeOptions;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskInfo;
import io.anyio.impl.group.Group;
import io.anyio.impl.park.Sleep;
import io.anyio.impl.park.Waiter;
import io.anyio.impl.scope.InterruptibleRegion;
import io.anyio.impl.scope.Scope;
import io.anyio.impl.spin.StackReserve;
import io.anyio.impl.task.StageWait;
import io.anyio.impl.task.Task;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A task of a run, with all operations for its own code. All tasks are of this class. It stands above task groups,
 * which its code may open; groups make their children with {@link #another}.
 *
 * @param <T> the type of its value
 */
public final class ContextTask<T extends @Nullable Object> extends Task<T> implements TaskContext {
    /** The run to which the task belongs. */
    public final Run run;

    private ContextTask(Run run, Host host, String name, Body<T, ?> body) {
        super(run.loop, host, name, body);
        this.run = run;
    }

    /**
     * Makes a task, with its thread. From any thread, whose values are carried to the task.
     *
     * @param <T> the type of its value
     * @param run where it runs
     * @param host the parent, which is told of its end
     * @param name its name
     * @param body its code
     * @return the task, to be launched
     */
    public static <T extends @Nullable Object> Task<T> prepare(Run run, Host host, String name, Body<T, ?> body) {
        return prepareCarried(run, host, name, run.carriers.around(body));
    }

    /**
     * Makes a task for code that has its values already. From any thread; calls no user code.
     *
     * @param <T> the type of its value
     * @param run where it runs
     * @param host the parent, which is told of its end
     * @param name its name
     * @param body its code
     * @return the task, to be launched
     */
    public static <T extends @Nullable Object> Task<T> prepareCarried(Run run, Host host, String name,
            Body<T, ?> body) {
        // the host counts it next and waits for it
        StackReserve.forOperation();
        ContextTask<T> task = new ContextTask<>(run, host, name, body);
        run.loop.prepare(task);
        return task;
    }

    @Override
    public <U extends @Nullable Object> Task<U> another(Host childHost, String childName, Body<U, ?> code) {
        return prepare(run, childHost, childName, code);
    }

    @Override
    public TaskContext context() {
        return this;
    }

    /**
     * The current task.
     *
     * @param what the call that needs one
     * @return the task
     */
    public static ContextTask<?> current(String what) {
        return (ContextTask<?>) TaskContext.current(what);
    }

    // ---- time

    @Override
    public Deadline currentTime() {
        return new Deadline(loop.clock.nanoTime());
    }

    @Override
    public Deadline currentEffectiveDeadline() {
        return scope().effectiveDeadline();
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
        Objects.requireNonNull(childError, "The class of the children's error is null");
        Objects.requireNonNull(options, "The options of the task group are null");
        return options.loops() == 1
                ? new Group<>(childError, options)
                : run.team.spanningGroup(childError, options);
    }

    @Override
    public <R extends @Nullable Object, X extends Exception> R interruptibly(Body<R, X> code) throws X {
        return InterruptibleRegion.run(this, code);
    }

    @Override
    public <R extends @Nullable Object> R await(CompletionStage<R> stage) throws ExecutionException {
        return StageWait.of(this, stage);
    }

    // ---- the loop

    @Override
    public AnyioRuntime runtime() {
        return run.runtime;
    }

    @Override
    public String backend() {
        return loop.backend();
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

    // ---- debugging

    @Override
    public TaskInfo info() {
        return infoOf(this);
    }

    @Override
    public List<TaskInfo> runningTasks() {
        return run.tasks().stream().map(ContextTask::infoOf).toList();
    }

    @Override
    public List<TaskInfo> endingTasks() {
        return run.tasks().stream().filter(task -> task.own().isEffective() || task.scope().isEffective())
                .map(ContextTask::infoOf).toList();
    }

    private static TaskInfo infoOf(Task<?> task) {
        return new TaskInfo(task.id(), task.hostId(), task.name(), task.thread());
    }

    @Override
    public void awaitAllTasksBlocked() {
        checkpoint();
        StackReserve.forOperation();
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
    public List<String> openBooks() {
        return loop.openBooks();
    }
}
