package io.anyio.api.stream;

import io.anyio.api.spi.error.Errors;
import io.anyio.api.task.ExceptionGroup;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLKeyException;
import org.jspecify.annotations.Nullable;

/**
 * Why a handler has not completed its work with a connection: a failure of the server, or of the other side, or none.
 */
enum Fault {
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
     * Whose fault an error is.
     *
     * @param error what a handler threw; the reason may be one of its causes
     * @param stopped whether the handler is cancelled, or its owner stops; that counts first
     * @return the kind; HANDLER if the code of the error itself fails
     */
    static Fault of(Throwable error, boolean stopped) {
        if (stopped) {
            return STOP;
        }
        return causedByPeer(error, MAX_DEPTH) ? PEER : HANDLER;
    }

    private static boolean causedByPeer(@Nullable Throwable error, int depth) {
        return error != null && depth > 0 && switch (error) {
            case SSLKeyException _ -> false; // the keys of this side are wrong
            case EndOfStreamException _,IncompleteReadException _,BrokenResourceException _,SSLException _ -> true;
            case ExceptionGroup group -> allCausedByPeer(group.exceptions(), depth - 1);
            default -> causedByPeer(Errors.cause(error), depth - 1);
        };
    }

    private static boolean allCausedByPeer(List<? extends Throwable> errors, int depth) {
        return errors.stream().allMatch(each -> causedByPeer(each, depth));
    }
}
