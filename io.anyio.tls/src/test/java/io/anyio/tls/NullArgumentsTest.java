package io.anyio.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.AddressFamily;
import io.anyio.api.net.AddressInfo;
import io.anyio.api.net.AddressInfoOptions;
import io.anyio.api.net.ConnectOptions;
import io.anyio.api.net.ConnectedUdpSocket;
import io.anyio.api.net.ListenOptions;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.NameInfo;
import io.anyio.api.net.Network;
import io.anyio.api.net.ServeOptions;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.net.SocketType;
import io.anyio.api.net.UdpOptions;
import io.anyio.api.net.UdpPacket;
import io.anyio.api.net.UdpSocket;
import io.anyio.api.net.UnixListenOptions;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.Listener;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.stream.MultiListener;
import io.anyio.api.stream.ObjectStream;
import io.anyio.api.stream.StapledObjectStream;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.Body;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.tls.ClientCertificate;
import io.anyio.api.tls.HandshakeErrorHandler;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsCipher;
import io.anyio.api.tls.TlsListener;
import io.anyio.api.tls.TlsListenerOptions;
import io.anyio.api.tls.TlsOptions;
import io.anyio.api.tls.TlsStream;
import io.anyio.api.tls.Unwrapped;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLKeyException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * The network and TLS refuse null where it is given, by a message that names it, and nothing has changed afterwards.
 */
class NullArgumentsTest {
    private static SSLContext context;

    @TempDir
    Path directory;

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        context = TestKeys.make(folder).context("TLS");
    }

    /** With examples that are not used, so they may be closed. */
    private NullWalk walk() throws IOException {
        MemoryByteStreams memory = AnyIO.createMemoryByteStreams(1);
        var objects = AnyIO.<byte[]>createMemoryObjectStream(1);
        memory.close();
        objects.close();
        return new NullWalk()
                .with(String.class, "127.0.0.1").with(int.class, 1).with(boolean.class, true)
                .with(Duration.class, Duration.ofSeconds(1))
                .with(UnaryOperator.class, UnaryOperator.identity()).with(Path.class, directory.resolve("none"))
                .with(InetAddress.class, InetAddress.getLoopbackAddress())
                .with(InetSocketAddress.class, new InetSocketAddress(InetAddress.getLoopbackAddress(), 1))
                .with(AddressFamily.class, AddressFamily.IPV4).with(SocketType.class, SocketType.STREAM)
                .with(Set.class, Set.of()).with(List.class, List.of())
                .with(byte[].class, new byte[1]).with(ByteBuffer.class, ByteBuffer.allocate(1))
                .with(UdpPacket.class,
                        new UdpPacket(new byte[1], new InetSocketAddress(InetAddress.getLoopbackAddress(), 1)))
                .with(BlockWith.class, (BlockWith<Object, RuntimeException>) _ -> {})
                .with(TaskGroup.class, AnyIO.createTaskGroup())
                .with(ByteStream.class, memory.first())
                .with(ObjectStream.class, new StapledObjectStream<>(objects.sender(), objects.receiver()))
                .with(Listener.class, new OneStream(memory.second()))
                .with(SSLContext.class, context).with(Boolean.class, true)
                .with(ClientCertificate.class, ClientCertificate.NOT_ASKED)
                .with(Consumer.class, _ -> {}).with(Body.class, (Body<SSLContext, RuntimeException>) () -> context)
                .with(HandshakeErrorHandler.class, (_, _) -> {}).with(TlsOptions.class, TlsOptions.DEFAULT);
    }

    @AnyioTest
    void optionsAndWhatTheyGive() throws Exception {
        NullWalk walk = walk();
        for (Object each : List.of(AddressInfoOptions.DEFAULT, ConnectOptions.DEFAULT, ListenOptions.DEFAULT,
                ServeOptions.DEFAULT,
                UdpOptions.DEFAULT, UnixListenOptions.DEFAULT, TlsOptions.DEFAULT, TlsListenerOptions.DEFAULT)) {
            walk.methods(each.getClass(), each);
            walk.constructors(each.getClass());
        }
        for (Class<?> each : List.of(UdpPacket.class, AddressInfo.class, NameInfo.class, TlsCipher.class,
                Unwrapped.class,
                MultiListener.class)) {
            walk.constructors(each);
        }
        assertEquals("", String.join("\n", walk.wrong));
        assertTrue(walk.calls > 50, () -> walk.calls + " calls");
    }

    @AnyioTest
    void nullInACollection() {
        List<Runnable> refused = List.of(
                () -> new MultiListener<>(Collections.singletonList((Listener<SocketStream>) null)),
                () -> UnixListenOptions.DEFAULT.permissions(Collections.singleton(null)),
                () -> TlsOptions.DEFAULT.alpnProtocols(Arrays.asList("h2", null)));
        for (Runnable each : refused) {
            String message = assertThrows(RuntimeException.class, each::run).getMessage();
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
    void whatOpens() throws Exception {
        NullWalk walk = walk();
        walk.methods(Network.class, AnyIO.service(Network.class));
        walk.methods(Listeners.class, AnyIO.service(Listeners.class));
        walk.methods(Tls.class, AnyIO.service(Tls.class));
        assertEquals("", String.join("\n", walk.wrong));
        assertTrue(walk.calls > 25, () -> walk.calls + " calls");
    }

    @AnyioTest
    void listenersGoOn() throws Exception {
        Listeners listeners = AnyIO.service(Listeners.class);
        Tls tls = AnyIO.service(Tls.class);
        try (SocketListener tcp = listeners.tcp(0, o -> o.host("127.0.0.1"));
                SocketListener unix = listeners.unix(directory.resolve("p"))) {
            TlsListener secure = tls.listen(tcp, o -> o.context(context));
            MultiListener<SocketStream> several = new MultiListener<>(List.of(tcp, unix));
            NullWalk walk = walk();
            walk.methods(SocketListener.class, tcp);
            walk.methods(SocketListener.class, unix);
            walk.methods(TlsListener.class, secure);
            walk.methods(MultiListener.class, several);
            assertEquals("", String.join("\n", walk.wrong));
            assertTrue(walk.calls >= 18, () -> walk.calls + " calls");
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
            losesNothing(SocketStream.class, client, server);
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                List<TlsStream> sides = new ArrayList<>();
                group.spawn("handshake",
                        () -> sides.add(AnyIO.service(Tls.class).wrap(server,
                                o -> o.context(context).standardCompatible(false))));
                TlsStream secure = AnyIO.service(Tls.class).wrap(client,
                        o -> o.hostname("localhost").context(context).standardCompatible(false));
                AnyIO.waitAllTasksBlocked();
                losesNothing(TlsStream.class, secure, sides.getFirst());
                AnyIO.closeForcefully(secure);
            });
        }
    }

    /** What has arrived is still there after all those calls, and nothing was sent. */
    private <S extends ByteStream> void losesNothing(Class<S> type, S stream, S other) throws IOException {
        other.send(new byte[]{7});
        NullWalk walk = walk();
        walk.methods(type, stream);
        assertEquals("", String.join("\n", walk.wrong));
        assertEquals(4, walk.calls, "receive and send of both kinds");
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
            NullWalk walk = walk();
            walk.methods(UdpSocket.class, socket);
            walk.methods(ConnectedUdpSocket.class, connected);
            assertEquals("", String.join("\n", walk.wrong));
            assertEquals(4, walk.calls);
            UdpPacket packet = socket.receive();
            assertArrayEquals(new byte[]{7}, packet.data());
            socket.send(new UdpPacket(new byte[]{8}, packet.address()));
            assertArrayEquals(new byte[]{8}, connected.receive());
        }
    }
}
