package io.anyio.net.stream;

import io.anyio.api.spi.error.Errors;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.IncompleteReadException;
import io.anyio.api.task.ExceptionGroup;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLKeyException;
import org.jspecify.annotations.Nullable;

/** Tells what the other side did from what went wrong on ours. */
public final class Hangup {
    /** Causes of causes that are looked at: they may form a circle. */
    private static final int MAX_DEPTH = 20;

    private Hangup() {}

    /**
     * Whether the other side has ended a connection before our side was done with it: hung up within a message, reset the connection, or failed its handshake. That happens every day and is no
     * failure of a server.
     *
     * @param error what a handler threw; it may wrap what counts
     * @return false also if the error does not let itself be looked at
     */
    public static boolean caused(Throwable error) {
        return caused(error, MAX_DEPTH);
    }

    private static boolean caused(@Nullable Throwable error, int depth) {
        return error != null && depth > 0 && switch (error) {
            case SSLKeyException _ -> false; // our own keys
            case EndOfStreamException _,IncompleteReadException _,BrokenResourceException _,SSLException _ -> true;
            case ExceptionGroup group -> allCaused(group.exceptions(), depth - 1);
            default -> caused(Errors.cause(error), depth - 1);
        };
    }

    private static boolean allCaused(List<? extends Throwable> errors, int depth) {
        return errors.stream().allMatch(each -> caused(each, depth));
    }
}
