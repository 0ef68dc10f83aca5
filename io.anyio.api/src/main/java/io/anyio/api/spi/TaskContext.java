package io.anyio.api.spi;

import io.anyio.api.task.Block;
import io.anyio.api.task.Body;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.GroupOptions;
import io.anyio.api.task.NoEventLoopException;
import io.anyio.api.task.ScopeOptions;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskInfo;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/** The operations that a task can ask of its loop. Only for the thread of the task. */
@ProviderType
public interface TaskContext {
    /**
     * The task whose code runs; the only static of AnyIO. Inherited by threads that are not our tasks, hence
     * {@link #isCurrent}.
     */
    ScopedValue<TaskContext> KEY = ScopedValue.newInstance();

    /**
     * The current task.
     *
     * @param what the call that needs a task, for the message
     * @return the task that runs on this thread
     * @throws NoEventLoopException if there is none
     */
    static TaskContext current(String what) {
        TaskContext task = currentOrNull();
        if (task == null) {
            throw new NoEventLoopException(
                    what + " needs a running task, but the thread '" + Thread.currentThread().getName()
                            + "' is none: call it inside AnyIO.run, EventLoop.spawn or a portal");
        }
        return task;
    }

    /**
     * The current task, if there is one.
     *
     * @return the task that runs on this thread, or null
     */
    static @Nullable TaskContext currentOrNull() {
        TaskContext task = KEY.isBound() ? KEY.get() : null;
        return task != null && task.isCurrent() ? task : null;
    }

    /**
     * Whether the calling thread is this task's own.
     *
     * @return false in a thread that inherited the key
     */
    boolean isCurrent();

    /**
     * Throws if cancelled; lets other tasks run if this one has used up its budget. The check at the beginning of each
     * operation.
     */
    void checkpoint();

    /**
     * Lists what the loop still has besides this task: timers, other tasks, waits, calls that other threads execute.
     * For the end of a test.
     *
     * @return one text for each kind; empty if nothing is left
     */
    List<String> openBooks();

    /**
     * Returns a mark that changes with each checkpoint that the task passes: if two marks are equal, the task passed
     * none between them. For tests.
     *
     * @return the mark
     */
    long checkpointMark();

    /** Throws if cancelled, and lets other tasks run. */
    void yieldNow();

    /** Throws if the task is cancelled; otherwise returns at once, without letting other tasks run. */
    void checkCancelled();

    /** Lets other tasks run, and never throws for a cancellation. */
    void yieldShielded();

    /**
     * Whether the next checkpoint would throw.
     *
     * @return true if the current scope is effectively cancelled
     */
    boolean cancellationPending();

    /**
     * Sleeps until a point in time. A checkpoint that always lets others run.
     *
     * @param deadline when to wake up
     */
    void sleepUntil(Deadline deadline);

    /**
     * The loop's time.
     *
     * @return now
     */
    Deadline currentTime();

    /**
     * The earliest deadline of the scopes that can cancel the task.
     *
     * @return {@link Deadline#PAST} if cancelled
     */
    Deadline currentEffectiveDeadline();

    /**
     * Makes a scope.
     *
     * @param options its options
     * @return the scope, not yet entered
     */
    CancelScope openCancelScope(ScopeOptions options);

    /**
     * Runs a block in a scope that is cancelled from the start and shielded: to close something at once, without
     * waiting for a graceful end, even if the task is cancelled.
     *
     * @param <X> the block's checked exception
     * @param reason why, for the messages of cancelled operations
     * @param block the code
     * @throws X if the block throws it
     */
    default <X extends Exception> void runCancelled(String reason, Block<X> block) throws X {
        CancelScope scope = openCancelScope(ScopeOptions.DEFAULT.shield(true));
        scope.cancel(reason);
        scope.run(block);
    }

    /**
     * Throws if a scope has caught a cancellation that came from its deadline.
     *
     * @param scope a scope that has been left
     * @throws io.anyio.api.task.TimedOutException if its deadline, and nothing else, ended its block
     */
    void failIfTimedOut(CancelScope scope);

    /**
     * Makes a group.
     *
     * @param <E> the checked exception of a child that may leave as itself
     * @param childError its class
     * @param options the group's options
     * @return the group, not yet entered
     */
    <E extends Exception> TaskGroup<E> createTaskGroup(Class<E> childError, GroupOptions options);

    /**
     * The values that the task has for task locals.
     *
     * @return the values
     */
    Locals locals();

    /**
     * Changes the values that the task has for task locals.
     *
     * @param changed new values
     */
    void locals(Locals changed);

    /**
     * Returns what identifies this task.
     *
     * @return its info
     */
    TaskInfo info();

    /**
     * All unfinished tasks of the loop, with the current one.
     *
     * @return a snapshot in order of their ids
     */
    List<TaskInfo> runningTasks();

    /**
     * The unfinished tasks of the loop that a cancellation has reached, and that have not ended yet. For the end of a
     * test.
     *
     * @return a snapshot in order of their ids
     */
    List<TaskInfo> endingTasks();

    /** Waits until every other task of the loop waits in an operation of the library. */
    void awaitAllTasksBlocked();

    /**
     * Runs blocking code of another library, which a cancellation interrupts.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the code
     * @return its value
     * @throws X if the body throws it
     */
    <T extends @Nullable Object, X extends Exception> T interruptibly(Body<T, X> body) throws X;

    /**
     * {@link io.anyio.api.AnyIO#await}.
     *
     * @param <T> the type of the value
     * @param stage the stage
     * @return its value
     * @throws ExecutionException if the stage failed
     */
    <T extends @Nullable Object> T await(CompletionStage<T> stage) throws ExecutionException;

    /**
     * A direct buffer of 64 KiB which the current task may use until its next checkpoint.
     *
     * @return the buffer, cleared
     */
    ByteBuffer buffer();

    /**
     * Lends the buffer that {@link #buffer} returned last, with its content, beyond the next checkpoint.
     *
     * @return the buffer, which the same task must give back
     */
    ByteBuffer lendBuffer();

    /**
     * Ends a loan.
     *
     * @param buffer the buffer that {@link #lendBuffer} returned
     */
    void giveBack(ByteBuffer buffer);

    /**
     * Sleeps for a time. A checkpoint that always lets others run.
     *
     * @param time how long; zero or less lets others run once
     */
    default void sleep(Duration time) {
        if (time.isPositive()) {
            sleepUntil(currentTime().plus(time));
        } else {
            yieldNow();
        }
    }

    /**
     * The backend of the loop.
     *
     * @return {@code carrier} or {@code pool}
     */
    String backend();

    /**
     * The runtime that made the loop.
     *
     * @return its factory of everything else
     */
    AnyioRuntime runtime();
}
