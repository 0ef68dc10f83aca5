package io.anyio.net.whiteboard;

import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import io.anyio.api.spi.osgi.Users;
import io.anyio.api.whiteboard.ListenerKind;
import io.anyio.net.settings.EndpointSettings;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * Opens servers. Each belongs to the bundle of its handler.
 *
 * @param context gets the handlers
 * @param owners give the servers an owner
 * @param contexts encrypt connections
 * @param changes is told when a server begins to listen, or ceases to
 */
record ServerOpener(BundleContext context, Owners owners, TlsContexts contexts, Runnable changes) {
    /**
     * Gets the handler and listens, or waits for its port.
     *
     * @throws NotServedException if the handler, or what encrypts its connections, cannot be obtained
     * @throws IllegalStateException if the loop of its bundle broke
     * @throws io.anyio.api.task.LoopClosedException if the bundle of the handler, or ours, has stopped
     */
    Server<?> open(ServiceReference<?> reference, Bundle bundle, EndpointSettings settings) {
        ListenerKind kind = settings.endpoint().kind();
        contexts.obtain(settings.tls());
        HandlerLease handler = HandlerLease.get(context, reference, kind);
        boolean started = false;
        try {
            Owner owner = Users.open(owners, bundle, kind + " server");
            Server<?> server = kind == ListenerKind.UDP
                    ? new DatagramServer(settings, handler, owner, changes)
                    : new StreamServer(settings, handler, owner, contexts, changes);
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
