package io.anyio.api.task;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A spawned task, seen from outside. Every method may be called from any thread, except the waiting ones, which need a
 * task.
 *
 * @param <T> the type of the task's value
 */
@ProviderType
public interface TaskHandle<T extends @Nullable Object> {
    /** Where a task stands. */
    enum Status {
        /** It has not ended, and nobody cancelled it through its handle. */
        PENDING,
        /** It was cancelled through its handle and has not ended yet. */
        CANCELLING,
        /** It ended with a value. */
        FINISHED,
        /** It ended by cancellation. */
        CANCELLED,
        /** It ended with an exception. */
        FAILED
    }

    /**
     * The task's name.
     *
     * @return the name given to spawn, or one derived from the code's class
     */
    String name();

    /**
     * Id, parent, name and thread of the task.
     *
     * @return what is known of it
     */
    TaskInfo info();

    /**
     * Where the task stands.
     *
     * @return its status
     */
    Status status();

    /**
     * Waits until the task has ended, however it did. A checkpoint; cancelling the waiting task does not cancel this
     * one.
     *
     * @throws IllegalStateException if a task waits for itself
     */
    void awaitEnd();

    /**
     * Waits until the task has ended and returns its value. A checkpoint; cancelling the waiting task does not cancel
     * this one.
     *
     * @return the value
     * @throws TaskFailedException if it failed or was cancelled; the cause is its exception
     * @throws IllegalStateException if a task waits for itself
     */
    T await();

    /**
     * Returns the value of an ended task. Not a checkpoint.
     *
     * @return the value
     * @throws TaskFailedException if it failed or was cancelled; the cause is its exception
     * @throws IllegalStateException if it has not ended yet
     */
    T result();

    /** Cancels this task only; after its end nothing happens. The group and its other tasks go on. From any thread. */
    void cancel();

    /**
     * Cancels this task only, for a reason. From any thread.
     *
     * @param reason why, for people
     */
    void cancel(String reason);
}
