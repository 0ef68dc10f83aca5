package io.anyio.api.task;

/** Tells the one who asks for a task's value that the task has none: the cause is the exception that ended it. */
public sealed class TaskFailedException extends RuntimeException permits TaskCancelledException {
    private static final long serialVersionUID = 1;

    /**
     * Makes the exception.
     *
     * @param message which task ended how
     * @param cause the task's exception
     */
    public TaskFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
