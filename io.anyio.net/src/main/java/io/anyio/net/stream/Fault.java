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

/**
 * Why a handler has not completed its work with a connection: a failure of the server, or of the other side, or none.
 */
public enum Fault {
    /**
     * It was stopped, by a cancellation or with its owner. Errors that follow from this, such as that its streams are
     * closed, do not count.
     */
    STOP,

    /**
     * The other side has ended the connection within a message, reset it, or failed its handshake. That is usual on a
     * network.
     */
    PEER,

    /** Everything else: an error of the handler. */
    HANDLER;

    /** How many causes are examined: they may form a circle. */
    private static final int MAX_DEPTH = 20;

    /**
     * Finds the fault behind an error, in the handler's task. A cancelled task always counts as stopped.
     *
     * @param error what a handler threw; the reason may be one of its causes
     * @param owner the owner of the handler
     * @return the kind; HANDLER if the code of the error itself fails
     */
    public static Fault of(Throwable error, Owner owner) {
        if (owner.isStopping() || TaskContext.current("SocketListener.serve").cancellationPending()) {
            return STOP;
        }
        return caused(error, MAX_DEPTH) ? PEER : HANDLER;
    }

    private static boolean caused(@Nullable Throwable error, int depth) {
        return error != null && depth > 0 && switch (error) {
            case SSLKeyException _ -> false; // the keys of this side are wrong
            case EndOfStreamException _,IncompleteReadException _,BrokenResourceException _,SSLException _ -> true;
            case ExceptionGroup group -> allCaused(group.exceptions(), depth - 1);
            default -> caused(Errors.cause(error), depth - 1);
        };
    }

    private static boolean allCaused(List<? extends Throwable> errors, int depth) {
        return errors.stream().allMatch(each -> caused(each, depth));
    }
}
