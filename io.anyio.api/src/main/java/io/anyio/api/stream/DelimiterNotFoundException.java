package io.anyio.api.stream;

import java.io.IOException;

/** Thrown when the delimiter is not within the first bytes of a stream; they stay in the buffer. */
public final class DelimiterNotFoundException extends IOException {
    private static final long serialVersionUID = 1;

    /**
     * Makes the exception.
     *
     * @param maxBytes how many bytes were looked at
     */
    public DelimiterNotFoundException(int maxBytes) {
        super("The delimiter was not found among the first " + maxBytes + " bytes");
    }
}
