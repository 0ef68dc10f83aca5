package io.anyio.api.task;

/**
 * Thrown by {@link TaskHandle#await} and {@link TaskHandle#result} if the task has no value. The cause is the exception
 * that ended the task.
 */
public sealed class TaskFailedException extends RuntimeException permits TaskCancelledException {
    private static final long serialVersionUID = 1;

    /**
     * Makes the exception.
     *
     * @param message which task has ended, and how
     * @param cause the task's exception
     */
    public TaskFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
