package io.anyio.net.tls;

/** A connection cannot be encrypted at the moment, and that is usual. */
public final class NoSessionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Makes the exception.
     *
     * @param message what is missing
     */
    public NoSessionException(String message) {
        super(message);
    }
}
