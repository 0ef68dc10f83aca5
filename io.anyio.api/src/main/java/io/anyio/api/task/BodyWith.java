package io.anyio.api.task;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Code that takes one argument, returns a value and may throw one kind of checked exception.
 *
 * @param <P> the type of the argument
 * @param <T> the type of the value
 * @param <X> the checked exception, {@link RuntimeException} if the code throws none
 */
@ConsumerType
@FunctionalInterface
public interface BodyWith<P extends @Nullable Object, T extends @Nullable Object, X extends Exception> {
    /**
     * Runs the code.
     *
     * @param argument what the code works on
     * @return its value
     * @throws X if it fails
     */
    T call(P argument) throws X;
}
