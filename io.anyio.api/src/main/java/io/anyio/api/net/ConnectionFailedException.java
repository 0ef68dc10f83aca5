package io.anyio.api.net;

import java.io.IOException;

/**
 * Thrown when no connection could be made to any address of the other side. The cause is the error of the only attempt,
 * or an {@link io.anyio.api.task.ExceptionGroup} with the errors of all attempts in their order.
 */
public final class ConnectionFailedException extends IOException {
    private static final long serialVersionUID = 1;

    /**
     * Makes the exception.
     *
     * @param message the other side, and the error
     * @param cause the error, or the group of errors
     */
    public ConnectionFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
