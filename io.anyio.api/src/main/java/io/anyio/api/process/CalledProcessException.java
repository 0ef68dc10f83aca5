package io.anyio.api.process;

import java.io.IOException;

/**
 * Thrown by {@link Processes#runProcess} if the process has ended with another exit code than zero.
 *
 * <p>As {@code CalledProcessError} of Python, which AnyIO throws.
 */
public final class CalledProcessException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient CompletedProcess process;

    /**
     * Makes the exception.
     *
     * @param process the process, with its code and output
     */
    public CalledProcessException(CompletedProcess process) {
        super("The command '" + String.join(" ", process.command()) + "' has ended with the exit code "
                + process.returnCode() + ": see its stderr, or give check(false) if that is no error");
        this.process = process;
    }

    /**
     * Returns the process.
     *
     * @return what ran, its exit code, and what it has written
     */
    public CompletedProcess process() {
        return process;
    }
}
