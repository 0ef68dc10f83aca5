package io.anyio.api.task;

/**
 * Thrown by {@code AnyIO.failAfter} and {@code AnyIO.failAt} if the block did not finish in time.
 *
 * <p>It carries the scope whose deadline passed, so that code can tell its own timeout from one of a library that it
 * calls. Python has {@code TimeoutError} for this.
 */
public final class TimedOutException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient CancelScope scope;

    /**
     * Makes the exception.
     *
     * @param scope the scope whose deadline passed
     * @param message what timed out, and after how long
     * @param cause the cancellation that ended the block
     */
    public TimedOutException(CancelScope scope, String message, Throwable cause) {
        super(message, cause);
        this.scope = scope;
    }

    /**
     * Returns the scope whose deadline passed.
     *
     * @return the scope that {@code failAfter} or {@code failAt} made
     */
    public CancelScope scope() {
        return scope;
    }
}
