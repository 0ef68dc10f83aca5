package io.anyio.net.whiteboard;

import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.net.DatagramHandler;
import io.anyio.api.spi.Owners;
import io.anyio.api.spi.error.Errors;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsContext;
import io.anyio.api.whiteboard.FailedListenerDTO;
import io.anyio.api.whiteboard.FailureCode;
import io.anyio.api.whiteboard.ListenerDTO;
import io.anyio.api.whiteboard.WhiteboardRuntime;
import io.anyio.net.settings.EndpointSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;

/**
 * Opens a server for each end point that the properties of a service, or a configuration, request. The owner of the
 * server is the bundle of the service: the server runs on the bundle's loop and ends with the service.
 *
 * <p>It listens to the framework itself. Declarative Services do not bind the services, because they may call unbind on
 * one thread while bind still runs on another. Events may still overtake each other. So an event that unregisters a
 * service is final, and after each other event the properties are read again, under the lock, so that the last reader
 * has the newest. The end points are assigned under the same lock: of servers that exclude each other, the one with the
 * highest ranking gets the port, then the one with the lowest service id. Servers are opened and closed outside of the
 * lock, by the {@link Candidate}.
 */
public final class Board implements WhiteboardRuntime, ServiceListener, Configurations {
    private static final List<Class<?>> KINDS = List.of(ConnectionHandler.class, DatagramHandler.class,
            TlsContext.class, Tls.class);

    /** How long the end waits for a thread that is opening a server. */
    private static final Duration OPENING = Duration.ofSeconds(2);

    private final BundleContext context;
    private final TlsContexts contexts;
    private final Announcement announcement;
    private final ServerOpener servers;

    /** Guarded by this, like all fields below. */
    private final Claims claims;

    /** Services that are being unregistered; weak, because no event says when that has ended. */
    private final Set<ServiceReference<?>> unregistering = Collections.newSetFromMap(new WeakHashMap<>());

    private boolean closed;

    /**
     * Makes the whiteboard.
     *
     * @param context gets the handlers
     * @param owners give their servers an owner
     * @param properties the properties of the runtime, besides those that follow what is served
     */
    public Board(BundleContext context, Owners owners, Map<String, ?> properties) {
        this.context = context;
        this.contexts = new TlsContexts(context);
        this.announcement = new Announcement(properties);
        this.claims = new Claims(new Opener(), announcement::matches);
        this.servers = new ServerOpener(context, owners, contexts, announcement::changed);
    }

    /** Begins to serve. */
    public void open() {
        announcement.open(context, this);
        try {
            context.addServiceListener(this, "(|" + KINDS.stream()
                    .map(kind -> "(" + Constants.OBJECTCLASS + "=" + kind.getName() + ")")
                    .reduce("", String::concat) + ")");
            for (Class<?> kind : KINDS.reversed()) {
                for (ServiceReference<?> reference : context.getServiceReferences(kind, null)) {
                    changed(reference);
                }
            }
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Gives the runtime other properties. What it serves goes on, except for services that choose it no more.
     *
     * @param properties the properties, besides those that follow what is served
     */
    public void change(Map<String, ?> properties) {
        Moves moves = new Moves();
        synchronized (this) {
            if (closed) {
                return;
            }
            announcement.change(properties);
            moves.left.addAll(claims.chooseAgain());
            moves.assign();
        }
        moves.make();
    }

    /** Ends all servers at the same time, so that they share one grace. */
    public void close() {
        context.removeServiceListener(this);
        List<Candidate> open = new ArrayList<>();
        synchronized (this) {
            closed = true;
            claims.all().forEach(claim -> open.addAll(claim.leave()));
            claims.clear();
        }
        announcement.close();
        Closing.of(open);
        open.forEach(candidate -> candidate.awaitSettled(OPENING));
        contexts.close();
    }

    // ---- events

    @Override
    public void serviceChanged(ServiceEvent event) {
        ServiceReference<?> reference = event.getServiceReference();
        if (event.getType() == ServiceEvent.UNREGISTERING) {
            gone(reference);
        } else {
            changed(reference);
        }
    }

    private static boolean is(ServiceReference<?> reference, Class<?> one, Class<?> other) {
        List<String> types = ServiceProperties.types(reference);
        return types.contains(one.getName()) || types.contains(other.getName());
    }

    private void changed(ServiceReference<?> reference) {
        Moves moves = new Moves();
        synchronized (this) {
            if (closed || unregistering.contains(reference) || reference.getBundle() == null) {
                return;
            }
            if (is(reference, TlsContext.class, Tls.class)) {
                contexts.changed(reference);
                moves.lookAgain();
            }
            if (is(reference, ConnectionHandler.class, DatagramHandler.class)) {
                moves.left.addAll(claims.changed(reference));
            }
            moves.assign();
        }
        moves.make();
    }

    private void gone(ServiceReference<?> reference) {
        Moves moves = new Moves();
        synchronized (this) {
            unregistering.add(reference);
            if (closed) {
                return;
            }
            moves.left.addAll(claims.gone(reference));
            if (is(reference, TlsContext.class, Tls.class)) {
                moves.lookAgain();
            }
            if (contexts.gone(reference)) {
                moves.returned.add(reference);
            }
            moves.assign();
        }
        moves.make();
    }

    @Override
    public void configured(Object key, Map<String, ?> properties) {
        Moves moves = new Moves();
        synchronized (this) {
            if (closed) {
                return;
            }
            moves.left.addAll(claims.configured(key, properties));
            moves.assign();
        }
        moves.make();
    }

    @Override
    public void deleted(Object key) {
        Moves moves = new Moves();
        synchronized (this) {
            moves.left.addAll(claims.deleted(key));
            moves.assign();
        }
        moves.make();
    }

    /** What is to be done outside of the lock. */
    private final class Moves {
        /** Whose service has gone. */
        private final List<Candidate> left = new ArrayList<>();

        /** Whose wish has changed, those that release a port first. */
        private List<Candidate> changed = List.of();

        /** Those that are to see whether what encrypts them can be obtained. */
        private List<Candidate> secured = List.of();

        /** What is not used any more. */
        private final List<ServiceReference<?>> returned = new ArrayList<>();

        private List<Runnable> news = List.of();

        /** Under the lock. */
        void assign() {
            changed = Assignment.assign(claims.candidates(), contexts);
            news = claims.news();
        }

        /** Another context, or TLS itself, may be used from now on. Under the lock. */
        void lookAgain() {
            secured = claims.candidates();
            secured.forEach(candidate -> candidate.tryAgainAfter(FailureCode.NO_TLS));
        }

        void make() {
            left.forEach(Candidate::retire);
            changed.forEach(Candidate::settle);
            secured.forEach(Candidate::settle);
            Closing.of(left);
            returned.forEach(contexts::giveBack);
            news.forEach(Runnable::run);
            announcement.changed();
        }
    }

    /** Carries out the requests of the candidates. */
    private final class Opener implements Candidate.Opener {
        @Override
        public Server<?> open(ServiceReference<?> reference, Bundle bundle, EndpointSettings settings) {
            return servers.open(reference, bundle, settings);
        }

        @Override
        public void fail(Candidate candidate, Wish tried, Throwable error) {
            Moves moves = new Moves();
            synchronized (Board.this) {
                if (candidate.wish != tried) {
                    return;
                }
                candidate.asks = error instanceof NotServedException known
                        ? new Wish.Failed(known.code(), String.valueOf(known.getMessage()))
                        : new Wish.Failed(FailureCode.BROKEN, Errors.text(error));
                if (claims.candidates().contains(candidate)) {
                    moves.assign();
                }
            }
            moves.make();
        }
    }

    // ---- reports

    private synchronized List<Candidate> candidates() {
        return claims.candidates().stream().sorted(Comparator.comparingLong(candidate -> candidate.id)).toList();
    }

    private synchronized List<FailedListenerDTO> problems() {
        return claims.all().stream().map(Claim::failure).flatMap(Optional::stream).toList();
    }

    @Override
    public List<ListenerDTO> listeners() {
        return candidates().stream().map(Candidate::listener).flatMap(Optional::stream).toList();
    }

    @Override
    public List<FailedListenerDTO> failedListeners() {
        return Stream.concat(problems().stream(),
                candidates().stream().map(Candidate::failure).flatMap(Optional::stream))
                .sorted(Comparator.comparingLong(FailedListenerDTO::serviceId)).toList();
    }
}
