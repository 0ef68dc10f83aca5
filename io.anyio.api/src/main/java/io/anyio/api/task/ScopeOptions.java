package io.anyio.api.task;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a cancel scope is made.
 *
 * @param timeout the time from entering the scope to its deadline, or null for none
 * @param deadline the deadline, {@link Deadline#NEVER} for none; the earlier of both counts
 * @param shield whether enclosing scopes cannot cancel it
 * @param name what the scope is called in messages; empty for none
 */
public record ScopeOptions(@Nullable Duration timeout, Deadline deadline, boolean shield, String name) {
    /** No deadline, no shield, no name. */
    public static final ScopeOptions DEFAULT = new ScopeOptions(null, Deadline.NEVER, false, "");

    /**
     * Checks the options.
     *
     * @throws NullPointerException if the deadline or the name is null
     */
    public ScopeOptions {
        Objects.requireNonNull(deadline, "The deadline of a cancel scope is null: Deadline.NEVER is none");
        Objects.requireNonNull(name, "The name of a cancel scope is null: give none");
    }

    /**
     * Sets a timeout, counted from entering the scope.
     *
     * @param value the time that the block may take; zero or less cancels it at its first checkpoint
     * @return new options
     */
    public ScopeOptions timeout(Duration value) {
        return new ScopeOptions(Objects.requireNonNull(value, "The timeout is null: without one there is no deadline"),
                deadline, shield, name);
    }

    /**
     * Sets an absolute deadline.
     *
     * @param value the deadline
     * @return new options
     */
    public ScopeOptions deadline(Deadline value) {
        return new ScopeOptions(timeout, value, shield, name);
    }

    /**
     * Sets the shield.
     *
     * @param value whether enclosing scopes cannot cancel it
     * @return new options
     */
    public ScopeOptions shield(boolean value) {
        return new ScopeOptions(timeout, deadline, value, name);
    }

    /**
     * Sets the name.
     *
     * @param value what the scope is called in messages
     * @return new options
     */
    public ScopeOptions name(String value) {
        return new ScopeOptions(timeout, deadline, shield, value);
    }
}
