package io.anyio.api.sync;

/**
 * Thrown when a task uses a resource in a way in which another task is already using it.
 *
 * <p>In AnyIO: {@code anyio.BusyResourceError}.
 */
public final class BusyResourceException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /**
     * Makes the exception.
     *
     * @param action what the other task does with the resource, for the message, for example {@code reading from}
     */
    public BusyResourceException(String action) {
        super("Another task is already " + action + " this resource");
    }
}
