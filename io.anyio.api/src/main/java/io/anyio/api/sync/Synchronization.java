package io.anyio.api.sync;

import java.util.function.UnaryOperator;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Makes what tasks synchronize by. What is made belongs to nobody and needs no running loop: it can be made in a
 * constructor and shared by the tasks of all loops. Every method may be called from any thread and is no checkpoint.
 */
@ProviderType
public interface Synchronization {
    /**
     * Makes an event.
     *
     * @return the event, not set
     */
    Event createEvent();

    /**
     * Makes a lock.
     *
     * @return the lock, free
     */
    Lock createLock();

    /**
     * Makes a condition with a lock of its own.
     *
     * @return the condition
     */
    Condition createCondition();

    /**
     * Makes a condition on a lock, which other conditions may share.
     *
     * @param lock a lock that this service made
     * @return the condition
     * @throws IllegalArgumentException if the lock is not one of AnyIO's
     */
    Condition createCondition(Lock lock);

    /**
     * Makes a semaphore without a maximum.
     *
     * @param initialValue how many slots are free at first
     * @return the semaphore
     * @throws IllegalArgumentException if the value is negative
     */
    default Semaphore createSemaphore(int initialValue) {
        return createSemaphore(initialValue, options -> options);
    }

    /**
     * Makes a semaphore.
     *
     * @param initialValue how many slots are free at first
     * @param options changes the default options
     * @return the semaphore
     * @throws IllegalArgumentException if the value is negative or exceeds the maximum
     */
    Semaphore createSemaphore(int initialValue, UnaryOperator<SemaphoreOptions> options);

    /**
     * Makes a limiter.
     *
     * @param totalTokens how many tokens it lends; {@link CapacityLimiter#UNLIMITED} for any number; with zero all wait
     * until the total is raised
     * @return the limiter
     * @throws IllegalArgumentException if the total is negative
     */
    default CapacityLimiter createCapacityLimiter(int totalTokens) {
        return createCapacityLimiter(totalTokens, options -> options);
    }

    /**
     * Makes a limiter, with options.
     *
     * @param totalTokens how many tokens it lends; {@link CapacityLimiter#UNLIMITED} for any number; with zero all wait
     * until the total is raised
     * @param options changes the default options
     * @return the limiter
     * @throws IllegalArgumentException if the total is negative
     */
    CapacityLimiter createCapacityLimiter(int totalTokens, UnaryOperator<CapacityLimiterOptions> options);

    /**
     * Makes a guard.
     *
     * @param action what is done with the resource, for the message, for example {@code reading from}
     * @return the guard, not in use
     */
    ResourceGuard createResourceGuard(String action);
}
