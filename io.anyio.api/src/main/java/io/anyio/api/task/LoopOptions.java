package io.anyio.api.task;

import org.jspecify.annotations.Nullable;

/**
 * How an event loop is made.
 *
 * @param backend {@code carrier}, {@code pool}, or empty for the best available one
 * @param name the name of the loop and its thread; empty for a default one
 * @param clock the loop's time source, or null for the system's monotonic clock
 */
public record LoopOptions(String backend, String name, @Nullable Clock clock) {
    /** The best backend, a default name, the system's clock. */
    public static final LoopOptions DEFAULT = new LoopOptions("", "", null);

    /**
     * Chooses the backend.
     *
     * @param value one of {@code AnyIO.backends()}, or empty for the best available one
     * @return new options
     */
    public LoopOptions backend(String value) {
        return new LoopOptions(value, name, clock);
    }

    /**
     * Names the loop.
     *
     * @param value the name of the loop and its thread
     * @return new options
     */
    public LoopOptions name(String value) {
        return new LoopOptions(backend, value, clock);
    }

    /**
     * Chooses the time source, for example a virtual clock.
     *
     * @param value the clock
     * @return new options
     */
    public LoopOptions clock(Clock value) {
        return new LoopOptions(backend, name, value);
    }
}
