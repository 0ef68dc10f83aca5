package io.anyio.api.sync;

import java.util.Objects;
import java.util.OptionalInt;

/**
 * Options for making a semaphore.
 *
 * @param maxValue the largest value that it may have; empty for no maximum
 */
public record SemaphoreOptions(OptionalInt maxValue) {
    /** No maximum. */
    public static final SemaphoreOptions DEFAULT = new SemaphoreOptions(OptionalInt.empty());

    /** Refuses null. */
    public SemaphoreOptions {
        Objects.requireNonNull(maxValue, "SemaphoreOptions.maxValue is null");
    }

    /**
     * Sets a maximum, so that a release without an acquire is an error.
     *
     * @param value the largest value that the semaphore may have
     * @return new options
     */
    public SemaphoreOptions maxValue(int value) {
        return new SemaphoreOptions(OptionalInt.of(value));
    }
}
