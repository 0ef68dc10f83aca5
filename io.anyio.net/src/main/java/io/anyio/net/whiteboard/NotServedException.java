package io.anyio.net.whiteboard;

import io.anyio.api.whiteboard.FailureCode;
import org.jspecify.annotations.Nullable;

/** A service is registered that cannot be obtained. */
final class NotServedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final FailureCode code;

    NotServedException(FailureCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    FailureCode code() {
        return code;
    }
}
