package io.anyio.net.udp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.AnyIO;
import io.anyio.api.net.AddressFamily;
import io.anyio.api.net.ConnectedUdpSocket;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.net.UdpPacket;
import io.anyio.api.net.UdpSocket;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.net.Pair;
import io.anyio.net.Plain;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;

/** Datagrams to one other side. */
class ConnectedUdpSocketTest {
    private static final byte[] HELLO = {'h', 'e', 'l', 'l', 'o'};

    private Network network;

    @BeforeEach
    void findService() {
        network = AnyIO.service(Network.class);
    }

    @AnyioTest @Proves({"UD-17", "SK-01", "SK-02", "SK-04", "SK-05", "UD-07", "UD-09"})
    void bothSidesTalkWithoutAddresses(TaskGroup<?> group) throws Exception {
        for (String host : new String[]{"127.0.0.1", "::1"}) {
            try (UdpSocket server = Udp.open(o -> o.localHost(host));
                    ConnectedUdpSocket client = network.createConnectedUdpSocket(InetAddress.ofLiteral(host),
                            server.localPort())) {
                assertEquals(host.equals("::1") ? AddressFamily.IPV6 : AddressFamily.IPV4,
                        client.attribute(SocketAttribute.FAMILY));
                assertEquals(Udp.address(server), client.attribute(SocketAttribute.REMOTE_ADDRESS));
                assertEquals(server.localPort(), client.attribute(SocketAttribute.REMOTE_PORT));
                assertEquals(InetAddress.ofLiteral(host), Udp.address(client).getAddress());
                assertEquals(Udp.address(client).getPort(), client.attribute(SocketAttribute.LOCAL_PORT));
                TaskHandle<byte[]> waiting = group.spawn("receive", client::receive);
                for (int length : new int[]{5, 1, 65507}) {
                    byte[] data = Pair.bytes(length);
                    client.send(data);
                    UdpPacket packet = server.receive();
                    assertEquals(new UdpPacket(data, Udp.address(client)), packet);
                    server.send(packet);
                    assertArrayEquals(data, length == 5 ? waiting.await() : client.receive());
                }
            }
        }
    }

    @AnyioTest @Proves("UD-08")
    void datagramsWithoutBytesAreReceivedAndRefusedToBeSent() throws Exception {
        try (UdpSocket server = Udp.open(); ConnectedUdpSocket client = Udp.connect(server)) {
            server.send(new UdpPacket(new byte[0], Udp.address(client)));
            server.send(new UdpPacket(HELLO, Udp.address(client)));
            assertArrayEquals(new byte[0], client.receive());
            assertArrayEquals(HELLO, client.receive());
            assertEquals("The JDK sends no datagram without bytes over a connected socket: send it over a UdpSocket",
                    assertThrows(IllegalArgumentException.class, () -> client.send(new byte[0])).getMessage());
            client.send(HELLO);
            assertArrayEquals(HELLO, server.receive().data());
        }
    }

    @AnyioTest @Proves("UD-11")
    void iterationGivesDatagramsUntilTheClose(TaskGroup<?> group) throws Exception {
        try (UdpSocket server = Udp.open()) {
            ConnectedUdpSocket client = Udp.connect(server);
            TaskHandle<?> iterating = group.spawn("iterate", () -> assertThrows(ClosedResourceException.class, () -> {
                for (byte[] data : client) {
                    client.send(new byte[]{(byte) (data[0] + 1)});
                }
            }));
            for (byte i = 0; i < 3; i++) {
                server.send(new UdpPacket(new byte[]{i}, Udp.address(client)));
                assertArrayEquals(new byte[]{(byte) (i + 1)}, server.receive().data());
            }
            client.close();
            iterating.await();
        }
    }

    @AnyioTest @Proves("UD-15")
    void aPortIsSharedByThoseWhoAllWantIt() throws Exception {
        try (UdpSocket server = Udp.open();
                ConnectedUdpSocket first = network.createConnectedUdpSocket("127.0.0.1", server.localPort(),
                        o -> o.localHost("127.0.0.1").reusePort(true));
                ConnectedUdpSocket second = network.createConnectedUdpSocket("127.0.0.1", server.localPort(),
                        o -> o.localHost("127.0.0.1").localPort(Udp.address(first).getPort()).reusePort(true))) {
            assertEquals(Udp.address(first), Udp.address(second));
            assertThrows(java.net.BindException.class, () -> network.createConnectedUdpSocket("127.0.0.1",
                    server.localPort(), o -> o.localHost("127.0.0.1").localPort(Udp.address(first).getPort())));
        }
    }

    @AnyioTest @Proves("UD-18")
    void datagramsFromOthersAreDropped() throws Exception {
        try (UdpSocket server = Udp.open();
                UdpSocket stranger = Udp.open();
                ConnectedUdpSocket client = Udp.connect(server)) {
            stranger.send(new UdpPacket(HELLO, Udp.address(client)));
            server.send(new UdpPacket(new byte[]{1}, Udp.address(client)));
            stranger.send(new UdpPacket(HELLO, Udp.address(client)));
            server.send(new UdpPacket(new byte[]{2}, Udp.address(client)));
            assertArrayEquals(new byte[]{1}, client.receive());
            assertArrayEquals(new byte[]{2}, client.receive());
        }
    }

    @AnyioTest @Proves("UD-19")
    void theFamilyIsThatOfTheLocalOrTheRemoteHost() throws Exception {
        Network names = Plain
                .network(Map.of("six first", List.of("::1", "127.0.0.1"), "four first", List.of("127.0.0.1", "::1")));
        for (String host : new String[]{"six first", "four first"}) {
            AddressFamily itsFirst = host.startsWith("six") ? AddressFamily.IPV6 : AddressFamily.IPV4;
            try (ConnectedUdpSocket byRemote = names.createConnectedUdpSocket(host, 7)) {
                assertEquals(itsFirst, byRemote.attribute(SocketAttribute.FAMILY));
            }
            try (ConnectedUdpSocket byLocal = names.createConnectedUdpSocket(host, 7, o -> o.localHost("::1"))) {
                assertEquals(AddressFamily.IPV6, byLocal.attribute(SocketAttribute.FAMILY));
                assertEquals(new InetSocketAddress(InetAddress.ofLiteral("::1"), 7),
                        byLocal.attribute(SocketAttribute.REMOTE_ADDRESS));
            }
            try (ConnectedUdpSocket byFamily = names.createConnectedUdpSocket(host, 7,
                    o -> o.family(AddressFamily.IPV4))) {
                assertEquals(AddressFamily.IPV4, byFamily.attribute(SocketAttribute.FAMILY));
            }
            try (ConnectedUdpSocket both = names.createConnectedUdpSocket("six first", 7,
                    o -> o.localHost(host).family(AddressFamily.IPV4))) {
                assertEquals(InetAddress.ofLiteral("127.0.0.1"), Udp.address(both).getAddress());
            }
        }
        UnknownHostException mismatch = assertThrows(UnknownHostException.class,
                () -> network.createConnectedUdpSocket("127.0.0.1", 7, o -> o.localHost("::1")));
        assertEquals("127.0.0.1 has no address of the family IPV6", mismatch.getMessage());
    }

    @AnyioTest
    void whatCannotBeConnectedToIsRefusedAtTheCaller() {
        assertEquals("Port 0 is outside 1..65535",
                assertThrows(IllegalArgumentException.class, () -> network.createConnectedUdpSocket("127.0.0.1", 0))
                        .getMessage());
        assertEquals("Port 65536 is outside 0..65535", assertThrows(IllegalArgumentException.class,
                () -> network.createConnectedUdpSocket("127.0.0.1", 7, o -> o.localPort(65536))).getMessage());
    }

    @AnyioTest @Proves("UD-21")
    void aRefusedPortBreaksTheNextOperationAndNotTheSocket(TaskGroup<?> group) throws Exception {
        UdpSocket gone = Udp.open();
        int port = gone.localPort();
        try (ConnectedUdpSocket client = Udp.connect(gone)) {
            gone.close();
            // the answer may come later than the return of the send
            BrokenResourceException refused = assertThrows(BrokenResourceException.class, () -> {
                while (true) {
                    client.send(HELLO);
                    AnyIO.sleep(Duration.ofMillis(1));
                }
            });
            assertInstanceOf(PortUnreachableException.class, refused.getCause());
            assertEquals("Sending to udp:127.0.0.1:" + port + " failed: nobody listens there", refused.getMessage());

            TaskHandle<BrokenResourceException> receiving = group
                    .spawn(() -> assertThrows(BrokenResourceException.class, client::receive));
            AnyIO.waitAllTasksBlocked();
            while (receiving.status() == TaskHandle.Status.PENDING) {
                sent(client);
                AnyIO.sleep(Duration.ofMillis(1));
            }
            assertInstanceOf(PortUnreachableException.class, receiving.await().getCause());

            try (UdpSocket back = Udp.open(o -> o.localHost("127.0.0.1").localPort(port))) {
                while (!sent(client)) {
                    AnyIO.sleep(Duration.ofMillis(1));
                }
                UdpPacket packet = back.receive();
                assertArrayEquals(HELLO, packet.data());
                back.send(packet);
                assertArrayEquals(HELLO, client.receive());
            }
        }
    }

    /** Sends, unless an answer to an earlier datagram comes first. */
    private static boolean sent(ConnectedUdpSocket client) throws IOException {
        try {
            client.send(HELLO);
            return true;
        } catch (BrokenResourceException _) {
            return false;
        }
    }
}
