package io.anyio.api.signal;

import java.util.Objects;

/**
 * A signal of the operating system that has arrived.
 *
 * <p>In AnyIO: an {@code int}. Rules: SG-09 of {@code docs/semantics.md}.
 *
 * @param name its name without {@code SIG}, such as {@code TERM}
 * @param number its number on this system, such as 15
 */
public record Signal(String name, int number) {
    /** Refuses null. */
    public Signal {
        Objects.requireNonNull(name, "Signal.name is null");
    }
}
