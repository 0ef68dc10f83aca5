package io.anyio.net.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.attribute.TypedAttributeProvider;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.net.UdpSocket;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.net.Descriptors;
import io.anyio.net.Pair;
import io.anyio.net.Plain;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** The channel that a socket hands out may be closed by anybody, at any time. */
class RawSocketTest {
    private static final int ROUNDS = 300;
    private static final byte OURS = 1;
    private static final byte THEIRS = 2;

    /** A wait for a socket, which a close is to end. */
    private interface Wait {
        void run() throws IOException;
    }

    private static NetworkChannel raw(TypedAttributeProvider socket) {
        return socket.attribute(SocketAttribute.RAW_SOCKET);
    }

    private static void closeOutside(NetworkChannel raw) throws IOException {
        AnyIO.runInWorkerThread(() -> {
            raw.close();
            return 1;
        });
    }

    private static void endsWithItsRawSocket(TaskGroup<Exception> group, TypedAttributeProvider socket, Wait wait)
            throws Exception {
        NetworkChannel raw = raw(socket);
        assertSame(raw, raw(socket));
        assertThrows(IllegalBlockingModeException.class, () -> ((SelectableChannel) raw).configureBlocking(true));
        TaskHandle<Boolean> waiting = group.spawn("waiting", () -> {
            assertThrows(ClosedResourceException.class, wait::run);
            return true;
        });
        AnyIO.waitAllTasksBlocked();
        closeOutside(raw);
        assertTrue(waiting.await());
        assertFalse(raw.isOpen());
        assertThrows(ClosedResourceException.class, wait::run);
        assertFalse(raw(socket).isOpen());
        assertThrows(ClosedChannelException.class, raw::getLocalAddress);
    }

    @AnyioTest @Proves("SK-09")
    void closingItClosesTheSocketAndWakesWhoWaits(TaskGroup<Exception> group) throws Exception {
        Network network = AnyIO.service(Network.class);
        Set<String> before = Descriptors.sockets();
        try (Pair pair = Pair.open()) {
            endsWithItsRawSocket(group, pair.server(), () -> pair.server().receive());
            assertThrows(IOException.class, () -> {
                while (pair.client().receive().length > 0) {
                    // bytes that were under way
                }
            });
        }
        SocketListener listener = AnyIO.service(Listeners.class).tcp(0, o -> o.host("127.0.0.1"));
        int port = listener.localPort();
        endsWithItsRawSocket(group, listener, listener::accept);
        // the loop frees the port soon after a close from outside; this waits for it
        listener.close();
        AnyIO.service(Listeners.class).tcp(port, o -> o.host("127.0.0.1")).close();
        UdpSocket udp = network.createUdpSocket(o -> o.localHost("127.0.0.1"));
        endsWithItsRawSocket(group, (TypedAttributeProvider) udp, udp::receive);
        udp.close();
        Pair.open().close();
        assertEquals(before, Descriptors.sockets());
    }

    /** All of a listener is closed by the channel of one of its sockets. */
    @AnyioTest
    void closingOneSocketOfAListenerClosesTheOthers(TaskGroup<Exception> group) throws Exception {
        Listeners listeners = Plain.listeners(Map.of("two", List.of("127.0.0.1", "127.0.0.2")));
        SocketListener accepting = listeners.tcp(0, o -> o.host("two"));
        endsWithItsRawSocket(group, accepting, accepting::accept);
        SocketListener serving = listeners.tcp(0, o -> o.host("two"));
        int port = serving.localPort();
        endsWithItsRawSocket(group, serving, () -> serving.serve(SocketStream::close));
        for (String host : List.of("127.0.0.1", "127.0.0.2")) {
            assertThrows(IOException.class, () -> AnyIO.service(Network.class).connectTcp(host, port));
        }
    }

    @AnyioTest
    void itEndsWithItsSocket() throws Exception {
        Pair pair = Pair.open();
        NetworkChannel raw = raw(pair.client());
        assertTrue(raw.isOpen());
        assertTrue(assertInstanceOf(SocketChannel.class, raw).isConnected());
        pair.close();
        assertFalse(raw.isOpen());
        assertFalse(raw(pair.server()).isOpen(), "asked for too late");
        SocketListener listener = Pair.listen();
        NetworkChannel listening = raw(listener);
        listener.close();
        assertFalse(listening.isOpen());
        SocketListener later = Pair.listen();
        later.close();
        assertFalse(raw(later).isOpen(), "asked for too late");
    }

    /** The next user of the descriptor must not get our bytes, nor lose its own. */
    @AnyioTest(timeout = 60)
    void whoGetsItsDescriptorNextIsLeftAlone(TaskGroup<Exception> group) throws Exception {
        AtomicReference<Throwable> failed = new AtomicReference<>();
        AtomicBoolean stop = new AtomicBoolean();
        AtomicReference<NetworkChannel> victim = new AtomicReference<>();
        Thread closer = Thread.ofPlatform().start(() -> {
            SplittableRandom random = new SplittableRandom();
            while (!stop.get()) {
                NetworkChannel raw = victim.getAndSet(null);
                for (int i = random.nextInt(2000); i > 0; i--) {
                    Thread.onSpinWait();
                }
                try {
                    if (raw != null) {
                        raw.close();
                        strangers(failed);
                    }
                } catch (IOException e) {
                    failed.compareAndSet(null, e);
                }
            }
        });
        try (SocketListener listener = Pair.listen()) {
            byte[] bytes = new byte[100];
            java.util.Arrays.fill(bytes, OURS);
            for (int round = 0; round < ROUNDS; round++) {
                try (SocketStream client = Pair.connect(listener); SocketStream server = listener.accept()) {
                    group.spawn("drain", () -> {
                        try {
                            Pair.drain(server);
                        } catch (RuntimeException e) {
                            // closed or reset
                        }
                    });
                    victim.set(raw(client));
                    assertThrows(ClosedResourceException.class, () -> {
                        while (true) {
                            client.send(bytes);
                        }
                    });
                } catch (BrokenResourceException e) {
                    // reset by the close
                }
            }
        } finally {
            stop.set(true);
            AnyIO.runInWorkerThread(() -> {
                closer.join();
                return 1;
            });
        }
        assertNull(failed.get());
    }

    /** Connections that take the descriptors that have become free. */
    private static void strangers(AtomicReference<Throwable> failed) throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            for (int i = 0; i < 3; i++) {
                try (SocketChannel client = SocketChannel.open(listener.getLocalAddress());
                        SocketChannel server = listener.accept()) {
                    client.write(ByteBuffer.wrap(new byte[]{THEIRS, THEIRS}));
                    server.write(ByteBuffer.wrap(new byte[]{THEIRS, THEIRS}));
                    client.shutdownOutput();
                    server.shutdownOutput();
                    expect(client, failed);
                    expect(server, failed);
                }
            }
        }
    }

    private static void expect(SocketChannel channel, AtomicReference<Throwable> failed) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(100);
        while (channel.read(buffer) >= 0 && buffer.hasRemaining()) {
            // until the end
        }
        if (buffer.position() != 2 || buffer.get(0) != THEIRS || buffer.get(1) != THEIRS) {
            failed.compareAndSet(null, new AssertionError(
                    "a stranger got " + buffer.position() + " bytes, the first is " + buffer.get(0)));
        }
    }
}
