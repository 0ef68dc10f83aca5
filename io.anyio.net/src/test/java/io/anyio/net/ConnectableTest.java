package io.anyio.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.ConnectOptions;
import io.anyio.api.net.Connectable;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.net.TcpConnectable;
import io.anyio.api.net.UnixConnectable;
import io.anyio.api.task.TaskGroup;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Values that say where to connect. */
class ConnectableTest {
    private static void assertConnects(TaskGroup<?> group, SocketListener listener, Connectable server)
            throws IOException {
        group.spawn("server", () -> listener.serve(stream -> stream.send(stream.receive()), o -> o.isolated(true)));
        try (SocketStream first = server.connect(); SocketStream second = server.connect()) {
            second.send(new byte[]{2});
            first.send(new byte[]{1});
            assertArrayEquals(new byte[]{1}, first.receive());
            assertArrayEquals(new byte[]{2}, second.receive());
        }
        group.cancel();
    }

    @AnyioTest @Proves("CF-14")
    void aTcpConnectableConnectsAsOftenAsItIsAskedTo(TaskGroup<?> group) throws Exception {
        Network network = AnyIO.service(Network.class);
        try (SocketListener listener = AnyIO.service(Listeners.class).tcp(0)) {
            assertConnects(group, listener, new TcpConnectable(network, "127.0.0.1", listener.localPort()));
        }
    }

    @AnyioTest @Proves("CF-14")
    void aUnixConnectableConnectsAsOftenAsItIsAskedTo(TaskGroup<?> group, @TempDir Path folder) throws Exception {
        Path path = folder.resolve("socket");
        try (SocketListener listener = AnyIO.service(Listeners.class).unix(path)) {
            assertConnects(group, listener, new UnixConnectable(AnyIO.service(Network.class), path));
        }
    }

    @AnyioTest @Proves("CF-14")
    void theOptionsAreThoseOfConnectTcp() {
        Network network = AnyIO.service(Network.class);
        Connectable server = new TcpConnectable(network, "127.0.0.1", 1, ConnectOptions.DEFAULT.localPort(70_000));
        assertTrue(assertThrows(IllegalArgumentException.class, server::connect).getMessage().contains("70000"));
    }

    @AnyioTest @Proves("CF-15")
    void valuesAreCheckedWhenTheyAreGiven() {
        Network network = AnyIO.service(Network.class);
        for (int port : new int[]{0, -1, 65536}) {
            assertTrue(assertThrows(IllegalArgumentException.class, () -> new TcpConnectable(network, "a", port))
                    .getMessage().contains(port + " is outside 1..65535"));
        }
        assertThrows(IllegalArgumentException.class, () -> new TcpConnectable(network, " ", 1));
        assertThrows(IllegalArgumentException.class, () -> new UnixConnectable(network, Path.of("")));
        assertEquals(new TcpConnectable(network, "a", 1), new TcpConnectable(network, "a", 1, ConnectOptions.DEFAULT));
    }
}
