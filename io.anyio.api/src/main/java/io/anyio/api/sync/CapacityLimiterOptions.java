package io.anyio.api.sync;

import java.util.Objects;

/**
 * How a limiter is made.
 *
 * @param name what people call it; empty for none
 */
public record CapacityLimiterOptions(String name) {
    /** No name. */
    public static final CapacityLimiterOptions DEFAULT = new CapacityLimiterOptions("");

    /** Checks the name. */
    public CapacityLimiterOptions {
        Objects.requireNonNull(name, "CapacityLimiterOptions: the name is null, give an empty one for none");
    }

    /**
     * Names the limiter.
     *
     * @param value what people call it
     * @return new options
     */
    public CapacityLimiterOptions name(String value) {
        return new CapacityLimiterOptions(value);
    }
}
