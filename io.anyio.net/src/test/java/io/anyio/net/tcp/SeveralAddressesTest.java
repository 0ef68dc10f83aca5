package io.anyio.net.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.ConnectionFailedException;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.task.Deadline;
import io.anyio.net.Pair;
import io.anyio.net.Plain;
import io.anyio.net.SilentPeer;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Names with several addresses, on real sockets. */
class SeveralAddressesTest {
    private static Network network(String... addresses) {
        return Plain.network(Map.of("several", List.of(addresses)));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /**
     * Attempts that overlap have the same local port; and the second round finds it in use by the connections of the
     * first.
     */
    @AnyioTest
    void aFixedLocalPortServesAllAttempts() throws Exception {
        try (SocketListener listener = Pair.listen();
                SilentPeer _ = new SilentPeer("127.0.0.2", listener.localPort())) {
            int local = freePort();
            for (String first : new String[]{"127.0.0.2", "127.0.0.3", "127.0.0.1"}) {
                Network network = network(first, "127.0.0.1");
                try (SocketStream client = AnyIO.failAfter(Duration.ofSeconds(60),
                        () -> network.connectTcp("several", listener.localPort(), o -> o.localPort(local)))) {
                    assertEquals(local, client.attribute(SocketAttribute.LOCAL_PORT), first);
                    assertEquals(InetAddress.ofLiteral("127.0.0.1"),
                            ((InetSocketAddress) client.attribute(SocketAttribute.REMOTE_ADDRESS)).getAddress());
                }
                listener.accept().close();
            }
        }
    }

    @AnyioTest
    void aLocalPortThatAnotherListensOnIsToldAtOnce() throws Exception {
        try (SocketListener listener = Pair.listen();
                SilentPeer _ = new SilentPeer("127.0.0.2", listener.localPort())) {
            ConnectionFailedException failed = assertThrows(ConnectionFailedException.class,
                    () -> network("127.0.0.2", "127.0.0.1").connectTcp("several", listener.localPort(),
                            o -> o.localHost("127.0.0.1").localPort(listener.localPort())));
            assertTrue(String.valueOf(failed.getMessage()).contains("Address already in use"), failed.getMessage());
        }
    }

    @AnyioTest(virtualClock = true) @Proves("HE-03")
    void theSecondAttemptBeginsAfterTheDelayThatWasChosen() throws Exception {
        try (SocketListener listener = Pair.listen();
                SilentPeer _ = new SilentPeer("127.0.0.2", listener.localPort())) {
            for (Duration delay : new Duration[]{Duration.ofMillis(1), Duration.ofSeconds(700)}) {
                Deadline start = AnyIO.currentTime();
                network("127.0.0.2", "127.0.0.1")
                        .connectTcp("several", listener.localPort(), o -> o.happyEyeballsDelay(delay)).close();
                Duration taken = start.until(AnyIO.currentTime());
                assertTrue(taken.compareTo(delay) >= 0 && taken.compareTo(delay.plusMillis(200)) < 0,
                        () -> delay + ": " + taken);
                listener.accept().close();
            }
        }
    }

    @AnyioTest
    void anAddressThatIsListedTwiceCountsOnce() throws Exception {
        Map<String, List<String>> names = Map.of("twice", List.of("127.0.0.1", "127.0.0.1", "::ffff:127.0.0.1"), "both",
                List.of("::1", "127.0.0.1", "::1", "127.0.0.1"));
        for (String name : names.keySet()) {
            try (SocketListener listener = Plain.listeners(names).tcp(0, o -> o.host(name));
                    SocketStream _ = Plain.network(names).connectTcp(name, listener.localPort());
                    SocketStream _ = listener.accept()) {
                ConnectionFailedException failed = assertThrows(ConnectionFailedException.class,
                        () -> Plain.network(names).connectTcp(name, 1));
                assertEquals(name.equals("twice") ? 1 : 2,
                        failed.getMessage().split("127\\.0\\.0\\.1|0:1", -1).length - 1, failed.getMessage());
            }
        }
    }
}
