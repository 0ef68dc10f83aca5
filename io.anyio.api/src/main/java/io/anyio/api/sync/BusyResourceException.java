package io.anyio.api.sync;

/** Thrown when a task uses a resource in a way in which another task is using it. */
public final class BusyResourceException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /**
     * Makes the exception.
     *
     * @param action what the other task is doing, for example {@code reading from}
     */
    public BusyResourceException(String action) {
        super("Another task is already " + action + " this resource");
    }
}
