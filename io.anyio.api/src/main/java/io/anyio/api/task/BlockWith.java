package io.anyio.api.task;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Code that takes one argument, returns nothing and may throw one kind of checked exception.
 *
 * @param <P> the type of the argument
 * @param <X> the checked exception, {@link RuntimeException} if the code throws none
 */
@ConsumerType
@FunctionalInterface
public interface BlockWith<P extends @Nullable Object, X extends Exception> {
    /**
     * Runs the code.
     *
     * @param argument what the code works on
     * @throws X if it fails
     */
    void run(P argument) throws X;
}
