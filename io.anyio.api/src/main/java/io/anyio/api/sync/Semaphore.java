package io.anyio.api.sync;

import java.util.OptionalInt;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Lets a limited number of tasks at a time execute a piece of code.
 *
 * {@snippet :
 * try (Held _ = downloads.hold()) {
 *     assertTrue(downloads.value() < 2);
 *     AnyIO.checkpoint();
 * }
 * }
 *
 * <p>A semaphore has a number of free slots, its <em>value</em>. No task owns a slot: any code may release one. The
 * semaphore is fair: a release passes the slot directly to the task that has waited longest. A task that has been given
 * a slot but is cancelled before it runs again keeps it: {@code acquire} returns, and the next checkpoint throws. Tasks
 * of all loops may share a semaphore.
 *
 * <p>Guide: {@code docs/synchronization.md}. In AnyIO: {@code anyio.abc.Semaphore}.
 */
@ProviderType
public interface Semaphore {
    /**
     * Waits for a free slot and takes it. A checkpoint, even if a slot is free: in a cancelled scope it throws and
     * takes none. A task that is cancelled while it waits is no longer in the queue.
     *
     * @throws io.anyio.api.task.NoEventLoopException if the caller is not a task
     */
    void acquire();

    /**
     * Takes a free slot without waiting. Not a checkpoint; from any thread.
     *
     * @throws WouldBlockException if no slot is free
     */
    void acquireNowait();

    /**
     * Passes a slot to the task that has waited longest, or adds it to the value if no task waits. Not a checkpoint;
     * from any thread.
     *
     * @throws IllegalStateException if the value is at its maximum
     */
    void release();

    /**
     * Acquires a slot for try-with-resources; otherwise like {@link #acquire}.
     *
     * @return an object whose {@code close} releases the slot
     * @throws io.anyio.api.task.NoEventLoopException if the caller is not a task
     */
    Held hold();

    /**
     * Returns how many slots are free. Not a checkpoint; from any thread.
     *
     * @return zero or more
     */
    int value();

    /**
     * Returns the largest value that the semaphore may have. Not a checkpoint; from any thread.
     *
     * @return the maximum, or empty if there is none
     */
    OptionalInt maxValue();

    /**
     * Returns the value and how many tasks wait. Not a checkpoint; from any thread.
     *
     * @return a snapshot
     */
    SemaphoreStatistics statistics();
}
