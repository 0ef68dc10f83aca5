package io.anyio.api.task;

/** Tells the one who asks for a task's value that the task was cancelled. */
public final class TaskCancelledException extends TaskFailedException {
    private static final long serialVersionUID = 1;

    /**
     * Makes the exception.
     *
     * @param message which task was cancelled
     * @param cause the cancellation
     */
    public TaskCancelledException(String message, Throwable cause) {
        super(message, cause);
    }
}
