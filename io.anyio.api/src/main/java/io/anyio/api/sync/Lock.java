package io.anyio.api.sync;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Lets one task at a time go on. The owner is a task, not a thread; a lock is not reentrant; who asked first gets it
 * first, directly from the one who releases it.
 *
 * {@snippet :
 * try (Held _ = lock.hold()) {
 *     change();
 * }
 * }
 *
 * <p>Tasks of all loops may share it. Inside one loop code between two checkpoints needs no lock.
 *
 * <p>AnyIO differs: if the owner ends without releasing it, the lock breaks, and all who wait for it, or ask for it
 * later, get a {@link BrokenLockException} instead of waiting for ever. And a task that was given the lock and is
 * cancelled before it could go on keeps it: {@code acquire} returns, and the next checkpoint throws.
 */
@ProviderType
public interface Lock {
    /**
     * Waits until the current task owns the lock. A checkpoint, also if the lock is free: in a cancelled scope it
     * throws and leaves the lock alone. A cancellation while it waits leaves nothing behind.
     *
     * @throws BrokenLockException if an owner ended without releasing it
     * @throws IllegalStateException if the task owns it already
     * @throws io.anyio.api.task.NoEventLoopException if the caller is no task
     */
    void acquire();

    /**
     * Takes the lock if it is free. Not a checkpoint.
     *
     * @throws WouldBlockException if another task owns it
     * @throws BrokenLockException if an owner ended without releasing it
     * @throws IllegalStateException if the task owns it already
     * @throws io.anyio.api.task.NoEventLoopException if the caller is no task
     */
    void acquireNowait();

    /**
     * Gives the lock to the task that has waited longest, or sets it free. Not a checkpoint.
     *
     * @throws BrokenLockException if an owner ended without releasing it
     * @throws IllegalStateException if the task does not own it
     * @throws io.anyio.api.task.NoEventLoopException if the caller is no task
     */
    void release();

    /**
     * {@link #acquire} for try-with-resources.
     *
     * @return closes by {@link #release}
     * @throws BrokenLockException if an owner ended without releasing it
     * @throws IllegalStateException if the task owns it already
     * @throws io.anyio.api.task.NoEventLoopException if the caller is no task
     */
    Held hold();

    /**
     * Whether a task owns the lock. From any thread.
     *
     * @return true if so, and if it is broken
     */
    boolean locked();

    /**
     * Counts. From any thread.
     *
     * @return a snapshot
     */
    LockStatistics statistics();
}
