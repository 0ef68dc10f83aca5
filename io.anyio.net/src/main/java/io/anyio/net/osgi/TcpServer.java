package io.anyio.net.osgi;

import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.net.SocketListener;
import io.anyio.api.spi.Bodies;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.Tentative;
import io.anyio.api.spi.error.Errors;
import io.anyio.api.spi.error.Report;
import io.anyio.api.spi.osgi.Users;
import io.anyio.api.stream.ServeStatistics;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.whiteboard.ListenerDTO;
import io.anyio.net.OwnedListeners;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * The server of one service of the whiteboard. If the system refuses something, such as a busy port, the server's task
 * tries again until it succeeds.
 */
final class TcpServer {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final BundleContext context;
    private final ServiceReference<ConnectionHandler> reference;
    private final TcpSettings settings;
    private final ConnectionHandler handler;
    private final String name;
    private final Owner owner;
    private final ServeStatistics statistics = new ServeStatistics();

    /** On which port it listens, -1 while it does not. */
    private volatile int port = -1;

    /** Why it does not listen; while it listens, why it did not a short time ago, or null. */
    private volatile @Nullable String trouble;

    /** Whether the last attempt to listen was refused; then the log reports the first success. */
    private boolean refused = true;

    private TcpServer(BundleContext context, ServiceReference<ConnectionHandler> reference, TcpSettings settings,
            ConnectionHandler handler, Owner owner) {
        this.context = context;
        this.reference = reference;
        this.settings = settings;
        this.handler = handler;
        String type = Bodies.nameOf(handler);
        this.name = type.substring(type.lastIndexOf('.') + 1);
        this.owner = owner;
    }

    /**
     * Gets the handler and listens, or waits for its port.
     *
     * @throws IllegalStateException if there is no handler behind the service, or the loop of its bundle broke
     * @throws LoopClosedException if the bundle of the handler, or ours, has stopped
     */
    static TcpServer open(BundleContext context, Owners owners, ServiceReference<ConnectionHandler> reference,
            Bundle bundle, TcpSettings settings) {
        ConnectionHandler handler = context.getService(reference);
        if (handler == null) {
            throw new IllegalStateException(
                    "its component cannot be activated, the log of Declarative Services tells why");
        }
        boolean started = false;
        try {
            TcpServer server = new TcpServer(context, reference, settings, handler,
                    Users.open(owners, bundle, "TCP server"));
            server.start();
            started = true;
            return server;
        } finally {
            if (!started) {
                letGo(context, reference);
            }
        }
    }

    private void start() {
        boolean started = false;
        try {
            SocketListener listener = listenOrNull();
            owner.spawn("serve " + name + " on port " + (listener == null ? settings.port() : port),
                    Bodies.of(() -> run(listener)));
            started = true;
        } catch (LoopClosedException e) {
            throw owner.isStopping() ? e : new IllegalStateException(e.getMessage(), e);
        } finally {
            if (!started) {
                owner.close();
            }
        }
    }

    private @Nullable SocketListener listenOrNull() {
        try {
            return listen();
        } catch (LoopClosedException e) {
            throw e;
        } catch (CancelledError _) {
            return null; // the task that registers the service is cancelled, but ours is not
        } catch (Throwable e) {
            tellRefused(e);
            return null;
        }
    }

    private SocketListener listen() throws IOException {
        SocketListener listener = new OwnedListeners(owner).tcp(settings.port(), _ -> settings.options());
        try (Tentative opened = new Tentative(listener)) {
            port = listener.localPort();
            if (refused) {
                refused = false;
                log(System.Logger.Level.INFO, this, " listens");
            }
            return opened.keep(listener);
        }
    }

    private void run(@Nullable SocketListener first) {
        try {
            serveAgainAndAgain(first);
        } catch (CancelledError e) {
            if (!owner.isStopping()) {
                tell(" has ended: ", e.reason());
            }
            throw e;
        }
    }

    private void serveAgainAndAgain(@Nullable SocketListener first) {
        SocketListener next = first;
        Duration pause = FIRST_PAUSE;
        while (true) {
            long since = Long.MAX_VALUE;
            try (SocketListener listener = next == null ? listen() : next) {
                since = System.nanoTime();
                listener.serve(handler::handle,
                        options -> options.isolated(true).name(name).statistics(statistics));
                return;
            } catch (CancelledError e) {
                throw e;
            } catch (Throwable e) {
                if (owner.isStopping()) {
                    return;
                }
                if (since == Long.MAX_VALUE) {
                    tellRefused(e);
                } else {
                    if (System.nanoTime() - since > LONGEST_PAUSE.toNanos()) {
                        pause = FIRST_PAUSE;
                        trouble = null;
                    }
                    tell(" is interrupted, and listens again after a pause: ", Errors.text(e));
                }
            }
            next = null;
            TaskContext.current("a TCP server").sleep(pause);
            Duration longer = pause.multipliedBy(2);
            pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
        }
    }

    private void tellRefused(Throwable error) {
        refused = true;
        tell(" does not listen, and tries again until it does: ", Errors.text(error));
    }

    /** Logs a text, unless it is the same as the last one. */
    private void tell(String what, String text) {
        boolean news = !text.equals(trouble);
        trouble = text;
        port = -1;
        if (news) {
            log(System.Logger.Level.WARNING, this, what, text);
        }
    }

    private void log(System.Logger.Level level, Object... message) {
        new Report(owner.holder().name()).log(level, null, message);
    }

    TcpSettings settings() {
        return settings;
    }

    /** Ends the listener, the connections and their tasks, within the grace of the owner. */
    void close() {
        try {
            owner.close();
        } finally {
            letGo(context, reference);
        }
    }

    private static void letGo(BundleContext context, ServiceReference<ConnectionHandler> reference) {
        try {
            context.ungetService(reference);
        } catch (IllegalStateException _) {
            // our bundle has stopped meanwhile, and the framework has released the handler
        }
    }

    /** Its state for display; empty while it does not listen. */
    Optional<ListenerDTO> status(long id) {
        int listens = port;
        return listens < 0
                ? Optional.empty()
                : Optional.of(new ListenerDTO(id, owner.holder().name(), handler.getClass().getName(), settings.host(),
                        listens, (int) statistics.active(), statistics.accepted(), statistics.handlerFailures()));
    }

    /** Why it does not listen, if it does not. */
    Optional<String> trouble() {
        return port < 0 ? Optional.ofNullable(trouble) : Optional.empty();
    }

    @Override
    public String toString() {
        return "The TCP server " + name + " of " + owner.holder().name() + " on port "
                + (port < 0 ? settings.port() : port) + (settings.host().isEmpty() ? "" : " of " + settings.host());
    }
}
