package io.anyio.api.sync;

/**
 * Thrown to all users of a lock whose owner ended without releasing it. What the lock guards may be in an inconsistent
 * state, and no task is left that could release it.
 */
public final class BrokenLockException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /**
     * Makes the exception.
     *
     * @param owner the name of the task that ended
     */
    public BrokenLockException(String owner) {
        super("The lock is broken: the task '" + owner
                + "' ended while it held it. Hold locks in try-with-resources, and make a new lock to go on");
    }
}
