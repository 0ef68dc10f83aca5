package io.anyio.api.sync;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Lends so many tokens at a time, each to a borrower who has at most one: a task, or whatever object it is borrowed on
 * behalf of.
 *
 * <p>Borrowers are told apart by {@code equals}; a task is represented by its {@link io.anyio.api.task.TaskInfo}. Who
 * asked first gets a token first, directly from the one who releases it; a task that was given one and is cancelled
 * before it could go on keeps it, and its next checkpoint throws. Tasks of all loops may share it, and what needs no
 * task works from any thread.
 */
@ProviderType
public interface CapacityLimiter {
    /** A total that never runs out: nobody waits, and borrowers are still counted. */
    int UNLIMITED = Integer.MAX_VALUE;

    /**
     * Waits for a token and books it on the current task. A checkpoint, also if there is one: in a cancelled scope it
     * throws and books none. A cancellation while it waits leaves nothing behind.
     *
     * @throws IllegalStateException if the task has or awaits one of this limiter's tokens
     * @throws io.anyio.api.task.NoEventLoopException if the caller is no task
     */
    void acquire();

    /**
     * Books a token on the current task if there is one. Not a checkpoint.
     *
     * @throws WouldBlockException if there is none, or others wait
     * @throws IllegalStateException if the task has or awaits one of this limiter's tokens
     * @throws io.anyio.api.task.NoEventLoopException if the caller is no task
     */
    void acquireNowait();

    /**
     * Waits for a token and books it on a borrower. A checkpoint, as {@link #acquire} is.
     *
     * @param borrower who has the token then
     * @throws IllegalStateException if the borrower has or awaits one of this limiter's tokens
     * @throws io.anyio.api.task.NoEventLoopException if the caller is no task
     */
    void acquireOnBehalfOf(Object borrower);

    /**
     * Books a token on a borrower if there is one. Not a checkpoint; from any thread.
     *
     * @param borrower who has the token then
     * @throws WouldBlockException if there is none, or others wait
     * @throws IllegalStateException if the borrower has or awaits one of this limiter's tokens
     */
    void acquireOnBehalfOfNowait(Object borrower);

    /**
     * Gives the current task's token to the task that has waited longest, or takes it back. Not a checkpoint.
     *
     * @throws IllegalStateException if the task has no token of this limiter
     * @throws io.anyio.api.task.NoEventLoopException if the caller is no task
     */
    void release();

    /**
     * Gives a borrower's token to the task that has waited longest, or takes it back. Not a checkpoint; from any
     * thread.
     *
     * @param borrower who has the token
     * @throws IllegalStateException if the borrower has no token of this limiter
     */
    void releaseOnBehalfOf(Object borrower);

    /**
     * {@link #acquire} for try-with-resources.
     *
     * @return gives back the token of this task
     * @throws IllegalStateException if the task has or awaits one of this limiter's tokens
     * @throws io.anyio.api.task.NoEventLoopException if the caller is no task
     */
    Held hold();

    /**
     * How many tokens there are. From any thread.
     *
     * @return the total, which may be {@link #UNLIMITED}
     */
    int totalTokens();

    /**
     * Changes how many tokens there are. More tokens wake as many waiting tasks; with fewer nobody loses one, but none
     * is given until fewer are borrowed than there are. Not a checkpoint; from any thread.
     *
     * @param total zero or more, or {@link #UNLIMITED}
     * @throws IllegalArgumentException if the total is negative
     */
    void totalTokens(int total);

    /**
     * How many tokens are borrowed. From any thread.
     *
     * @return zero or more
     */
    int borrowedTokens();

    /**
     * How many tokens are left: the total less the borrowed ones. From any thread.
     *
     * @return negative after the total was lowered below the borrowed ones; {@link #UNLIMITED} if the total is
     */
    int availableTokens();

    /**
     * What people call it.
     *
     * @return its name, empty if it has none
     */
    String name();

    /**
     * Counts. From any thread.
     *
     * @return a snapshot
     */
    CapacityLimiterStatistics statistics();
}
