package io.anyio.api.task;

import java.util.List;
import java.util.Map;
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

    private static final List<String> NAMES = List.of("backend", "name");

    /**
     * Options by their names, for example from a configuration; what is not named has its default.
     *
     * @param values {@code backend} and {@code name}, with the values that the methods of the same name take
     * @return new options
     * @throws IllegalArgumentException if there is no such option
     */
    public static LoopOptions of(Map<String, String> values) {
        LoopOptions options = DEFAULT;
        for (Map.Entry<String, String> entry : values.entrySet()) {
            String value = entry.getValue();
            options = switch (entry.getKey()) {
                case "backend" -> options.backend(value);
                case "name" -> options.name(value);
                default -> throw new IllegalArgumentException("No such option of a loop: " + entry.getKey() + ", there are " + NAMES);
            };
        }
        return options;
    }

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
