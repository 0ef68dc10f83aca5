package io.anyio.api.stream;

import java.io.IOException;

/**
 * Thrown by receive when the other side has ended the stream and all items or bytes have been received. It is frequent,
 * so its stack trace is empty.
 *
 * <p>In AnyIO: {@code anyio.EndOfStream}.
 */
public final class EndOfStreamException extends IOException {
    private static final long serialVersionUID = 1;

    /** Makes the exception. */
    public EndOfStreamException() {
        super("The stream has ended");
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
