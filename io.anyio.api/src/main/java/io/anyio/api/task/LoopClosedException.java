package io.anyio.api.task;

/** Thrown by operations on an event loop that has ended, or on a service whose component or bundle has stopped. */
public final class LoopClosedException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /**
     * Makes the exception.
     *
     * @param message what has ended, and the remedy
     */
    public LoopClosedException(String message) {
        super(message);
    }
}
