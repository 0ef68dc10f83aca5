package io.anyio.api.task;

/** Thrown by what needs a running event loop when it is called outside of a task. */
public final class NoEventLoopException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /**
     * Makes the exception.
     *
     * @param message what was called and what to do
     */
    public NoEventLoopException(String message) {
        super(message);
    }
}
