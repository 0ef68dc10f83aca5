package io.anyio.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.ConnectedUdpSocket;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.net.UdpPacket;
import io.anyio.api.net.UdpSocket;
import io.anyio.api.net.UnixListenOptions;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.Listener;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.stream.MultiListener;
import io.anyio.api.stream.ServeOptions;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsListener;
import io.anyio.api.tls.TlsOptions;
import io.anyio.api.tls.TlsStream;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLKeyException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Null is refused before anything changes: data that has arrived is still there, and listeners continue. */
class NullLosesNothingTest {
    private static SSLContext context;

    @TempDir
    Path directory;

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        context = TestKeys.make(folder).context("TLS");
    }

    @AnyioTest
    void nullInACollection() {
        List<Runnable> refused = List.of(
                () -> new MultiListener<>(Collections.singletonList((Listener<SocketStream>) null)),
                () -> UnixListenOptions.DEFAULT.permissions(Collections.singleton(null)),
                () -> TlsOptions.DEFAULT.alpnProtocols(Arrays.asList("h2", null)));
        refused.forEach(each -> refused(each::run));
    }

    private static void refused(Executable... calls) {
        for (Executable call : calls) {
            String message = String.valueOf(assertThrows(RuntimeException.class, call).getMessage());
            assertTrue(message.contains("null") && !message.startsWith("Cannot"), message);
        }
    }

    @AnyioTest
    void aSourceOfContextsThatGivesNull() throws IOException {
        Tls tls = AnyIO.service(Tls.class);
        try (MemoryByteStreams memory = AnyIO.createMemoryByteStreams(1)) {
            String message = assertThrows(SSLKeyException.class,
                    () -> tls.wrap(memory.first(), o -> o.contextSource(() -> null)))
                    .getMessage();
            assertTrue(message.contains("returned null"), message);
        }
    }

    @AnyioTest
    void listenersGoOn() throws Exception {
        Listeners listeners = AnyIO.service(Listeners.class);
        Tls tls = AnyIO.service(Tls.class);
        try (SocketListener tcp = listeners.tcp(0, o -> o.host("127.0.0.1"));
                SocketListener unix = listeners.unix(directory.resolve("p"))) {
            TlsListener secure = tls.listen(tcp, o -> o.context(context));
            MultiListener<SocketStream> several = new MultiListener<>(List.of(tcp, unix));
            TaskGroup<Exception> handlers = AnyIO.createTaskGroup(Exception.class);
            for (Listener<?> listener : List.of(tcp, unix, secure, several)) {
                refused(() -> listener.serve(null), () -> listener.serve(null, handlers),
                        () -> listener.serve(_ -> {}, (TaskGroup<?>) null));
            }
            for (SocketListener listener : List.of(tcp, unix)) {
                refused(() -> listener.serve(null, o -> o),
                        () -> listener.serve(_ -> {}, (UnaryOperator<ServeOptions>) null),
                        () -> listener.serve(_ -> {}, _ -> null));
            }
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                group.spawn("serve", () -> several.serve(stream -> {
                    try (stream) {
                        stream.send(new byte[]{1});
                    }
                }));
                for (SocketStream client : List.of(
                        AnyIO.service(Network.class).connectTcp("127.0.0.1", tcp.localPort()),
                        AnyIO.service(Network.class).connectUnix(directory.resolve("p")))) {
                    assertArrayEquals(new byte[]{1}, client.receive());
                    client.close();
                }
                group.cancel();
            });
        }
    }

    @AnyioTest
    void streamsLoseNothing() throws Exception {
        Network network = AnyIO.service(Network.class);
        try (SocketListener listener = AnyIO.service(Listeners.class).tcp(0, o -> o.host("127.0.0.1"));
                SocketStream client = network.connectTcp("127.0.0.1", listener.localPort());
                SocketStream server = listener.accept()) {
            losesNothing(client, server);
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                List<TlsStream> sides = new ArrayList<>();
                group.spawn("handshake",
                        () -> sides.add(AnyIO.service(Tls.class).wrap(server,
                                o -> o.context(context).standardCompatible(false))));
                TlsStream secure = AnyIO.service(Tls.class).wrap(client,
                        o -> o.hostname("localhost").context(context).standardCompatible(false));
                AnyIO.waitAllTasksBlocked();
                losesNothing(secure, sides.getFirst());
                AnyIO.closeForcefully(secure);
            });
        }
    }

    /** What has arrived is still there after all those calls, and nothing was sent. */
    private static void losesNothing(ByteStream stream, ByteStream other) throws IOException {
        other.send(new byte[]{7});
        refused(() -> stream.receive((ByteBuffer) null),
                () -> stream.receive((BlockWith<ByteBuffer, RuntimeException>) null),
                () -> stream.send((byte[]) null), () -> stream.send((ByteBuffer) null));
        assertArrayEquals(new byte[]{7}, stream.receive());
        stream.send(new byte[]{8});
        assertArrayEquals(new byte[]{8}, other.receive());
    }

    @AnyioTest
    void datagramsLoseNothing() throws Exception {
        Network network = AnyIO.service(Network.class);
        try (UdpSocket socket = network.createUdpSocket(o -> o.localHost("127.0.0.1"));
                ConnectedUdpSocket connected = network.createConnectedUdpSocket("127.0.0.1", socket.localPort())) {
            connected.send(new byte[]{7});
            refused(() -> socket.send(null), () -> connected.send(null),
                    () -> socket.send(new UdpPacket(null, new InetSocketAddress(1))),
                    () -> socket.send(new UdpPacket(new byte[]{9}, null)));
            UdpPacket packet = socket.receive();
            assertArrayEquals(new byte[]{7}, packet.data());
            socket.send(new UdpPacket(new byte[]{8}, packet.address()));
            assertArrayEquals(new byte[]{8}, connected.receive());
        }
    }
}
