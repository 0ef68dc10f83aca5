package io.anyio.net.whiteboard;

import io.anyio.api.spi.Owners;
import io.anyio.api.spi.osgi.InvalidConfigurationException;
import io.anyio.api.spi.osgi.Users;
import io.anyio.api.whiteboard.ListenerKind;
import io.anyio.net.settings.EndpointSettings;
import io.anyio.net.settings.Settings;
import io.anyio.net.whiteboard.FakeFramework.Service;
import java.util.List;

/** Opens servers without the board. */
final class Servers {
    private Servers() {}

    static EndpointSettings settings(Service service) {
        try {
            return Settings.of(service.properties(), List.of()).endpoints().getFirst();
        } catch (InvalidConfigurationException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static StreamServer open(FakeFramework framework, Owners owners, Service service) {
        HandlerLease handler = HandlerLease.get(framework.context, service.reference, ListenerKind.TCP);
        boolean started = false;
        try {
            StreamServer server = new StreamServer(settings(service), handler,
                    Users.open(owners, framework.bundle, "TCP server"), new TlsContexts(framework.context), () -> {});
            server.start();
            started = true;
            return server;
        } finally {
            if (!started) {
                handler.release();
            }
        }
    }
}
