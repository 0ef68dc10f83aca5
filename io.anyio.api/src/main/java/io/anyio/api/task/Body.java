package io.anyio.api.task;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Code that returns a value and may throw one kind of checked exception.
 *
 * @param <T> the type of the value
 * @param <X> the checked exception, {@link RuntimeException} if the code throws none
 */
@ConsumerType
@FunctionalInterface
public interface Body<T extends @Nullable Object, X extends Exception> {
    /**
     * Runs the code.
     *
     * @return its value
     * @throws X if it fails
     */
    T call() throws X;
}
