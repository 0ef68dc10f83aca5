package io.anyio.itest.user;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.task.EventLoop;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;

/** A server by hand, and a client of it, on the bundle's loop. */
@Component(name = "network.user", service = {})
public final class NetworkUser {
    /** Starts both. */
    @Activate
    public NetworkUser(@Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) EventLoop loop,
            @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Listeners listeners,
            @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Network network,
            @Reference(target = "(board=true)") BiConsumer<String, Object> board) {
        loop.spawn("server and client", () -> {
            try (SocketListener listener = listeners.tcp(0, o -> o.host("127.0.0.1"))) {
                AnyIO.createTaskGroup().run(group -> {
                    group.spawn("serve", () -> listener.serve(stream -> {
                        board.accept("served.loader", Thread.currentThread().getContextClassLoader());
                        for (byte[] chunk : stream) {
                            stream.send(chunk);
                        }
                    }));
                    SocketStream client = network.connectTcp("127.0.0.1", listener.localPort());
                    client.send("hello".getBytes(StandardCharsets.UTF_8));
                    board.accept("client.received", new String(client.receive(), StandardCharsets.UTF_8));
                    board.accept("listener.port", listener.localPort());
                    AnyIO.sleepForever();
                });
            } finally {
                board.accept("network.user.ended", true);
            }
        });
    }
}
