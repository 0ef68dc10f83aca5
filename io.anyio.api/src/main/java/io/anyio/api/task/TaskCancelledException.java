package io.anyio.api.task;

/** Thrown by {@link TaskHandle#await} and {@link TaskHandle#result} if the task was cancelled. */
public final class TaskCancelledException extends TaskFailedException {
    private static final long serialVersionUID = 1;

    /**
     * Makes the exception.
     *
     * @param message which task was cancelled, and why
     * @param cause the cancellation
     */
    public TaskCancelledException(String message, Throwable cause) {
        super(message, cause);
    }
}
