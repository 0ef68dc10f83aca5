package io.anyio.api.sync;

import java.util.function.UnaryOperator;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Makes locks, events, conditions, semaphores, limiters and guards.
 *
 * {@snippet :
 * Cache(Synchronization synchronization) {
 *     lock = synchronization.createLock();
 * }
 * }
 *
 * <p>What this service makes needs no running loop: a component can make it in its constructor, and the tasks of all
 * loops may share it. It holds no resources and need not be closed. All methods may be called from any thread; none is
 * a checkpoint. In a task, the methods of {@code AnyIO} with the same names do the same.
 *
 * <p>Guide: {@code docs/synchronization.md}.
 */
@ProviderType
public interface Synchronization {
    /**
     * Makes an event; see {@link Event}.
     *
     * @return the event, not set
     */
    Event createEvent();

    /**
     * Makes a lock; see {@link Lock}.
     *
     * @return the lock, free
     */
    Lock createLock();

    /**
     * Makes a condition that has a lock of its own; see {@link Condition}.
     *
     * @return the condition
     */
    Condition createCondition();

    /**
     * Makes a condition that uses a given lock. Several conditions may share a lock.
     *
     * @param lock a lock that AnyIO has made
     * @return the condition
     * @throws IllegalArgumentException if the lock is of another implementation
     */
    Condition createCondition(Lock lock);

    /**
     * Makes a semaphore that has no maximum; see {@link #createSemaphore(int, UnaryOperator)}.
     *
     * @param initialValue how many slots are free at the beginning
     * @return the semaphore
     * @throws IllegalArgumentException if the value is negative
     */
    default Semaphore createSemaphore(int initialValue) {
        return createSemaphore(initialValue, new Unchanged<>());
    }

    /**
     * Makes a semaphore; see {@link Semaphore}.
     *
     * @param initialValue how many slots are free at the beginning
     * @param options changes the default options
     * @return the semaphore
     * @throws IllegalArgumentException if the value is negative or exceeds the maximum
     */
    Semaphore createSemaphore(int initialValue, UnaryOperator<SemaphoreOptions> options);

    /**
     * Makes a capacity limiter that has no name; see {@link #createCapacityLimiter(int, UnaryOperator)}.
     *
     * @param totalTokens how many tokens there are; {@link CapacityLimiter#UNLIMITED} for no limit; with zero, tasks
     * wait until the total is raised
     * @return the limiter
     * @throws IllegalArgumentException if the total is negative
     */
    default CapacityLimiter createCapacityLimiter(int totalTokens) {
        return createCapacityLimiter(totalTokens, new Unchanged<>());
    }

    /**
     * Makes a capacity limiter; see {@link CapacityLimiter}.
     *
     * @param totalTokens how many tokens there are; {@link CapacityLimiter#UNLIMITED} for no limit; with zero, tasks
     * wait until the total is raised
     * @param options changes the default options
     * @return the limiter
     * @throws IllegalArgumentException if the total is negative
     */
    CapacityLimiter createCapacityLimiter(int totalTokens, UnaryOperator<CapacityLimiterOptions> options);

    /**
     * Makes a guard; see {@link ResourceGuard}.
     *
     * @param action what a task does with the resource, for the message, for example {@code reading from}
     * @return the guard, not in use
     */
    ResourceGuard createResourceGuard(String action);
}
