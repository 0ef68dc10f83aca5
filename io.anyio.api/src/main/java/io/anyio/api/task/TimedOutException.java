package io.anyio.api.task;

/**
 * Thrown by {@code failAfter} when its block did not finish in time; it carries the scope, so that a timeout of an
 * inner library is told from one's own.
 */
public final class TimedOutException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient CancelScope scope;

    /**
     * Makes the exception.
     *
     * @param scope the scope whose deadline passed
     * @param message what timed out
     * @param cause the cancellation that ended the block
     */
    public TimedOutException(CancelScope scope, String message, Throwable cause) {
        super(message, cause);
        this.scope = scope;
    }

    /**
     * The scope whose deadline passed.
     *
     * @return the scope
     */
    public CancelScope scope() {
        return scope;
    }
}
