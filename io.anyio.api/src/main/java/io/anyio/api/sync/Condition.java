package io.anyio.api.sync;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Lets tasks wait, while they hold a lock, for a change that another task makes under the same lock. Several conditions
 * may share a lock.
 *
 * {@snippet :
 * try (Held _ = notEmpty.hold()) {
 *     notEmpty.awaitFor(() -> !queue.isEmpty());
 *     return queue.remove();
 * }
 * }
 *
 * <p>There are no spurious wake-ups, and no memory: a signal that nobody waits for is lost. A task that was signalled
 * counts as such: if it is cancelled afterwards, {@code await} returns with the lock, and the next checkpoint throws.
 * If the lock breaks, all who wait get a {@link BrokenLockException}. Tasks of all loops may share it.
 */
@ProviderType
public interface Condition {
    /**
     * Acquires the lock, as {@link Lock#acquire} does.
     *
     * @throws BrokenLockException if the lock is broken
     * @throws IllegalStateException if the task owns the lock already
     * @throws io.anyio.api.task.NoEventLoopException if the caller is no task
     */
    void acquire();

    /**
     * Takes the lock if it is free, as {@link Lock#acquireNowait} does.
     *
     * @throws WouldBlockException if another task owns the lock
     * @throws BrokenLockException if the lock is broken
     * @throws IllegalStateException if the task owns the lock already
     * @throws io.anyio.api.task.NoEventLoopException if the caller is no task
     */
    void acquireNowait();

    /**
     * Releases the lock, as {@link Lock#release} does.
     *
     * @throws BrokenLockException if the lock is broken
     * @throws IllegalStateException if the task does not own the lock
     * @throws io.anyio.api.task.NoEventLoopException if the caller is no task
     */
    void release();

    /**
     * {@link #acquire} for try-with-resources.
     *
     * @return closes by {@link #release}
     * @throws BrokenLockException if the lock is broken
     * @throws IllegalStateException if the task owns the lock already
     * @throws io.anyio.api.task.NoEventLoopException if the caller is no task
     */
    Held hold();

    /**
     * Whether a task owns the lock. From any thread.
     *
     * @return true if so
     */
    boolean locked();

    /**
     * Releases the lock, waits for a signal, and acquires the lock again. A checkpoint: in a cancelled scope it throws
     * at once and keeps the lock. However it ends, the task owns the lock again; after a cancellation it waits for that
     * as long as it takes.
     *
     * @throws BrokenLockException if the lock broke meanwhile; only then the task does not own it
     * @throws IllegalStateException if the task does not own the lock
     * @throws io.anyio.api.task.NoEventLoopException if the caller is no task
     */
    void await();

    /**
     * Waits, by {@link #await}, until something holds. A checkpoint, also if it holds at once.
     *
     * @param predicate looked at under the lock, at first and after each signal
     * @throws BrokenLockException if the lock broke meanwhile
     * @throws IllegalStateException if the task does not own the lock
     * @throws io.anyio.api.task.NoEventLoopException if the caller is no task
     */
    void awaitFor(BooleanSupplier predicate);

    /**
     * Waits, by {@link #await}, until there is something, and returns it. A checkpoint, also if it is there at once.
     *
     * @param <T> the type of the value
     * @param predicate looked at under the lock, at first and after each signal
     * @return the first value that the predicate has
     * @throws BrokenLockException if the lock broke meanwhile
     * @throws IllegalStateException if the task does not own the lock
     * @throws io.anyio.api.task.NoEventLoopException if the caller is no task
     */
    <T> T awaitValue(Supplier<Optional<T>> predicate);

    /**
     * Wakes the task that has waited longest, if one waits. Not a checkpoint.
     *
     * @throws BrokenLockException if the lock is broken
     * @throws IllegalStateException if the task does not own the lock
     * @throws io.anyio.api.task.NoEventLoopException if the caller is no task
     */
    void signal();

    /**
     * Wakes the tasks that have waited longest. Not a checkpoint.
     *
     * @param count how many; fewer if fewer wait
     * @throws IllegalArgumentException if the count is negative
     * @throws BrokenLockException if the lock is broken
     * @throws IllegalStateException if the task does not own the lock
     * @throws io.anyio.api.task.NoEventLoopException if the caller is no task
     */
    void signal(int count);

    /**
     * Wakes all tasks that wait now. Not a checkpoint.
     *
     * @throws BrokenLockException if the lock is broken
     * @throws IllegalStateException if the task does not own the lock
     * @throws io.anyio.api.task.NoEventLoopException if the caller is no task
     */
    void signalAll();

    /**
     * Counts. From any thread.
     *
     * @return a snapshot
     */
    ConditionStatistics statistics();
}
