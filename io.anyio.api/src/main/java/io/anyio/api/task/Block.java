package io.anyio.api.task;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Code that returns nothing and may throw one kind of checked exception.
 *
 * @param <X> the checked exception, {@link RuntimeException} if the code throws none
 */
@ConsumerType
@FunctionalInterface
public interface Block<X extends Exception> {
    /**
     * Runs the code.
     *
     * @throws X if it fails
     */
    void run() throws X;
}
