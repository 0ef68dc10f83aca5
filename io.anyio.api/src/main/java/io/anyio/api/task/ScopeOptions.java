package io.anyio.api.task;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Options for making a cancel scope. If both a timeout and a deadline are given, the earlier one counts.
 *
 * @param timeout the time from entering the scope to its deadline, or null for none
 * @param deadline the deadline; {@link Deadline#NEVER} for none
 * @param shield whether the scope is protected from the cancellation of enclosing scopes
 * @param name the name of the scope, for display; empty for none
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
        Objects.requireNonNull(deadline, "ScopeOptions: the deadline is null, give Deadline.NEVER for none");
        Objects.requireNonNull(name, "ScopeOptions: the name is null, give an empty one for none");
    }

    /**
     * Sets a timeout, which begins when the scope is entered.
     *
     * @param value how long the block may take; zero or less cancels it at its first checkpoint
     * @return new options
     */
    public ScopeOptions timeout(Duration value) {
        return new ScopeOptions(
                Objects.requireNonNull(value,
                        "ScopeOptions.timeout: the timeout is null, leave the option out for none"),
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
     * @param value whether the scope is protected from the cancellation of enclosing scopes
     * @return new options
     */
    public ScopeOptions shield(boolean value) {
        return new ScopeOptions(timeout, deadline, value, name);
    }

    /**
     * Sets the name.
     *
     * @param value the name of the scope, for display
     * @return new options
     */
    public ScopeOptions name(String value) {
        return new ScopeOptions(timeout, deadline, shield, value);
    }
}
