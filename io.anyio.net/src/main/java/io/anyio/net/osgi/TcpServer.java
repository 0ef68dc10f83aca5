package io.anyio.net.osgi;

import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import io.anyio.api.task.CancelledError;
import io.anyio.api.whiteboard.ListenerDTO;
import io.anyio.net.OwnedListeners;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** One service of the whiteboard at work. */
final class TcpServer {
    private final BundleContext context;
    private final ServiceReference<ConnectionHandler> reference;
    private final TcpSettings settings;
    private final ConnectionHandler handler;
    private final Owner owner;
    private final int port;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();

    private TcpServer(BundleContext context, ServiceReference<ConnectionHandler> reference, TcpSettings settings, ConnectionHandler handler,
            Owner owner) throws IOException {
        this.context = context;
        this.reference = reference;
        this.settings = settings;
        this.handler = handler;
        this.owner = owner;
        SocketListener listener = new OwnedListeners(owner).tcp(settings.port(), _ -> settings.options());
        port = listener.localPort();
        owner.<@Nullable Void>spawn("serve " + name() + " on port " + port, () -> {
            listener.serve(this::handle, options -> options.isolated(true).name(name()));
            return null;
        });
    }

    /**
     * Gets the handler and listens.
     *
     * @throws IOException if the port cannot be had
     * @throws IllegalStateException if there is no handler behind the service
     */
    static TcpServer open(BundleContext context, Owners owners, ServiceReference<ConnectionHandler> reference, TcpSettings settings)
            throws IOException {
        ConnectionHandler handler = context.getService(reference);
        if (handler == null) {
            throw new IllegalStateException("its component cannot be activated, the log of Declarative Services tells why");
        }
        Owner owner = Users.open(owners, reference.getBundle(), "TCP server");
        TcpServer server = null;
        try {
            server = new TcpServer(context, reference, settings, handler, owner);
            return server;
        } finally {
            if (server == null) {
                owner.close();
                context.ungetService(reference);
            }
        }
    }

    private void handle(SocketStream stream) throws Exception {
        accepted.incrementAndGet();
        connections.incrementAndGet();
        try {
            handler.handle(stream);
        } catch (CancelledError e) {
            throw e;
        } catch (Throwable e) {
            failures.incrementAndGet();
            throw e;
        } finally {
            connections.decrementAndGet();
        }
    }

    /** Whether the properties still say what this server does. */
    boolean isSetTo(ServiceReference<ConnectionHandler> changed) {
        try {
            return settings.equals(TcpSettings.of(changed));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /** Ends the listener, the connections and their tasks, within the grace of the owner. */
    void close() {
        owner.close();
        context.ungetService(reference);
    }

    private String name() {
        String type = handler.getClass().getName();
        return type.substring(type.lastIndexOf('.') + 1);
    }

    ListenerDTO status() {
        return new ListenerDTO(TcpWhiteboard.idOf(reference), owner.holder().name(), handler.getClass().getName(), settings.host(), port,
                connections.get(), accepted.get(), failures.get());
    }

    @Override
    public String toString() {
        return "The TCP server " + name() + " of " + owner.holder().name() + " on port " + port
                + (settings.host().isEmpty() ? "" : " of " + settings.host());
    }
}
