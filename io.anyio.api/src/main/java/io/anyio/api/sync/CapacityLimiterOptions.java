package io.anyio.api.sync;

/**
 * How a limiter is made.
 *
 * @param name what people call it; empty for none
 */
public record CapacityLimiterOptions(String name) {
    /** No name. */
    public static final CapacityLimiterOptions DEFAULT = new CapacityLimiterOptions("");

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
