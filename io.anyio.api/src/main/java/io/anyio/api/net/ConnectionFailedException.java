package io.anyio.api.net;

import java.io.IOException;

/**
 * Thrown when none of the addresses of the other side could be connected to. The cause is the error of the only
 * attempt, or an {@link io.anyio.api.task.ExceptionGroup} of all in their order.
 */
public final class ConnectionFailedException extends IOException {
    private static final long serialVersionUID = 1;

    /**
     * Makes the exception.
     *
     * @param message what was tried
     * @param cause the error, or the group of errors
     */
    public ConnectionFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
