package io.anyio.api.task;

/** Thrown by an operation that needs an event loop when it is called outside a task. */
public final class NoEventLoopException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /**
     * Makes the exception.
     *
     * @param message what was called, and the remedy
     */
    public NoEventLoopException(String message) {
        super(message);
    }
}
