package io.anyio.api.task;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How an event loop is made.
 *
 * @param backend {@code carrier}, {@code pool}, or empty for the best available one
 * @param name the name of the loop and its thread; empty for a default one
 * @param clock the loop's time source, or null for the system's monotonic clock
 * @param stallAfter for how long, in real time, a task may keep the loop for itself until the log names it with its
 * stack; zero for ever
 */
public record LoopOptions(String backend, String name, @Nullable Clock clock, Duration stallAfter) {
    /** The best backend, a default name, the system's clock, a word in the log after a second. */
    public static final LoopOptions DEFAULT = new LoopOptions("", "", null, Duration.ofSeconds(1));

    /** Checks the options. */
    public LoopOptions {
        Objects.requireNonNull(backend, "LoopOptions: the backend is null, give an empty one for the best available");
        Objects.requireNonNull(name, "LoopOptions: the name is null, give an empty one for a default");
        Objects.requireNonNull(stallAfter, "LoopOptions: stallAfter is null, give Duration.ZERO for ever");
    }

    private static final List<String> NAMES = List.of("backend", "name", "stallAfter");

    /**
     * Options by their names, for example from a configuration; what is not named has its default.
     *
     * @param values {@code backend}, {@code name} and {@code stallAfter}, with the values that the methods of the same
     * name take; a duration is written as {@code PT1S}
     * @return new options
     * @throws IllegalArgumentException if there is no such option, or its value is none
     */
    public static LoopOptions of(Map<String, String> values) {
        LoopOptions options = DEFAULT;
        for (Map.Entry<String, String> entry : values.entrySet()) {
            String value = entry.getValue();
            options = switch (entry.getKey()) {
                case "backend" -> options.backend(value);
                case "name" -> options.name(value);
                case "stallAfter" -> options.stallAfter(duration(value));
                default -> throw new IllegalArgumentException(
                        "No such option of a loop: " + entry.getKey() + ", there are " + NAMES);
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
        return new LoopOptions(value, name, clock, stallAfter);
    }

    /**
     * Names the loop.
     *
     * @param value the name of the loop and its thread
     * @return new options
     */
    public LoopOptions name(String value) {
        return new LoopOptions(backend, value, clock, stallAfter);
    }

    /**
     * Chooses the time source, for example a virtual clock.
     *
     * @param value the clock
     * @return new options
     */
    public LoopOptions clock(Clock value) {
        return new LoopOptions(backend, name, Objects.requireNonNull(value, "LoopOptions.clock: the clock is null"),
                stallAfter);
    }

    private static Duration duration(String value) {
        try {
            return Duration.parse(value);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "The loop's option stallAfter is a duration such as PT1S, not '" + value + "'", e);
        }
    }

    /**
     * Sets when the log tells of a task that keeps the loop for itself.
     *
     * @param value for how long, in real time, it may; zero for ever
     * @return new options
     * @throws IllegalArgumentException if it is negative
     */
    public LoopOptions stallAfter(Duration value) {
        Objects.requireNonNull(value, "LoopOptions.stallAfter: the duration is null, give Duration.ZERO for ever");
        if (value.isNegative()) {
            throw new IllegalArgumentException("stallAfter < 0: " + value);
        }
        return new LoopOptions(backend, name, clock, value);
    }
}
