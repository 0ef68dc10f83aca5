package io.anyio.api.task;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Options for making an event loop.
 *
 * <p>Guide: {@code docs/operations.md}.
 *
 * @param backend one of {@code AnyIO.backends()}; empty for the best one that is available
 * @param name the name of the loop and its thread; empty for a default name
 * @param clock the loop's source of time, or null for the system's monotonic clock
 * @param stallAfter for how long, in real time, a task may run without a checkpoint before the log reports it with its
 * stack; zero if it may do so indefinitely
 * @param contextCarriers carry what other libraries keep in threads to the tasks of the loop
 */
public record LoopOptions(String backend, String name, @Nullable Clock clock, Duration stallAfter,
        List<ContextCarrier> contextCarriers) {
    /** The best available backend, a default name, the system's clock, and a report in the log after one second. */
    public static final LoopOptions DEFAULT = new LoopOptions("", "", null, Duration.ofSeconds(1),
            List.of());

    /** Checks the options. */
    public LoopOptions {
        Objects.requireNonNull(backend, "LoopOptions: the backend is null, give an empty one for the best available");
        Objects.requireNonNull(name, "LoopOptions: the name is null, give an empty one for a default");
        Objects.requireNonNull(stallAfter,
                "LoopOptions: stallAfter is null, give Duration.ZERO to switch the report off");
        Objects.requireNonNull(contextCarriers,
                "LoopOptions: the list of carriers is null, give an empty one for none");
        for (ContextCarrier carrier : contextCarriers) {
            Objects.requireNonNull(carrier, "LoopOptions: a carrier in the list is null, leave it out");
        }
        contextCarriers = List.copyOf(contextCarriers);
    }

    private static final List<String> NAMES = List.of("backend", "name", "stallAfter");

    /**
     * Makes options from names and values, for example from a configuration. An option that is not named has its
     * default.
     *
     * @param values values for {@code backend}, {@code name} and {@code stallAfter}; a duration is written in the form
     * of ISO 8601, such as {@code PT1S}
     * @return new options
     * @throws IllegalArgumentException if there is no option of a name, or its value cannot be parsed
     */
    public static LoopOptions of(Map<String, String> values) {
        Objects.requireNonNull(values, "LoopOptions.of: the map of values is null");
        LoopOptions options = DEFAULT;
        for (Map.Entry<String, String> entry : values.entrySet()) {
            String value = entry.getValue();
            options = switch (entry.getKey()) {
                case "backend" -> options.backend(value);
                case "name" -> options.name(value);
                case "stallAfter" -> options.stallAfter(duration(value));
                default -> throw new IllegalArgumentException(
                        "The event loop has no option '" + entry.getKey() + "': use one of " + NAMES);
            };
        }
        return options;
    }

    /**
     * Sets the backend.
     *
     * @param value one of {@code AnyIO.backends()}; empty for the best one that is available
     * @return new options
     */
    public LoopOptions backend(String value) {
        return new LoopOptions(value, name, clock, stallAfter, contextCarriers);
    }

    /**
     * Sets the name.
     *
     * @param value the name of the loop and its thread
     * @return new options
     */
    public LoopOptions name(String value) {
        return new LoopOptions(backend, value, clock, stallAfter, contextCarriers);
    }

    /**
     * Sets the source of time, for example a virtual clock.
     *
     * @param value the clock
     * @return new options
     */
    public LoopOptions clock(Clock value) {
        return new LoopOptions(backend, name, Objects.requireNonNull(value, "LoopOptions.clock: the clock is null"),
                stallAfter, contextCarriers);
    }

    private static Duration duration(String value) {
        try {
            return Duration.parse(value);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "The option stallAfter of the event loop is '" + value + "': give a duration such as PT1S", e);
        }
    }

    /**
     * Sets for how long a task may run without a checkpoint before the log reports it.
     *
     * @param value a duration in real time; zero switches the report off
     * @return new options
     * @throws IllegalArgumentException if it is negative
     */
    public LoopOptions stallAfter(Duration value) {
        Objects.requireNonNull(value,
                "LoopOptions.stallAfter: the duration is null, give Duration.ZERO to switch the report off");
        if (value.isNegative()) {
            throw new IllegalArgumentException(
                    "The option stallAfter of the event loop is " + value + ", which is negative: give Duration.ZERO "
                            + "to switch the report off");
        }
        return new LoopOptions(backend, name, clock, value, contextCarriers);
    }

    /**
     * Adds a carrier. The values are restored in the order in which the carriers are added.
     *
     * @param value the carrier
     * @return new options
     */
    public LoopOptions carrier(ContextCarrier value) {
        Objects.requireNonNull(value, "LoopOptions.carrier: the carrier is null");
        List<ContextCarrier> more = new ArrayList<>(contextCarriers);
        more.add(value);
        return new LoopOptions(backend, name, clock, stallAfter, more);
    }
}
