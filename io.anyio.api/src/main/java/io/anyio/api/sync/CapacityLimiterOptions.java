package io.anyio.api.sync;

import java.util.Objects;

/**
 * Options for making a capacity limiter.
 *
 * @param name its name, for display; empty for none
 */
public record CapacityLimiterOptions(String name) {
    /** No name. */
    public static final CapacityLimiterOptions DEFAULT = new CapacityLimiterOptions("");

    /** Checks the name. */
    public CapacityLimiterOptions {
        Objects.requireNonNull(name, "CapacityLimiterOptions: the name is null, give an empty one for none");
    }

    /**
     * Sets the name.
     *
     * @param value the name, for display
     * @return new options
     */
    public CapacityLimiterOptions name(String value) {
        return new CapacityLimiterOptions(value);
    }
}
