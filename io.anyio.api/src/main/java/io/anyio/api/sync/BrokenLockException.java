package io.anyio.api.sync;

/**
 * Thrown to all who want a lock whose owner ended without releasing it: what it guards may be half changed, and nobody
 * can release it any more.
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
                + "' ended while it held it. Hold locks in try-with-resources, and go on with a new lock");
    }
}
