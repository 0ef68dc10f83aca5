package io.anyio.api.sync;

/**
 * Thrown by a {@code ...Nowait} operation that would have to wait. It is frequent, so it has no stack trace.
 *
 * <p>In AnyIO: {@code anyio.WouldBlock}.
 */
public final class WouldBlockException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Makes the exception.
     *
     * @param operation the operation that would have to wait
     */
    public WouldBlockException(String operation) {
        super(operation + " would block", null, false, false);
    }
}
