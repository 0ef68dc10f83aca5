package io.anyio.api.sync;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Lets a task that holds a lock wait until another task changes something under the same lock.
 *
 * {@snippet :
 * String take() {
 *     try (Held _ = lock.hold()) {
 *         String letter = notEmpty.awaitValue(() -> Optional.ofNullable(letters.poll()));
 *         notFull.signal();
 *         return letter;
 *     }
 * }
 * }
 *
 * <p>Several conditions may share a lock, as {@code notEmpty} and {@code notFull} do here. There are no spurious
 * wake-ups, and a signal has no effect if no task waits. A task that has been signalled stays signalled: if it is
 * cancelled before it runs again, {@code await} returns with the lock, and the next checkpoint throws. If the lock
 * breaks, all tasks that wait get a {@link BrokenLockException}. Tasks of all loops may share a condition.
 *
 * <p>Guide: {@code docs/synchronization.md}. In AnyIO: {@code anyio.abc.Condition}.
 */
@ProviderType
public interface Condition {
    /**
     * Acquires the lock, as {@link Lock#acquire} does. A checkpoint.
     *
     * @throws BrokenLockException if the lock is broken
     * @throws IllegalStateException if the task already owns the lock
     * @throws io.anyio.api.task.NoEventLoopException if the caller is not a task
     */
    void acquire();

    /**
     * Takes the lock without waiting, as {@link Lock#acquireNowait} does. Not a checkpoint.
     *
     * @throws WouldBlockException if another task owns the lock
     * @throws BrokenLockException if the lock is broken
     * @throws IllegalStateException if the task already owns the lock
     * @throws io.anyio.api.task.NoEventLoopException if the caller is not a task
     */
    void acquireNowait();

    /**
     * Releases the lock, as {@link Lock#release} does. Not a checkpoint.
     *
     * @throws BrokenLockException if the lock is broken
     * @throws IllegalStateException if the task does not own the lock
     * @throws io.anyio.api.task.NoEventLoopException if the caller is not a task
     */
    void release();

    /**
     * Acquires the lock for try-with-resources; otherwise like {@link #acquire}.
     *
     * @return an object whose {@code close} releases the lock
     * @throws BrokenLockException if the lock is broken
     * @throws IllegalStateException if the task already owns the lock
     * @throws io.anyio.api.task.NoEventLoopException if the caller is not a task
     */
    Held hold();

    /**
     * Whether the lock is taken, as {@link Lock#locked} reports. Not a checkpoint; from any thread.
     *
     * @return true if a task owns it, or if it is broken
     */
    boolean locked();

    /**
     * Releases the lock, waits for a signal, and acquires the lock again. A checkpoint: in a cancelled scope it throws
     * at once, and the task keeps the lock. The task owns the lock again when this method returns or throws, except
     * after a {@link BrokenLockException}; if it is cancelled, it first waits for the lock, behind a shield.
     *
     * @throws BrokenLockException if the lock has broken in the meantime; the task does not own it then
     * @throws IllegalStateException if the task does not own the lock
     * @throws io.anyio.api.task.NoEventLoopException if the caller is not a task
     */
    void await();

    /**
     * Waits, by {@link #await}, until a predicate is true. A checkpoint, even if it is true at once.
     *
     * @param predicate evaluated while the task owns the lock, first at once and then after each signal
     * @throws BrokenLockException if the lock has broken in the meantime
     * @throws IllegalStateException if the task does not own the lock
     * @throws io.anyio.api.task.NoEventLoopException if the caller is not a task
     */
    void awaitFor(BooleanSupplier predicate);

    /**
     * Waits, by {@link #await}, until a supplier has a value, and returns it. A checkpoint, even if it has one at once.
     *
     * @param <T> the type of the value
     * @param predicate evaluated while the task owns the lock, first at once and then after each signal
     * @return the first value that the supplier returned
     * @throws BrokenLockException if the lock has broken in the meantime
     * @throws IllegalStateException if the task does not own the lock
     * @throws io.anyio.api.task.NoEventLoopException if the caller is not a task
     */
    <T> T awaitValue(Supplier<Optional<T>> predicate);

    /**
     * Wakes the task that has waited longest; it has no effect if none waits. Not a checkpoint.
     *
     * @throws BrokenLockException if the lock is broken
     * @throws IllegalStateException if the task does not own the lock
     * @throws io.anyio.api.task.NoEventLoopException if the caller is not a task
     */
    void signal();

    /**
     * Wakes a number of tasks, those that have waited longest. Not a checkpoint.
     *
     * @param count how many tasks to wake; if fewer wait, all of them are woken
     * @throws IllegalArgumentException if the count is negative
     * @throws BrokenLockException if the lock is broken
     * @throws IllegalStateException if the task does not own the lock
     * @throws io.anyio.api.task.NoEventLoopException if the caller is not a task
     */
    void signal(int count);

    /**
     * Wakes all tasks that are waiting. Not a checkpoint.
     *
     * @throws BrokenLockException if the lock is broken
     * @throws IllegalStateException if the task does not own the lock
     * @throws io.anyio.api.task.NoEventLoopException if the caller is not a task
     */
    void signalAll();

    /**
     * Returns how many tasks wait, and the state of the lock. Not a checkpoint; from any thread.
     *
     * @return a snapshot
     */
    ConditionStatistics statistics();
}
