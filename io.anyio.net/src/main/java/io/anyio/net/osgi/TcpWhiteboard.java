package io.anyio.net.osgi;

import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.spi.Owners;
import io.anyio.api.spi.error.Errors;
import io.anyio.api.whiteboard.FailedListenerDTO;
import io.anyio.api.whiteboard.ListenerDTO;
import io.anyio.api.whiteboard.Whiteboard;
import io.anyio.api.whiteboard.WhiteboardRuntime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Opens a server for each service whose properties request one. The owner of the server is the bundle of the service:
 * the server runs on the bundle's loop and ends with the service.
 *
 * <p>It listens to the framework itself. Declarative Services do not bind the services, because they may call unbind on
 * one thread while bind still runs on another. Events may still overtake each other. So an event that unregisters a
 * service is final, and after each other event the properties are read again, under the lock, so that the last reader
 * has the newest. The ports are assigned under the same lock: of servers that exclude each other, the one with the
 * highest ranking gets the port, then the one with the lowest service id. Servers are opened and closed outside of the
 * lock, by the {@link Candidate}.
 */
@Component(service = WhiteboardRuntime.class, immediate = true)
@Capability(namespace = "osgi.implementation", name = Whiteboard.IMPLEMENTATION, version = Whiteboard.VERSION, uses = {
        ConnectionHandler.class, Whiteboard.class})
public final class TcpWhiteboard implements WhiteboardRuntime, ServiceListener {
    private final BundleContext context;
    private final Owners owners;
    private final Candidate.Board board = new Board();

    /** Guarded by this, like all fields below. */
    private final Map<ServiceReference<?>, Candidate> candidates = new HashMap<>();

    /** Services that are being unregistered; weak, because no event says when that has ended. */
    private final Set<ServiceReference<?>> unregistering = Collections.newSetFromMap(new WeakHashMap<>());

    private boolean closed;

    /**
     * Makes the whiteboard.
     *
     * @param context gets the handlers
     * @param owners give their servers an owner
     */
    @Activate
    public TcpWhiteboard(BundleContext context, @Reference Owners owners) {
        this.context = context;
        this.owners = owners;
    }

    @Activate
    void open() throws InvalidSyntaxException {
        context.addServiceListener(this, "(" + Constants.OBJECTCLASS + "=" + ConnectionHandler.class.getName() + ")");
        for (ServiceReference<ConnectionHandler> reference : context.getServiceReferences(ConnectionHandler.class,
                null)) {
            changed(reference);
        }
    }

    /** Ends all servers at the same time, so that they share one grace. */
    @Deactivate
    void close() {
        context.removeServiceListener(this);
        List<Candidate> open;
        synchronized (this) {
            closed = true;
            open = List.copyOf(candidates.values());
            candidates.clear();
            open.forEach(candidate -> candidate.wish = Wish.GONE);
        }
        List<Thread> closing = open.stream().map(TcpWhiteboard::settleInAThread).flatMap(Optional::stream).toList();
        boolean interrupted = Thread.interrupted();
        for (Thread thread : closing) {
            interrupted |= join(thread);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Settles a candidate in a new thread, or in this one if no thread can be created. */
    private static Optional<Thread> settleInAThread(Candidate candidate) {
        try {
            return Optional.of(Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false)
                    .name("anyio-close " + candidate).start(candidate::settle));
        } catch (Throwable _) {
            candidate.settle();
            return Optional.empty();
        }
    }

    /**
     * Waits for the end of a thread, even if interrupted: its server must not outlive the whiteboard. Returns whether
     * it was interrupted.
     */
    private static boolean join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                return interrupted;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
    }

    @Override @SuppressWarnings("unchecked") // the filter
    public void serviceChanged(ServiceEvent event) {
        ServiceReference<ConnectionHandler> reference = (ServiceReference<ConnectionHandler>) event
                .getServiceReference();
        if (event.getType() == ServiceEvent.UNREGISTERING) {
            gone(reference);
        } else {
            changed(reference);
        }
    }

    private void changed(ServiceReference<ConnectionHandler> reference) {
        List<Candidate> changed;
        synchronized (this) {
            Candidate candidate = candidates.get(reference);
            if (closed || unregistering.contains(reference) || reference.getBundle() == null
                    || (candidate == null && !TcpSettings.concern(reference))) {
                return;
            }
            if (candidate == null) {
                candidate = new Candidate(board, reference);
                candidates.put(reference, candidate);
            }
            candidate.ranking = reference.getProperty(Constants.SERVICE_RANKING) instanceof Integer ranking
                    ? ranking
                    : 0;
            candidate.asks = asked(reference);
            changed = assign();
        }
        changed.forEach(Candidate::settle);
    }

    private static Wish asked(ServiceReference<ConnectionHandler> reference) {
        try {
            return TcpSettings.concern(reference) ? new Wish.Serve(TcpSettings.of(reference)) : Wish.GONE;
        } catch (IllegalArgumentException e) {
            return new Wish.Failed(String.valueOf(e.getMessage()));
        }
    }

    private void gone(ServiceReference<ConnectionHandler> reference) {
        List<Candidate> changed;
        Candidate candidate;
        synchronized (this) {
            unregistering.add(reference);
            candidate = candidates.remove(reference);
            if (candidate == null) {
                return;
            }
            candidate.wish = Wish.GONE;
            changed = assign();
        }
        candidate.settle();
        changed.forEach(Candidate::settle);
    }

    /** Carries out the requests of the candidates. */
    private final class Board implements Candidate.Board {
        @Override
        public TcpServer open(ServiceReference<ConnectionHandler> reference, Bundle bundle, TcpSettings settings) {
            return TcpServer.open(context, owners, reference, bundle, settings);
        }

        @Override
        public void fail(Candidate candidate, Wish tried, Throwable error) {
            failed(candidate, tried, error);
        }
    }

    private void failed(Candidate candidate, Wish tried, Throwable error) {
        List<Candidate> changed;
        synchronized (this) {
            if (candidate.wish != tried) {
                return;
            }
            candidate.asks = new Wish.Failed(Errors.text(error));
            changed = candidates.get(candidate.reference) == candidate ? assign() : List.of();
        }
        changed.forEach(Candidate::settle);
    }

    /** Assigns the ports; returns the candidates that change, those that release a port first. */
    private List<Candidate> assign() {
        List<Candidate> changed = new ArrayList<>();
        List<Candidate> serving = new ArrayList<>();
        candidates.values().stream()
                .sorted(Comparator.comparingInt((Candidate candidate) -> candidate.ranking).reversed()
                        .thenComparingLong(candidate -> candidate.id))
                .forEach(candidate -> {
                    Wish wish = wishOf(candidate, serving);
                    if (wish instanceof Wish.Serve) {
                        serving.add(candidate);
                    }
                    if (!wish.equals(candidate.wish)) {
                        candidate.wish = wish;
                        changed.add(candidate);
                    }
                });
        changed.sort(Comparator.comparing(candidate -> candidate.wish instanceof Wish.Serve));
        return changed;
    }

    private static Wish wishOf(Candidate candidate, List<Candidate> serving) {
        if (candidate.asks instanceof Wish.Serve(TcpSettings settings)) {
            for (Candidate other : serving) {
                if (other.wish instanceof Wish.Serve(TcpSettings its) && its.excludes(settings)) {
                    return new Wish.Shadowed("port " + settings.port() + " belongs to " + other + ", whose ranking "
                            + other.ranking
                            + (other.ranking == candidate.ranking ? " is the same and whose id is lower" : " is higher")
                            + ": change a port, or set the service.ranking");
                }
            }
        }
        return candidate.asks;
    }

    private synchronized List<Candidate> candidates() {
        return candidates.values().stream().sorted(Comparator.comparingLong(candidate -> candidate.id)).toList();
    }

    @Override
    public List<ListenerDTO> listeners() {
        return candidates().stream().map(Candidate::listener).flatMap(Optional::stream).toList();
    }

    @Override
    public List<FailedListenerDTO> failedListeners() {
        return candidates().stream().map(Candidate::failure).flatMap(Optional::stream).toList();
    }
}
