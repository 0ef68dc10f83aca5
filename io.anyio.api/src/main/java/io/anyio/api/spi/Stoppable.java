package io.anyio.api.spi;

import java.io.IOException;
import java.time.Duration;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A resource of an {@link Owner} that takes part in each step of its owner's stop, in this order: {@link #stop},
 * {@link #cancel}, {@link #awaitEnd}, {@link #close}. A listener ends with the first step, and a resource with tasks of
 * its own with the third. A resource that is not a {@code Stoppable} is only closed, between the last two steps.
 */
@ConsumerType
public interface Stoppable extends Lasting {
    /** Refuses new work, and lets work that has begun continue. From an ordinary thread; never waits. */
    void stop();

    /** Cancels what has begun, which may still use the owner's streams. From an ordinary thread; never waits. */
    default void cancel() {}

    /**
     * Waits until the resource has ended. From an ordinary thread.
     *
     * @param patience the longest time to wait
     * @return whether it has ended
     */
    default boolean awaitEnd(Duration patience) {
        return true;
    }

    /** Closes what is left, whether it has ended or not. */
    @Override
    void close() throws IOException;
}
