package io.anyio.impl.task;

/** Throws again what was caught as a Throwable, where the types are known to the caller of the caller. */
final class Sneaky {
    private Sneaky() {}

    /** Throws it and never returns; the result type lets the caller write a throw statement. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    static <X extends Throwable> X asThrown(Throwable thrown) throws X {
        throw (X) thrown;
    }
}
