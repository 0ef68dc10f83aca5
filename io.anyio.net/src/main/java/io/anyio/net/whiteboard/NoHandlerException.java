package io.anyio.net.whiteboard;

import org.jspecify.annotations.Nullable;

/** There is no object behind the service of a handler. */
final class NoHandlerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoHandlerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
