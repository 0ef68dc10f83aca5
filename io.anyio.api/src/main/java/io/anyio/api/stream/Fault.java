package io.anyio.api.stream;

import io.anyio.api.spi.error.Errors;
import io.anyio.api.task.ExceptionGroup;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLKeyException;
import org.jspecify.annotations.Nullable;

/**
 * Whose fault it is that a connection was not served to its end. It is decided here and nowhere else, for handlers and
 * for handshakes alike, wherever these take place.
 *
 * <p>The code that fails knows the reason, and says it by the type of what it throws:
 *
 * <ul>
 * <li>A stream throws {@code EndOfStreamException}, {@code IncompleteReadException} and {@code BrokenResourceException}
 * for what the other side has done: it hung up or reset the connection. A TLS handshake that takes too long is a
 * {@code BrokenResourceException}, too.
 * <li>The engine of TLS throws an {@code SSLException} for what the other side has sent: no TLS, an alert, a
 * certificate that is not trusted, nothing that both sides support.
 * <li>TLS throws an {@code SSLKeyException} if this side has no keys.
 * <li>An {@code SSLException} is caused directly by something unchecked if the engine itself has failed, or what it
 * calls, such as a key manager. RFC 8446, section 6.2, names this {@code internal_error}.
 * <li>All else is thrown by code of this side.</ul>
 *
 * <p>An exception of another type counts as its cause. So a handler may wrap what it catches. {@code WhoseFaultTest}
 * proves this.
 */
enum Fault {
    /**
     * It was stopped, by a cancellation or with its owner. Errors that follow from this, such as that its streams are
     * closed, do not count.
     */
    STOP,

    /** That of the other side, which is usual on a network. */
    PEER,

    /** That of this side: of the handler, of the keys. */
    HANDLER;

    /** How many causes are examined: they may form a circle. */
    private static final int MAX_DEPTH = 20;

    /**
     * Whose fault an error is.
     *
     * @param error what a handler or a handshake threw; the reason may be one of its causes
     * @param stopped whether its task is cancelled, or its owner stops; that counts first
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
            case SSLKeyException _ -> false;
            case SSLException internal when isUnchecked(Errors.cause(internal)) -> false;
            case EndOfStreamException _,IncompleteReadException _,BrokenResourceException _,SSLException _ -> true;
            case ExceptionGroup group -> allCausedByPeer(group.exceptions(), depth - 1);
            default -> causedByPeer(Errors.cause(error), depth - 1);
        };
    }

    private static boolean isUnchecked(@Nullable Throwable cause) {
        return cause instanceof RuntimeException || cause instanceof Error;
    }

    private static boolean allCausedByPeer(List<? extends Throwable> errors, int depth) {
        return errors.stream().allMatch(each -> causedByPeer(each, depth));
    }
}
