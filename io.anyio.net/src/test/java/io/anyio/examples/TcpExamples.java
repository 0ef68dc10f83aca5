package io.anyio.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Connectable;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.net.TcpConnectable;
import io.anyio.api.task.TaskGroup;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/tcp.md. */
class TcpExamples {
    @AnyioTest
    void listeningAndConnectingByHand(TaskGroup<?> group) throws Exception {
        Listeners listeners = AnyIO.service(Listeners.class);
        Network network = AnyIO.service(Network.class);
        String reply;
        try (SocketListener listener = listeners.tcp(0)) {
            group.spawn("server", () -> listener.serve(stream -> {
                try (stream) {
                    for (byte[] chunk : stream) {
                        stream.send(chunk);
                    }
                }
            }));
            try (SocketStream stream = network.connectTcp("127.0.0.1", listener.localPort())) {
                stream.send("hello".getBytes(UTF_8));
                reply = new String(stream.receive(), UTF_8);
            }
            group.cancel();
        }
        assertEquals("hello", reply);
    }

    @AnyioTest
    void aServerThatGoesOn(TaskGroup<?> group) throws Exception {
        try (SocketListener listener = AnyIO.service(Listeners.class).tcp(0)) {
            Echo echo = new Echo();
            group.spawn("server", () -> {
                listener.serve(echo::handle, options -> options.isolated(true));
            });
            try (SocketStream stream = AnyIO.service(Network.class).connectTcp("127.0.0.1", listener.localPort())) {
                stream.send("hello".getBytes(UTF_8));
                assertEquals("hello", new String(stream.receive(), UTF_8));
            }
            group.cancel();
        }
    }

    private static final byte[] BYE = "bye".getBytes(UTF_8);

    private static void untilCancelled(SocketStream stream) throws IOException {
        try {
            for (byte[] chunk : stream) {
                stream.send(chunk);
            }
        } finally {
            AnyIO.openCancelScope(o -> o.shield(true)).run(() -> stream.send(BYE));
        }
    }

    @AnyioTest
    void aGoodbyeInAShield() throws Exception {
        try (SocketListener listener = AnyIO.service(Listeners.class).tcp(0);
                SocketStream client = AnyIO.service(Network.class).connectTcp("127.0.0.1", listener.localPort());
                SocketStream accepted = listener.accept()) {
            AnyIO.createTaskGroup().run(group -> {
                group.spawn("handler", () -> untilCancelled(accepted));
                AnyIO.waitAllTasksBlocked();
                group.cancel();
            });
            assertEquals("bye", new String(client.receive(), UTF_8));
        }
    }

    @AnyioTest
    void aServerOnAPath(TaskGroup<?> group, @TempDir Path directory) throws Exception {
        Listeners listeners = AnyIO.service(Listeners.class);
        Network network = AnyIO.service(Network.class);
        Path path = directory.resolve("echo.sock");
        Echo echo = new Echo();
        try (SocketListener listener = listeners.unix(path,
                o -> o.permissions(PosixFilePermissions.fromString("rw-------")).deleteAtClose(true))) {
            group.spawn("server", () -> listener.serve(echo::handle, options -> options.isolated(true)));
            try (SocketStream stream = network.connectUnix(path)) {
                stream.send("hello".getBytes(UTF_8));
                assertEquals("hello", new String(stream.receive(), UTF_8));
            }
            group.cancel();
        }
    }

    private static byte[] ask(SocketChannel channel, Network network) throws IOException {
        channel.configureBlocking(false);
        ByteBuffer buffer = ByteBuffer.allocate(1000);
        while (channel.read(buffer) == 0) {
            network.awaitReadable(channel);
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    @AnyioTest
    void aChannelOfAnotherLibrary(TaskGroup<?> group) throws Exception {
        try (SocketListener listener = AnyIO.service(Listeners.class).tcp(0);
                SocketChannel channel = SocketChannel
                        .open(new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.localPort()))) {
            group.spawn("server", () -> {
                try (SocketStream stream = listener.accept()) {
                    stream.send("hello".getBytes(UTF_8));
                }
            });
            assertEquals("hello", new String(ask(channel, AnyIO.service(Network.class)), UTF_8));
        }
    }

    @AnyioTest
    void whereToConnect(TaskGroup<?> group) throws Exception {
        Network network = AnyIO.service(Network.class);
        String reply;
        try (SocketListener listener = AnyIO.service(Listeners.class).tcp(0)) {
            group.spawn("server", () -> listener.serve(stream -> stream.send(stream.receive()), o -> o.isolated(true)));
            Connectable server = new TcpConnectable(network, "localhost", listener.localPort());
            try (SocketStream stream = server.connect()) {
                stream.send("hello".getBytes(UTF_8));
                reply = new String(stream.receive(), UTF_8);
            }
            group.cancel();
        }
        assertEquals("hello", reply);
    }
}
