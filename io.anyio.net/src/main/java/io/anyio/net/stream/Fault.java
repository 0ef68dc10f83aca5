package io.anyio.net.stream;

import io.anyio.api.spi.Owner;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.error.Errors;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.IncompleteReadException;
import io.anyio.api.task.ExceptionGroup;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLKeyException;
import org.jspecify.annotations.Nullable;

/** Why a handler has not done its work with a connection: what is a failure of a server, and what is not. */
public enum Fault {
    /**
     * It was stopped, by a cancellation or with its owner. What it threw then, as that its streams are closed, says
     * nothing.
     */
    STOP,

    /**
     * The other side has hung up within a message, reset the connection, or failed its handshake. That happens every
     * day.
     */
    PEER,

    /** All else: an error of the handler. */
    HANDLER;

    /** Causes of causes that are looked at: they may form a circle. */
    private static final int MAX_DEPTH = 20;

    /**
     * Whose fault an error is, as seen in the handler's task. Cancelled beats closed.
     *
     * @param error what a handler threw; it may wrap what counts
     * @param owner whose handler it is
     * @return HANDLER also if the error does not let itself be looked at
     */
    public static Fault of(Throwable error, Owner owner) {
        if (owner.isStopping() || TaskContext.current("SocketListener.serve").cancellationPending()) {
            return STOP;
        }
        return caused(error, MAX_DEPTH) ? PEER : HANDLER;
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
