package io.anyio.net.whiteboard;

import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.error.Report;
import io.anyio.api.spi.osgi.Users;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.whiteboard.FailedListenerDTO;
import io.anyio.api.whiteboard.FailureCode;
import io.anyio.api.whiteboard.ListenerDTO;
import io.anyio.net.settings.Endpoint;
import io.anyio.net.settings.EndpointSettings;
import io.anyio.net.whiteboard.Attempts.Trouble;
import io.anyio.net.whiteboard.Server.Figures;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/**
 * One end point of one service, and the state of its server.
 *
 * <p>Its wish is the wanted state, and is written under the board's lock. Its server is the actual state, and belongs
 * to the one thread that settles the candidate. A thread that changes the wish calls {@link #settle} afterwards. The
 * first such thread works until both states agree; a thread that comes meanwhile leaves the work to it and does not
 * wait. So if a service goes while its server is being opened, the thread that opened the server closes it, in whatever
 * order the threads come ({@code WhiteboardRacesTest}).
 */
final class Candidate {
    final ServiceReference<?> reference;
    final Endpoint endpoint;
    final String pid;
    final long id;

    /** Its rank among the candidates; guarded by the board, like the next two. */
    int ranking;

    /** What its service requests, or why it gets nothing. */
    Wish asks = Wish.LEFT;

    private @Nullable EndpointSettings requested;

    /** Written by the board only. */
    volatile Wish wish = Wish.LEFT;

    private final Opener board;
    private final @Nullable Bundle bundle;
    private final AtomicInteger work = new AtomicInteger();
    private volatile @Nullable Server<?> server;
    private Wish told = Wish.LEFT;

    /** Counted down by the thread that settles, when it has done so. */
    private volatile CountDownLatch settled = new CountDownLatch(0);

    /** Servers that listen no more but may have connections. */
    private final List<Server<?>> retired = new CopyOnWriteArrayList<>();

    /** The board, as its candidates see it. */
    interface Opener {
        /**
         * Opens the server of a candidate.
         *
         * @throws LoopClosedException if the bundle of the handler, or ours, has stopped
         * @throws RuntimeException if there can be no server for another reason, which is given to {@link #fail}
         */
        Server<?> open(ServiceReference<?> reference, Bundle bundle, EndpointSettings settings);

        /**
         * Notes that a server cannot exist until its service requests something else; other candidates may have its
         * port.
         */
        void fail(Candidate candidate, Wish tried, Throwable error);
    }

    Candidate(Opener board, ServiceReference<?> reference, String pid, Endpoint endpoint) {
        this.board = board;
        this.reference = reference;
        this.endpoint = endpoint;
        this.pid = pid;
        this.bundle = reference.getBundle();
        this.id = ServiceProperties.id(reference);
    }

    /** Its service requests it. If a server has failed, the same request again is none. Under the board's lock. */
    void request(EndpointSettings settings, int rank) {
        if (!settings.equals(requested) || rank != ranking) {
            requested = settings;
            ranking = rank;
            asks = new Wish.Serve(settings);
        }
    }

    /** Its service requests it no more. Under the board's lock. */
    void withdraw() {
        requested = null;
        asks = Wish.LEFT;
    }

    /** Something has come or changed without which its server has failed. Under the board's lock. */
    void tryAgainAfter(FailureCode failure) {
        EndpointSettings settings = requested;
        if (settings != null && asks instanceof Wish.Failed failed && failed.code() == failure) {
            asks = new Wish.Serve(settings);
        }
    }

    /** Makes the actual state follow the wanted one. */
    void settle() {
        if (work.getAndIncrement() > 0) {
            return;
        }
        CountDownLatch end = new CountDownLatch(1);
        settled = end;
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
        end.countDown();
    }

    /** Waits until no thread settles it any more, but not indefinitely: that thread may be in code of others. */
    void awaitSettled(Duration longest) {
        long end = System.nanoTime() + longest.toNanos();
        while (TaskContext.currentOrNull() == null && work.get() > 0 && System.nanoTime() < end) {
            Patience.await(settled, Duration.ofNanos(end - System.nanoTime()));
        }
    }

    private void fail(Wish now, Throwable error) {
        try {
            board.fail(this, now, error);
        } catch (Throwable _) {
            // out of memory again: the next thread settles it
        }
    }

    private void settle(Wish now) {
        Server<?> running = server;
        if (running != null) {
            if (!running.hasStopped() && now instanceof Wish.Serve(EndpointSettings wanted)
                    && wanted.socket().equals(running.settings().socket())) {
                running.change(wanted);
            } else {
                retired.add(running);
                server = null;
                running.retire();
                log(System.Logger.Level.INFO, null, running, " listens no more");
            }
        }
        if (now instanceof Wish.Gone) {
            retired.forEach(Server::close);
        }
        retired.removeIf(Server::hasEnded);
        if (now instanceof Wish.Serve(EndpointSettings wanted) && server == null) {
            open(now, wanted);
        }
        if (!now.equals(told)) {
            told = now;
            tell(now);
        }
    }

    private void open(Wish now, EndpointSettings wanted) {
        Bundle owner = bundle;
        if (owner == null || reference.getBundle() == null) {
            return;
        }
        try {
            server = board.open(reference, owner, wanted);
        } catch (LoopClosedException e) {
            // the handler's bundle or ours stops: the event that removes the service or the whiteboard follows
            log(System.Logger.Level.DEBUG, e, "No server for ", this, ", which is going");
        } catch (Throwable e) {
            board.fail(this, now, e);
        }
    }

    /** Its servers, in the order in which they are closed: those that listen no more first. */
    Stream<Server<?>> servers() {
        return Stream.concat(retired.stream(), Stream.ofNullable(server));
    }

    /** Frees its port before it is settled, so that another one can have it at once. */
    void retire() {
        Server<?> running = server;
        if (running != null) {
            running.retire();
        }
    }

    private void tell(Wish now) {
        if (now instanceof Wish.Failed(FailureCode code, String reason)) {
            boolean waits = code == FailureCode.SHADOWED || code == FailureCode.NO_TLS;
            log(waits ? System.Logger.Level.INFO : System.Logger.Level.ERROR, null, "No server for ", this, ": ",
                    reason);
        }
    }

    private void log(System.Logger.Level level, @Nullable Throwable error, Object... message) {
        new Report(bundleName()).log(level, error, message);
    }

    String bundleName() {
        return bundle == null ? "io.anyio" : Users.nameOf(bundle);
    }

    /**
     * Whether it is not requested, and nothing is left of it. Under the lock of the board, so that it is not requested
     * meanwhile. While a thread settles it, something may be left.
     */
    boolean isOver() {
        boolean wanted = !(asks instanceof Wish.Left) || wish instanceof Wish.Serve;
        return !wanted && work.get() == 0 && server == null && retired.stream().allMatch(Server::hasEnded);
    }

    /** Its server, if it listens. */
    Optional<ListenerDTO> listener() {
        Server<?> running = server;
        return running == null ? Optional.empty() : running.port().map(port -> listener(running, port));
    }

    private ListenerDTO listener(Server<?> running, int port) {
        Figures figures = running.figures();
        int before = retired.stream().mapToInt(each -> each.figures().connections()).sum();
        return new ListenerDTO(endpoint.kind(), endpoint.at(port), id, bundleName(), pid, running.handler.type(),
                endpoint.host(), port, running.settings().tls(), figures.connections() + before, figures.accepted(),
                figures.failures(), figures.peerFailures(), figures.idle(), figures.left());
    }

    /** Why it is not served, if it should be. */
    Optional<FailedListenerDTO> failure() {
        Server<?> running = server;
        return switch (wish) {
            case Wish.Failed(FailureCode code, String why) -> Optional.of(failed(code, why));
            case Wish.Serve _ when running != null ->
                running.trouble().map((Trouble trouble) -> failed(trouble.code(), trouble.text()));
            case Wish.Serve _,Wish.Left _,Wish.Gone _ -> Optional.empty();
        };
    }

    private FailedListenerDTO failed(FailureCode code, String why) {
        return new FailedListenerDTO(code, endpoint.kind(), endpoint.toString(), id, bundleName(), pid, List.of(), why);
    }

    @Override
    public String toString() {
        return endpoint + " of the service " + id + " of " + bundleName()
                + (pid.isEmpty() ? "" : " by the configuration " + pid);
    }
}
