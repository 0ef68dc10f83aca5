package io.anyio.demo;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Connectable;
import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.net.SocketStream;
import io.anyio.api.stream.ByteReceiveStream;
import io.anyio.api.stream.ByteSendStream;
import java.io.IOException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;

/**
 * Takes connections over TLS and passes their bytes on to another server. The port, the limits, the keys and the other
 * server are configuration: {@code proxy.json} in {@code io.anyio.app}.
 */
@Component(name = "io.anyio.demo.TlsProxy", configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class TlsProxy implements ConnectionHandler {
    private final Connectable server;

    /**
     * Connects to nothing yet.
     *
     * @param server the other server; the configuration names it by {@code server.target}
     */
    @Activate
    public TlsProxy(@Reference(name = "server") Connectable server) {
        this.server = server;
    }

    /** Ends when the server has no more to say; a client that has no more to say may still receive. */
    @Override
    public void handle(SocketStream client) throws IOException {
        try (SocketStream upstream = server.connect()) {
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                group.spawn("to the server", () -> {
                    pump(client, upstream);
                    upstream.sendEof();
                });
                pump(upstream, client);
                group.cancel();
            });
        }
    }

    private static void pump(ByteReceiveStream from, ByteSendStream to) throws IOException {
        for (byte[] chunk : from) {
            to.send(chunk);
        }
    }
}
