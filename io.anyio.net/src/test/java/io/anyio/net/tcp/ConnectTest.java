package io.anyio.net.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.ConnectOptions;
import io.anyio.api.net.ConnectionFailedException;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.task.Deadline;
import io.anyio.net.Pair;
import io.anyio.net.Plain;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Connecting over real sockets. */
class ConnectTest {

    private static int freePort() throws IOException {
        try (SocketListener listener = Pair.listen()) {
            return listener.localPort();
        }
    }

    @AnyioTest @Proves("HE-02")
    void aLiteralNeedsNoLookupAndOneAttempt() throws Exception {
        Network network = Plain.network(Map.of());
        try (SocketListener listener = Pair.listen()) {
            network.connectTcp("127.0.0.1", listener.localPort()).close();
            network.connectTcp(InetAddress.ofLiteral("127.0.0.1"), listener.localPort()).close();
        }
        int port = freePort();
        for (String host : new String[]{"127.0.0.1", "::1"}) {
            ConnectionFailedException refused = assertThrows(ConnectionFailedException.class,
                    () -> network.connectTcp(host, port));
            assertInstanceOf(ConnectException.class, refused.getCause());
        }
    }

    @AnyioTest @Proves({"HE-06", "HE-10"})
    void onlyOneFamilyReachable() throws Exception {
        Network network = Plain.network(Map.of("dual", List.of("::1", "127.0.0.1"), "six", List.of("::1")));
        try (SocketListener listener = Pair.listen();
                SocketStream client = network.connectTcp("dual", listener.localPort())) {
            assertEquals(listener.attribute(SocketAttribute.LOCAL_ADDRESS),
                    client.attribute(SocketAttribute.REMOTE_ADDRESS));
        }
        int port = freePort();
        assertInstanceOf(ConnectException.class,
                assertThrows(ConnectionFailedException.class, () -> network.connectTcp("six", port)).getCause());
    }

    @AnyioTest @Proves({"HE-11", "HE-12"})
    void aNameThatIsNotKnownIsTheResolversError() throws Exception {
        Network network = Plain.network(Map.of());
        UnknownHostException unknown = assertThrows(UnknownHostException.class,
                () -> network.connectTcp("no.such.name", 80));
        assertNull(unknown.getCause());
        assertEquals("no.such.name", unknown.getMessage());
    }

    @AnyioTest @Proves({"HE-13", "HE-14"})
    void theLocalAddressIsBoundAndLimitsTheFamily() throws Exception {
        Network network = Plain.network(Map.of("dual", List.of("::1", "127.0.0.1"), "me", List.of("127.0.0.2")));
        try (SocketListener listener = AnyIO.service(io.anyio.api.net.Listeners.class).tcp(0)) {
            int port = listener.localPort();
            for (String local : new String[]{"127.0.0.2", "me"}) {
                try (SocketStream client = network.connectTcp("dual", port, o -> o.localHost(local));
                        SocketStream server = listener.accept()) {
                    InetSocketAddress from = (InetSocketAddress) server.attribute(SocketAttribute.REMOTE_ADDRESS);
                    assertEquals("127.0.0.2", from.getAddress().getHostAddress());
                    assertEquals("127.0.0.1",
                            ((InetSocketAddress) client.attribute(SocketAttribute.REMOTE_ADDRESS)).getAddress()
                                    .getHostAddress());
                }
            }
            assertThrows(UnknownHostException.class,
                    () -> network.connectTcp("127.0.0.1", port, o -> o.localHost("::1")));
            int free = freePort();
            try (SocketStream client = network.connectTcp("127.0.0.1", port, o -> o.localPort(free));
                    SocketStream server = listener.accept()) {
                assertEquals(free, client.attribute(SocketAttribute.LOCAL_PORT));
                assertEquals(free, server.attribute(SocketAttribute.REMOTE_PORT));
            }
        }
    }

    @AnyioTest(virtualClock = true) @Proves("HE-19")
    void aConnectThatIsCancelledLeavesNoSocketOpen() throws Exception {
        // a backlog that is full lets further connections wait
        try (SocketListener listener = AnyIO.service(io.anyio.api.net.Listeners.class).tcp(0,
                o -> o.host("127.0.0.1").backlog(1))) {
            List<SocketChannel> filling = new ArrayList<>();
            try {
                long before = descriptors();
                boolean waited = false;
                for (int i = 0; i < 20 && !waited; i++) {
                    List<SocketStream> connected = new ArrayList<>();
                    waited = !AnyIO.moveOnAfter(Duration.ofMillis(50), () -> connected.add(Pair.connect(listener)));
                    if (waited) {
                        assertEquals(before, descriptors());
                    } else {
                        connected.forEach(
                                stream -> filling.add((SocketChannel) stream.attribute(SocketAttribute.RAW_SOCKET)));
                        before = descriptors();
                    }
                }
                assertFalse(!waited, "the backlog was never full");
            } finally {
                for (SocketChannel channel : filling) {
                    channel.close();
                }
            }
        }
    }

    /** That the option is used, over sockets; its effects are shown without them by {@link HappyEyeballsTest}. */
    @AnyioTest(virtualClock = true) @Proves("HE-03")
    void theNextAddressIsTriedAfterTheDelayOfTheOptions() throws Exception {
        Network network = Plain.network(Map.of("both", List.of("127.0.0.2", "127.0.0.1")));
        List<SocketStream> filling = new ArrayList<>();
        try (SocketListener silent = AnyIO.service(io.anyio.api.net.Listeners.class).tcp(0,
                o -> o.host("127.0.0.2").backlog(1))) {
            int port = silent.localPort();
            while (AnyIO.moveOnAfter(Duration.ofMillis(50), () -> filling.add(network.connectTcp("127.0.0.2", port)))) {
                assertTrue(filling.size() < 20, "the backlog was never full");
            }
            try (SocketListener listener = AnyIO.service(io.anyio.api.net.Listeners.class).tcp(port,
                    o -> o.host("127.0.0.1"))) {
                for (Duration delay : List.of(Duration.ofMillis(250), Duration.ofSeconds(7), Duration.ZERO)) {
                    Deadline begin = AnyIO.currentTime();
                    UnaryOperator<ConnectOptions> options = delay.toMillis() == 250
                            ? o -> o
                            : o -> o.happyEyeballsDelay(delay);
                    try (SocketStream client = network.connectTcp("both", port, options);
                            SocketStream _ = listener.accept()) {
                        assertEquals(listener.attribute(SocketAttribute.LOCAL_ADDRESS),
                                client.attribute(SocketAttribute.REMOTE_ADDRESS));
                        assertEquals(delay, begin.until(AnyIO.currentTime()));
                    }
                }
            }
        } finally {
            for (SocketStream stream : filling) {
                stream.close();
            }
        }
    }

    private static long descriptors() throws IOException {
        try (var files = java.nio.file.Files.list(java.nio.file.Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }
}
