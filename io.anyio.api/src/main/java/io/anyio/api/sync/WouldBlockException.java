package io.anyio.api.sync;

/** Thrown by {@code ...Nowait} operations that would have to wait. Frequent, so it has no stack trace. */
public final class WouldBlockException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Makes the exception.
     *
     * @param operation what would have to wait
     */
    public WouldBlockException(String operation) {
        super(operation + " would block", null, false, false);
    }
}
