package io.anyio.api.sync;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Lends a limited number of tokens to borrowers, each of which has one token at most.
 *
 * {@snippet :
 * CapacityLimiter connections = AnyIO.createCapacityLimiter(2, options -> options.name("database"));
 * try (Held _ = connections.hold()) {
 *     connections.acquireOnBehalfOf("nightly job");
 *     assertThrows(WouldBlockException.class, () -> connections.acquireOnBehalfOfNowait("report"));
 *     connections.totalTokens(3);
 *     connections.acquireOnBehalfOfNowait("report");
 *     CapacityLimiterStatistics now = connections.statistics();
 *     assertEquals(3, now.borrowedTokens());
 *     assertTrue(now.borrowers().contains("nightly job"));
 * }
 * }
 * }
 *
 * <p>A borrower is a task, or any object on behalf of which a task borrows. Borrowers are compared by {@code equals}; a
 * task is represented by its {@link io.anyio.api.task.TaskInfo}. The limiter is fair: a release passes the token
 * directly to the task that has waited longest. A task that has been given a token but is cancelled before it runs
 * again keeps it: {@code acquire} returns, and the next checkpoint throws. Tasks of all loops may share a limiter;
 * methods that need no task may be called from any thread.
 *
 * <p>Guide: {@code docs/synchronization.md}. In AnyIO: {@code anyio.abc.CapacityLimiter}.
 */
@ProviderType
public interface CapacityLimiter {
    /** A total without a limit: no task waits, and borrowers are still counted. */
    int UNLIMITED = Integer.MAX_VALUE;

    /**
     * Waits for a token and lends it to the current task. A checkpoint, even if a token is free: in a cancelled scope
     * it throws and lends none. A task that is cancelled while it waits is no longer in the queue.
     *
     * @throws IllegalStateException if the task already has, or waits for, a token of this limiter
     * @throws io.anyio.api.task.NoEventLoopException if the caller is not a task
     */
    void acquire();

    /**
     * Lends a token to the current task without waiting. Not a checkpoint.
     *
     * @throws WouldBlockException if no token is free, or other tasks wait for one
     * @throws IllegalStateException if the task already has, or waits for, a token of this limiter
     * @throws io.anyio.api.task.NoEventLoopException if the caller is not a task
     */
    void acquireNowait();

    /**
     * Waits for a token and lends it to a borrower; otherwise like {@link #acquire}.
     *
     * @param borrower any object with a stable {@code equals}
     * @throws IllegalStateException if the borrower already has, or a task waits to borrow for it, a token of this
     * limiter
     * @throws io.anyio.api.task.NoEventLoopException if the caller is not a task
     */
    void acquireOnBehalfOf(Object borrower);

    /**
     * Lends a token to a borrower without waiting. Not a checkpoint; from any thread.
     *
     * @param borrower any object with a stable {@code equals}
     * @throws WouldBlockException if no token is free, or other tasks wait for one
     * @throws IllegalStateException if the borrower already has, or a task waits to borrow for it, a token of this
     * limiter
     */
    void acquireOnBehalfOfNowait(Object borrower);

    /**
     * Takes the current task's token back, and passes it to the task that has waited longest, if one waits. Not a
     * checkpoint.
     *
     * @throws IllegalStateException if the task has no token of this limiter
     * @throws io.anyio.api.task.NoEventLoopException if the caller is not a task
     */
    void release();

    /**
     * Takes a borrower's token back, and passes it to the task that has waited longest, if one waits. Not a checkpoint;
     * from any thread.
     *
     * @param borrower the object that has the token
     * @throws IllegalStateException if the borrower has no token of this limiter
     */
    void releaseOnBehalfOf(Object borrower);

    /**
     * Acquires a token for try-with-resources; otherwise like {@link #acquire}.
     *
     * @return an object whose {@code close} releases the token of this task
     * @throws IllegalStateException if the task already has, or waits for, a token of this limiter
     * @throws io.anyio.api.task.NoEventLoopException if the caller is not a task
     */
    Held hold();

    /**
     * Returns how many tokens there are. Not a checkpoint; from any thread.
     *
     * @return the total, which may be {@link #UNLIMITED}
     */
    int totalTokens();

    /**
     * Changes how many tokens there are. If the total grows, waiting tasks get the new tokens. If it falls, no borrower
     * loses its token, but no token is lent until fewer are borrowed than the new total. Not a checkpoint; from any
     * thread.
     *
     * @param total zero or more; {@link #UNLIMITED} for no limit
     * @throws IllegalArgumentException if the total is negative
     */
    void totalTokens(int total);

    /**
     * Returns how many tokens are borrowed. Not a checkpoint; from any thread.
     *
     * @return zero or more
     */
    int borrowedTokens();

    /**
     * Returns how many tokens are free: the total less the borrowed ones. Not a checkpoint; from any thread.
     *
     * @return a number that is negative if the total has been lowered below the number of borrowed tokens;
     * {@link #UNLIMITED} if the total is unlimited
     */
    int availableTokens();

    /**
     * Returns the name of the limiter, for display.
     *
     * @return the name, empty if it has none
     */
    String name();

    /**
     * Returns the counters and the borrowers. Not a checkpoint; from any thread.
     *
     * @return a snapshot
     */
    CapacityLimiterStatistics statistics();
}
