package io.anyio.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.anyio.api.AnyIO;
import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.net.DatagramHandler;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.net.UdpPacket;
import io.anyio.api.net.UdpSocket;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.tls.TlsContext;
import io.anyio.api.whiteboard.ListenerDTO;
import io.anyio.api.whiteboard.TcpListener;
import io.anyio.api.whiteboard.UdpListener;
import io.anyio.api.whiteboard.UnixListener;
import io.anyio.api.whiteboard.WhiteboardRuntime;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.component.annotations.Component;

/** The examples of docs/whiteboard.md. */
class WhiteboardExamples {
    @Component
    @TcpListener(port = {7007, 7008}, host = {"127.0.0.1", "::1"}, maxConnections = 1000, idleTimeout = "5m")
    @UnixListener(path = "/run/echo.sock", permissions = "rw-rw----", deleteAtClose = true)
    public static final class Echo implements ConnectionHandler {
        @Override
        public void handle(SocketStream stream) throws IOException {
            for (byte[] chunk : stream) {
                stream.send(chunk);
            }
        }
    }

    @Component
    @UdpListener(port = 7007, host = "127.0.0.1")
    public static final class DatagramEcho implements DatagramHandler {
        @Override
        public void handle(UdpPacket packet, UdpSocket socket) throws IOException {
            socket.send(packet);
        }
    }

    /** Registers the keys of servers. */
    static void register(BundleContext context, SSLContext keys) {
        context.registerService(TlsContext.class, () -> keys,
                FrameworkUtil.asDictionary(Map.of(TlsContext.NAME, "public")));
    }

    static String report(WhiteboardRuntime whiteboard) {
        String served = whiteboard.listeners().stream().map(ListenerDTO::endpoint).collect(Collectors.joining(", "));
        String failed = whiteboard.failedListeners().stream().map(one -> one.code() + ": " + one.reason())
                .collect(Collectors.joining("; "));
        return "served: " + served + "; not served: " + failed;
    }

    @AnyioTest
    void handlersAreOrdinaryObjects(TaskGroup<?> group) throws Exception {
        try (SocketListener listener = AnyIO.service(Listeners.class).tcp(0, o -> o.host("127.0.0.1"));
                UdpSocket server = AnyIO.service(Network.class).createUdpSocket(o -> o.localHost("127.0.0.1"));
                UdpSocket client = AnyIO.service(Network.class).createUdpSocket(o -> o.localHost("127.0.0.1"))) {
            group.spawn("server", () -> listener.serve(new Echo()::handle, o -> o.isolated(true)));
            try (SocketStream stream = AnyIO.service(Network.class).connectTcp("127.0.0.1", listener.localPort())) {
                stream.send("hello".getBytes(UTF_8));
                assertEquals("hello", new String(stream.receive(), UTF_8));
            }
            client.sendTo("hello".getBytes(UTF_8), "127.0.0.1", server.localPort());
            new DatagramEcho().handle(server.receive(), server);
            assertArrayEquals("hello".getBytes(UTF_8), client.receive().data());
            group.cancel();
        }
    }
}
