package io.anyio.api.stream;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a resource can no longer be used because of the other side: its connection was reset, or its receiver was
 * closed.
 *
 * <p>In AnyIO: {@code anyio.BrokenResourceError}.
 */
public final class BrokenResourceException extends IOException {
    private static final long serialVersionUID = 1;

    /**
     * Makes the exception.
     *
     * @param message what is broken
     * @param cause the error of the operating system, or null
     */
    public BrokenResourceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
