package io.anyio.api.spi;

import java.util.function.UnaryOperator;

/** Options that a caller changes by a function. No lambdas: see {@link Bodies}. */
public final class Options {
    private Options() {}

    /**
     * Lets the caller change options.
     *
     * @param <O> the type of the options
     * @param call what was called, for messages
     * @param defaults what is changed
     * @param change changes them
     * @return the changed options
     * @throws NullPointerException if the function is null, or returns null
     */
    public static <O> O chosen(String call, O defaults, UnaryOperator<O> change) {
        if (change == null) {
            throw new NullPointerException(
                    call + ": what changes the options is null, give options -> options for the defaults");
        }
        O changed = change.apply(defaults);
        if (changed == null) {
            throw new NullPointerException(call + ": the function has returned null, return the changed options");
        }
        return changed;
    }
}
