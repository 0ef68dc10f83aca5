package io.anyio.api.stream;

import java.io.IOException;

/**
 * Thrown when a delimiter is not within the first bytes of a stream. The bytes stay in the buffer.
 *
 * <p>In AnyIO: {@code anyio.DelimiterNotFound}.
 */
public final class DelimiterNotFoundException extends IOException {
    private static final long serialVersionUID = 1;

    /**
     * Makes the exception.
     *
     * @param maxBytes how many bytes have been searched
     */
    public DelimiterNotFoundException(int maxBytes) {
        super("The delimiter was not found among the first " + maxBytes + " bytes");
    }
}
