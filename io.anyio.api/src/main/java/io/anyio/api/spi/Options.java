package io.anyio.api.spi;

import java.util.Objects;
import java.util.function.UnaryOperator;

/** Options that a caller changes by a function. */
public final class Options {
    private Options() {}

    /**
     * Has the caller change options.
     *
     * @param <O> the type of the options
     * @param call what was called, for messages
     * @param defaults what is changed
     * @param change changes them
     * @return the changed options
     * @throws NullPointerException if the function is null, or returns null
     */
    public static <O> O chosen(String call, O defaults, UnaryOperator<O> change) {
        Objects.requireNonNull(change,
                () -> call + ": what changes the options is null, give options -> options for the defaults");
        return Objects.requireNonNull(change.apply(defaults),
                () -> call + ": the function has returned null, return the changed options");
    }
}
