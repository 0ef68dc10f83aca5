package io.anyio.api.sync;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Lets one task at a time execute a piece of code.
 *
 * {@snippet :
 * try (Held _ = lock.hold()) {
 *     int before = readBalance();
 *     writeBalance(before + 5);
 * }
 * }
 *
 * <p>The owner is a task, not a thread. A lock is not reentrant. It is fair: a release passes it directly to the task
 * that has waited longest. Tasks of all loops may share a lock. Within one loop, code between two checkpoints needs no
 * lock.
 *
 * <p>AnyIO differs in two points. If the owner ends without releasing the lock, the lock breaks: all tasks that wait
 * for it, and all later callers, get a {@link BrokenLockException} instead of waiting indefinitely. And a task that has
 * been given the lock but is cancelled before it runs again keeps it: {@code acquire} returns, and the next checkpoint
 * throws.
 *
 * <p>Guide: {@code docs/synchronization.md}. In AnyIO: {@code anyio.abc.Lock}.
 */
@ProviderType
public interface Lock {
    /**
     * Waits until the current task owns the lock. A checkpoint, even if the lock is free: in a cancelled scope it
     * throws and does not take the lock. A task that is cancelled while it waits is no longer in the queue.
     *
     * @throws BrokenLockException if an owner ended without releasing it
     * @throws IllegalStateException if the task already owns it
     * @throws io.anyio.api.task.NoEventLoopException if the caller is not a task
     */
    void acquire();

    /**
     * Takes the lock without waiting. Not a checkpoint.
     *
     * @throws WouldBlockException if another task owns it
     * @throws BrokenLockException if an owner ended without releasing it
     * @throws IllegalStateException if the task already owns it
     * @throws io.anyio.api.task.NoEventLoopException if the caller is not a task
     */
    void acquireNowait();

    /**
     * Passes the lock to the task that has waited longest, or frees it if no task waits. Not a checkpoint.
     *
     * @throws BrokenLockException if an owner ended without releasing it
     * @throws IllegalStateException if the task does not own it
     * @throws io.anyio.api.task.NoEventLoopException if the caller is not a task
     */
    void release();

    /**
     * Acquires the lock for try-with-resources; otherwise like {@link #acquire}.
     *
     * @return an object whose {@code close} releases the lock
     * @throws BrokenLockException if an owner ended without releasing it
     * @throws IllegalStateException if the task already owns it
     * @throws io.anyio.api.task.NoEventLoopException if the caller is not a task
     */
    Held hold();

    /**
     * Whether the lock is taken. Not a checkpoint; from any thread.
     *
     * @return true if a task owns it, or if it is broken
     */
    boolean locked();

    /**
     * Returns the owner of the lock and the number of tasks that wait for it. Not a checkpoint; from any thread.
     *
     * @return a snapshot
     */
    LockStatistics statistics();
}
