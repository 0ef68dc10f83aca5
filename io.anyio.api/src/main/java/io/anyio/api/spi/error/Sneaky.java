package io.anyio.api.spi.error;

/** Throws an error that was caught as a {@link Throwable}, if the caller knows which types it can have. */
public final class Sneaky {
    private Sneaky() {}

    /**
     * Throws an error as if it were unchecked. It never returns; the type of its result lets the caller write a throw
     * statement.
     *
     * @param <X> what the caller declares
     * @param thrown the error
     * @return never
     * @throws X always: the error itself, of whatever type it is
     */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // nothing checks the cast
    public static <X extends Throwable> X asThrown(Throwable thrown) throws X {
        throw (X) thrown;
    }
}
