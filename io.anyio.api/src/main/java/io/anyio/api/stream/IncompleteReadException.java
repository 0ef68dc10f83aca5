package io.anyio.api.stream;

import java.io.IOException;

/**
 * Thrown when a stream ends before all requested bytes have arrived. The bytes so far stay in the buffer.
 *
 * <p>In AnyIO: {@code anyio.IncompleteRead}.
 */
public final class IncompleteReadException extends IOException {
    private static final long serialVersionUID = 1;

    /**
     * Makes the exception.
     *
     * @param cause the end of the stream
     */
    public IncompleteReadException(EndOfStreamException cause) {
        super("The stream was closed before the read operation could be completed", cause);
    }
}
