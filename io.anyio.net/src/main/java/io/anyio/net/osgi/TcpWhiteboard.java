package io.anyio.net.osgi;

import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.spi.Owners;
import io.anyio.api.spi.error.Report;
import io.anyio.api.whiteboard.FailedListenerDTO;
import io.anyio.api.whiteboard.ListenerDTO;
import io.anyio.api.whiteboard.Whiteboard;
import io.anyio.api.whiteboard.WhiteboardRuntime;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Makes servers of the services that ask for it by their properties, each with its bundle as the owner: on the bundle's loop, ended with the service. */
@Component(service = WhiteboardRuntime.class, immediate = true)
@Capability(namespace = "osgi.implementation", name = Whiteboard.IMPLEMENTATION, version = Whiteboard.VERSION, uses = {
        ConnectionHandler.class, Whiteboard.class})
public final class TcpWhiteboard implements WhiteboardRuntime {
    private final BundleContext context;
    private final Owners owners;
    private final Map<ServiceReference<ConnectionHandler>, TcpServer> servers = new ConcurrentSkipListMap<>();
    private final Map<ServiceReference<ConnectionHandler>, FailedListenerDTO> failed = new ConcurrentSkipListMap<>();

    /**
     * Makes the whiteboard.
     *
     * @param context gets the handlers
     * @param owners what their servers belong to
     */
    @Activate
    public TcpWhiteboard(BundleContext context, @Reference Owners owners) {
        this.context = context;
        this.owners = owners;
    }

    @Reference(name = "handlers", service = ConnectionHandler.class, target = "(" + Whiteboard.TCP_PORT
            + "=*)", cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, updated = "update", unbind = "remove")
    void add(ServiceReference<ConnectionHandler> reference) {
        try {
            TcpServer server = TcpServer.open(context, owners, reference, TcpSettings.of(reference));
            servers.put(reference, server);
            log(reference).log(System.Logger.Level.INFO, null, server, " listens");
        } catch (IOException | RuntimeException e) {
            failed.put(reference, new FailedListenerDTO(idOf(reference), reference.getBundle().getSymbolicName(),
                    String.valueOf(reference.getProperty(Whiteboard.TCP_PORT)), String.valueOf(e.getMessage())));
            log(reference).log(System.Logger.Level.ERROR, e,
                    "No TCP server for the service ", idOf(reference), " of ", reference.getBundle().getSymbolicName(), ": ", e);
        }
    }

    void update(ServiceReference<ConnectionHandler> reference) {
        TcpServer server = servers.get(reference);
        if (server == null || !server.isSetTo(reference)) {
            remove(reference);
            add(reference);
        }
    }

    void remove(ServiceReference<ConnectionHandler> reference) {
        failed.remove(reference);
        TcpServer server = servers.remove(reference);
        if (server != null) {
            server.close();
            log(reference).log(System.Logger.Level.INFO, null, server, " has ended");
        }
    }

    private static Report log(ServiceReference<?> reference) {
        var bundle = reference.getBundle();
        return new Report(bundle == null ? "io.anyio" : bundle.getSymbolicName());
    }

    static long idOf(ServiceReference<?> reference) {
        return (Long) reference.getProperty("service.id");
    }

    @Override
    public List<ListenerDTO> listeners() {
        return servers.values().stream().map(TcpServer::status).sorted((a, b) -> Long.compare(a.serviceId(), b.serviceId())).toList();
    }

    @Override
    public List<FailedListenerDTO> failedListeners() {
        return failed.values().stream().sorted((a, b) -> Long.compare(a.serviceId(), b.serviceId())).toList();
    }
}
