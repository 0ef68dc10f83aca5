package io.anyio.api.sync;

import java.util.OptionalInt;

/**
 * How a semaphore is made.
 *
 * @param maxValue what its value may not exceed, empty for no limit
 */
public record SemaphoreOptions(OptionalInt maxValue) {
    /** No maximum. */
    public static final SemaphoreOptions DEFAULT = new SemaphoreOptions(OptionalInt.empty());

    /**
     * Sets a maximum, so that one release too many is an error.
     *
     * @param value what the semaphore's value may not exceed
     * @return new options
     */
    public SemaphoreOptions maxValue(int value) {
        return new SemaphoreOptions(OptionalInt.of(value));
    }
}
