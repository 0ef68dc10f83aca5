package io.anyio.api.task;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A task that was spawned, as seen by other code.
 *
 * {@snippet :
 * int sum = AnyIO.createTaskGroup().call(group -> {
 *     TaskHandle<Integer> one = group.spawn("one", () -> count());
 *     TaskHandle<Integer> two = group.spawn("two", () -> count());
 *     return one.await() + two.await();
 * });
 * }
 *
 * <p>All methods may be called from any thread, except {@link #await} and {@link #awaitEnd}, which need a task.
 *
 * <p>Guide: {@code docs/tasks.md}. It corresponds to {@code TaskHandle} of later versions of AnyIO.
 *
 * @param <T> the type of the task's value
 */
@ProviderType
public interface TaskHandle<T extends @Nullable Object> {
    /** The states of a task, as its handle reports them. */
    enum Status {
        /** It has not ended, and has not been cancelled through its handle. */
        PENDING,
        /** It has been cancelled through its handle, and has not ended. */
        CANCELLING,
        /** It ended with a value. */
        FINISHED,
        /** It ended by cancellation. */
        CANCELLED,
        /** It ended with an exception. */
        FAILED
    }

    /**
     * Returns the task's name.
     *
     * @return the name given to {@code spawn}, or one made from the class of its code
     */
    String name();

    /**
     * Returns what identifies the task.
     *
     * @return its id, parent, name and thread
     */
    TaskInfo info();

    /**
     * Returns the state of the task.
     *
     * @return its status at this moment
     */
    Status status();

    /**
     * Waits until the task has ended, in whatever way. A checkpoint; if the waiting task is cancelled, this task
     * continues.
     *
     * @throws IllegalStateException if the caller is this task itself
     */
    void awaitEnd();

    /**
     * Waits until the task has ended, and returns its value. A checkpoint; if the waiting task is cancelled, this task
     * continues.
     *
     * @return the value
     * @throws TaskFailedException if the task failed or was cancelled; the cause is its exception
     * @throws IllegalStateException if the caller is this task itself
     */
    T await();

    /**
     * Returns the value of a task that has ended. Not a checkpoint.
     *
     * @return the value
     * @throws TaskFailedException if the task failed or was cancelled; the cause is its exception
     * @throws IllegalStateException if the task has not ended
     */
    T result();

    /**
     * Cancels this task; its group and the other tasks continue. It has no effect if the task has ended. Not a
     * checkpoint; from any thread.
     */
    void cancel();

    /**
     * Cancels this task for a reason, which {@link CancelledError} reports; otherwise like {@link #cancel()}.
     *
     * @param reason why the task is cancelled, for display
     */
    void cancel(String reason);
}
