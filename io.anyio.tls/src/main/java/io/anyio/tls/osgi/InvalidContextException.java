package io.anyio.tls.osgi;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A TLS context cannot be made. The message has the key, the value if it is no secret, and the remedy. */
final class InvalidContextException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    InvalidContextException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
