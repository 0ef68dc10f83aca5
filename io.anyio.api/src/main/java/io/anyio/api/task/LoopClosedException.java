package io.anyio.api.task;

/** Thrown by what is called on an event loop that has ended, or on a service whose holder has gone. */
public final class LoopClosedException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /**
     * Makes the exception.
     *
     * @param message what has ended and what to do
     */
    public LoopClosedException(String message) {
        super(message);
    }
}
