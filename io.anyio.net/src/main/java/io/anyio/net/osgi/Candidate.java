package io.anyio.net.osgi;

import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.spi.error.Report;
import io.anyio.api.spi.osgi.Users;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.whiteboard.FailedListenerDTO;
import io.anyio.api.whiteboard.ListenerDTO;
import io.anyio.api.whiteboard.Whiteboard;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/**
 * One service that requests a server, and the state of that server.
 *
 * <p>Its wish is the wanted state, and is written under the whiteboard's lock. Its server is the actual state, and
 * belongs to the one thread that settles the candidate. A thread that changes the wish calls {@link #settle}
 * afterwards. The first such thread works until both states agree; a thread that comes meanwhile leaves the work to it
 * and does not wait. So if a service goes while its server is being opened, the thread that opened the server closes
 * it, in whatever order the threads come ({@code WhiteboardRacesTest}).
 */
final class Candidate {
    final ServiceReference<ConnectionHandler> reference;
    final long id;

    /** Its rank among the candidates; guarded by the whiteboard. */
    int ranking;

    /** What its service requests, or why it gets nothing; guarded by the whiteboard. */
    Wish asks = Wish.GONE;

    /** Written by the whiteboard only. */
    volatile Wish wish = Wish.GONE;

    private final Board board;
    private final @Nullable Bundle bundle;
    private final AtomicInteger work = new AtomicInteger();
    private volatile @Nullable TcpServer server;
    private Wish told = Wish.GONE;

    /** The whiteboard, as its candidates see it. */
    interface Board {
        /**
         * Opens the server of a candidate.
         *
         * @throws LoopClosedException if the bundle of the handler, or ours, has stopped
         */
        TcpServer open(ServiceReference<ConnectionHandler> reference, Bundle bundle, TcpSettings settings);

        /**
         * Notes that a server cannot exist until the properties of its service change; other candidates may have its
         * port.
         */
        void fail(Candidate candidate, Wish tried, Throwable error);
    }

    Candidate(Board board, ServiceReference<ConnectionHandler> reference) {
        this.board = board;
        this.reference = reference;
        this.bundle = reference.getBundle();
        this.id = (Long) reference.getProperty("service.id");
    }

    /** Makes the actual state follow the wanted one. */
    void settle() {
        if (work.getAndIncrement() > 0) {
            return;
        }
        int seen;
        do {
            seen = work.get();
            Wish now = wish;
            try {
                settle(now);
            } catch (Throwable e) {
                // for example, out of memory: the candidate must not stay unsettled
                fail(now, e);
            }
        } while (!work.compareAndSet(seen, 0));
    }

    private void fail(Wish now, Throwable error) {
        try {
            board.fail(this, now, error);
        } catch (Throwable _) {
            // out of memory again: the next thread settles it
        }
    }

    private void settle(Wish now) {
        TcpServer running = server;
        if (running != null && !(now instanceof Wish.Serve serve && serve.settings().equals(running.settings()))) {
            server = null;
            running.close();
            log(System.Logger.Level.INFO, null, running, " has ended");
        }
        if (now instanceof Wish.Serve serve && server == null) {
            open(serve);
        }
        if (!now.equals(told)) {
            told = now;
            tell(now);
        }
    }

    private void open(Wish.Serve serve) {
        Bundle owner = bundle;
        if (owner == null || reference.getBundle() == null) {
            return;
        }
        try {
            server = board.open(reference, owner, serve.settings());
        } catch (LoopClosedException e) {
            // the handler's bundle or ours stops: the event that removes the service or the whiteboard follows
            log(System.Logger.Level.DEBUG, e, "No TCP server for ", this, ", which is going");
        } catch (Throwable e) {
            board.fail(this, serve, e);
        }
    }

    private void tell(Wish now) {
        switch (now) {
            case Wish.Failed(String reason) ->
                log(System.Logger.Level.ERROR, null, "No TCP server for ", this, ": ", reason);
            case Wish.Shadowed(String reason) ->
                log(System.Logger.Level.INFO, null, "No TCP server for ", this, ": ", reason);
            case Wish.Serve _,Wish.Gone _ -> {
                // the server reports its own trouble
            }
        }
    }

    private void log(System.Logger.Level level, @Nullable Throwable error, Object... message) {
        new Report(bundleName()).log(level, error, message);
    }

    private String bundleName() {
        return bundle == null ? "io.anyio" : Users.nameOf(bundle);
    }

    Optional<ListenerDTO> listener() {
        TcpServer running = server;
        return running == null ? Optional.empty() : running.status(id);
    }

    Optional<FailedListenerDTO> failure() {
        TcpServer running = server;
        Optional<String> reason = switch (wish) {
            case Wish.Failed(String why) -> Optional.of(why);
            case Wish.Shadowed(String why) -> Optional.of(why);
            case Wish.Serve _ when running != null -> running.trouble();
            case Wish.Serve _,Wish.Gone _ -> Optional.empty();
        };
        return reason
                .map(why -> new FailedListenerDTO(id, bundleName(),
                        String.valueOf(reference.getProperty(Whiteboard.TCP_PORT)), why));
    }

    @Override
    public String toString() {
        return "the service " + id + " of " + bundleName();
    }
}
