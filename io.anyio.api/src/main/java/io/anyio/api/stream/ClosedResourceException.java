package io.anyio.api.stream;

/** Thrown when a resource is used after it was closed on this side, or is closed while it is used. */
public final class ClosedResourceException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /**
     * Makes the exception.
     *
     * @param resource what was closed
     */
    public ClosedResourceException(String resource) {
        super(resource + " is closed");
    }
}
