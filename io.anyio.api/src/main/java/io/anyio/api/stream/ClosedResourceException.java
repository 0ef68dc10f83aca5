package io.anyio.api.stream;

/**
 * Thrown when a resource is used after this side has closed it, or is closed while it is in use.
 *
 * <p>In AnyIO: {@code anyio.ClosedResourceError}.
 */
public final class ClosedResourceException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /**
     * Makes the exception.
     *
     * @param resource what has been closed, for the message
     */
    public ClosedResourceException(String resource) {
        super(resource + " is closed");
    }
}
