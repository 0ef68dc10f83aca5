package io.anyio.net.whiteboard;

import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Tentative;
import io.anyio.api.spi.error.Errors;
import io.anyio.api.spi.error.Report;
import io.anyio.api.whiteboard.FailureCode;
import io.anyio.net.settings.Endpoint;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The socket of a server: on which port it listens, or why it does not. It is opened again and again until it retires,
 * which is final: a socket that is opened at the same time is closed by who opened it.
 *
 * @param <S> the type of the socket
 */
final class Attempts<S extends Closeable> {
    private static final Closeable RETIRED = () -> {};

    private final Owner owner;
    private final String name;
    private final Endpoint endpoint;
    private final Runnable changes;

    /** The socket on which it listens; {@link #RETIRED} in the end. */
    private final AtomicReference<@Nullable Closeable> socket = new AtomicReference<>();

    /** On which port it listens; null while it does not. */
    private volatile @Nullable Integer port;

    /** Why it does not listen; kept for a while when it listens again, so that the same reason is no news. */
    private volatile @Nullable Trouble trouble;

    /** What was logged last. */
    private volatile @Nullable Trouble logged;

    /** Whether the last attempt to listen was refused; then the log reports the first success. */
    private boolean refused = true;

    /** What sockets of a kind do. */
    interface Kind<S> {
        /** Opens the socket. */
        S bind() throws IOException;

        /** The port of an open socket; -1 if it has none. */
        int portOf(S open);

        /** Stops accepting, and lets connections be. */
        void drain(S open) throws IOException;
    }

    /** Why it does not listen. */
    record Trouble(FailureCode code, String text) {}

    Attempts(Owner owner, String name, Endpoint endpoint, Runnable changes) {
        this.owner = owner;
        this.name = name;
        this.endpoint = endpoint;
        this.changes = changes;
    }

    /** Opens the socket. */
    S listen(Kind<S> kind) throws IOException {
        S open = kind.bind();
        try (Tentative opened = new Tentative(() -> withdraw(open))) {
            int its = kind.portOf(open);
            if (!socket.compareAndSet(null, open)) {
                throw new IOException("The server has retired");
            }
            port = its;
            if (refused) {
                refused = false;
                log(System.Logger.Level.INFO, this, " listens");
            }
            changes.run();
            return opened.keep(open);
        }
    }

    private void withdraw(S open) throws IOException {
        port = null;
        boolean _ = socket.compareAndSet(open, null);
        open.close();
    }

    /** The socket could not be opened. */
    void refused(Throwable error) {
        refused = true;
        tell(" does not listen, and tries again until it does: ", error);
    }

    /** The socket has failed, and has been closed. */
    void interrupted(Throwable error) {
        Closeable open = socket.get();
        boolean _ = open != RETIRED && socket.compareAndSet(open, null);
        tell(" is interrupted, and listens again after a pause: ", error);
    }

    /** It has gone well for a while. */
    void forget() {
        trouble = null;
        logged = null;
    }

    private void tell(String what, Throwable error) {
        tell(what, new Trouble(codeOf(error), Errors.text(error)));
    }

    /**
     * Logs a text, unless it is the same as the last one. A busy port is worth a warning when it is busy again: a
     * server that has just retired may have it for a moment, if its loop is busy.
     */
    void tell(String what, Trouble now) {
        boolean lasts = now.code() != FailureCode.BUSY || now.equals(trouble);
        trouble = now;
        port = null;
        if (lasts && !now.equals(logged)) {
            logged = now;
            log(System.Logger.Level.WARNING, this, what, now.text());
        }
        changes.run();
    }

    private static FailureCode codeOf(Throwable error) {
        if (error instanceof BindException && Errors.text(error).toLowerCase(Locale.ROOT).contains("in use")) {
            return FailureCode.BUSY;
        }
        return error instanceof IOException ? FailureCode.REFUSED : FailureCode.BROKEN;
    }

    private void log(System.Logger.Level level, Object... message) {
        new Report(owner.holder().name()).log(level, null, message);
    }

    boolean isRetired() {
        return socket.get() == RETIRED;
    }

    /**
     * Closes the socket for good; its port is free on return. From any thread.
     *
     * @return false if another call has done so
     */
    @SuppressWarnings("unchecked") // the kind opened it
    boolean retire(Kind<S> kind) {
        Closeable open = socket.getAndSet(RETIRED);
        port = null;
        if (open == RETIRED) {
            return false;
        }
        if (open != null) {
            try {
                kind.drain((S) open);
            } catch (Throwable e) {
                log(System.Logger.Level.DEBUG, this, " was not closed in order: ", e);
            }
        }
        return true;
    }

    /** On which port it listens; empty while it does not. */
    Optional<Integer> port() {
        return Optional.ofNullable(port);
    }

    /** Why it does not listen, if it does not. */
    Optional<Trouble> trouble() {
        return port == null ? Optional.ofNullable(trouble) : Optional.empty();
    }

    String at() {
        Integer its = port;
        return its == null ? endpoint.toString() : endpoint.at(its);
    }

    @Override
    public String toString() {
        return "The server " + name + " of " + owner.holder().name() + " on " + at();
    }
}
