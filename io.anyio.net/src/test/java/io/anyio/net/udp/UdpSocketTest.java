package io.anyio.net.udp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.attribute.TypedAttributeLookupException;
import io.anyio.api.net.AddressFamily;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.net.UdpOptions;
import io.anyio.api.net.UdpPacket;
import io.anyio.api.net.UdpSocket;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.net.Pair;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** Datagrams to anybody. */
class UdpSocketTest {
    private static final byte[] HELLO = {'h', 'e', 'l', 'l', 'o'};

    @AnyioTest @Proves("UD-01")
    void aFamilyOrALocalHostIsNeeded() throws Exception {
        IllegalArgumentException neither = assertThrows(IllegalArgumentException.class,
                () -> Udp.open(o -> o.localPort(7)));
        assertEquals("A UDP socket needs a family or a local host, but the options have neither", neither.getMessage());
        Udp.open(o -> o.family(AddressFamily.IPV4)).close();
        Udp.open(o -> o.localHost("127.0.0.1")).close();
        assertThrows(IllegalArgumentException.class, () -> UdpOptions.DEFAULT.family(AddressFamily.UNIX));
    }

    @AnyioTest @Proves({"UD-02", "UD-03", "SK-01", "SK-02", "SK-04", "SK-09"})
    void theLocalHostDecidesTheFamily() throws Exception {
        for (String host : new String[]{"127.0.0.1", "::1"}) {
            try (UdpSocket socket = Udp.open(o -> o.localHost(host))) {
                assertEquals(host.equals("::1") ? AddressFamily.IPV6 : AddressFamily.IPV4,
                        socket.attribute(SocketAttribute.FAMILY));
                assertEquals(InetAddress.ofLiteral(host), Udp.address(socket).getAddress());
                assertNotEquals(0, socket.localPort());
                assertEquals(Udp.address(socket).getPort(), socket.localPort());
                assertEquals(socket.localPort(), socket.attribute(SocketAttribute.LOCAL_PORT));
                assertInstanceOf(DatagramChannel.class, socket.attribute(SocketAttribute.RAW_SOCKET));
            }
        }
        assertThrows(UnknownHostException.class,
                () -> Udp.open(o -> o.localHost("127.0.0.1").family(AddressFamily.IPV6)));
    }

    @AnyioTest @Proves("UD-04")
    void aFamilyAloneBindsToTheAnyAddressAtOnce() throws Exception {
        for (AddressFamily family : new AddressFamily[]{AddressFamily.IPV4, AddressFamily.IPV6}) {
            try (UdpSocket socket = Udp.open(o -> o.family(family));
                    UdpSocket other = Udp.open(o -> o.family(family))) {
                assertTrue(Udp.address(socket).getAddress().isAnyLocalAddress());
                assertEquals(family, socket.attribute(SocketAttribute.FAMILY));
                other.sendTo(HELLO, family == AddressFamily.IPV6 ? "::1" : "127.0.0.1", socket.localPort());
                UdpPacket packet = socket.receive();
                assertArrayEquals(HELLO, packet.data());
                assertEquals(other.localPort(), packet.address().getPort());
            }
        }
    }

    @AnyioTest @Proves({"UD-05", "UD-06"})
    void aDatagramComesWithItsSender(TaskGroup<?> group) throws Exception {
        for (String host : new String[]{"127.0.0.1", "::1"}) {
            try (UdpSocket server = Udp.open(o -> o.localHost(host));
                    UdpSocket client = Udp.open(o -> o.localHost(host))) {
                TaskHandle<UdpPacket> waiting = group.spawn("receive", server::receive);
                AnyIO.waitAllTasksBlocked();
                client.sendTo(HELLO, host, server.localPort());
                assertEquals(new UdpPacket(HELLO, Udp.address(client)), waiting.await());
                client.send(new UdpPacket(HELLO, Udp.address(server)));
                UdpPacket packet = server.receive();
                assertEquals(new UdpPacket(HELLO, Udp.address(client)), packet);
                server.send(new UdpPacket(new byte[]{1}, packet.address()));
                assertEquals(new UdpPacket(new byte[]{1}, Udp.address(server)), client.receive());
            }
        }
    }

    @AnyioTest
    void aNameIsLookedUpInTheFamilyOfTheSocket() throws Exception {
        try (UdpSocket server = Udp.open(); UdpSocket client = Udp.open()) {
            client.sendTo(HELLO, "localhost", server.localPort());
            assertArrayEquals(HELLO, server.receive().data());
            UnknownHostException other = assertThrows(UnknownHostException.class,
                    () -> client.sendTo(HELLO, "::1", server.localPort()));
            assertEquals("::1 has no address of the family IPV4", other.getMessage());
        }
    }

    @AnyioTest @Proves({"UD-07", "UD-08", "UD-09"})
    void eachDatagramKeepsItsBounds() throws Exception {
        try (UdpSocket server = Udp.open(); UdpSocket client = Udp.open()) {
            // one at a time: more would not fit into the socket's buffer
            for (int length : new int[]{0, 1, 2, 1500, 65507, 0, 3}) {
                byte[] data = Pair.bytes(length);
                client.send(new UdpPacket(data, Udp.address(server)));
                assertEquals(new UdpPacket(data, Udp.address(client)), server.receive());
            }
            for (int length : new int[]{5, 0, 7, 0, 0, 1000}) {
                client.sendTo(Pair.bytes(length), "127.0.0.1", server.localPort());
            }
            for (int length : new int[]{5, 0, 7, 0, 0, 1000}) {
                assertArrayEquals(Pair.bytes(length), server.receive().data());
            }
        }
        try (UdpSocket six = Udp.open(o -> o.localHost("::1"))) {
            six.sendTo(Pair.bytes(65527), "::1", six.localPort());
            assertArrayEquals(Pair.bytes(65527), six.receive().data());
        }
    }

    @AnyioTest
    void whatCannotBeSentIsRefusedAtTheCaller() throws Exception {
        try (UdpSocket four = Udp.open(); UdpSocket six = Udp.open(o -> o.localHost("::1"))) {
            assertRefused("A datagram of 65508 bytes is larger than 65507, the most that the family IPV4 takes",
                    () -> four.sendTo(new byte[65508], "127.0.0.1", four.localPort()));
            assertRefused("A datagram of 65528 bytes is larger than 65527, the most that the family IPV6 takes",
                    () -> six.sendTo(new byte[65528], "::1", six.localPort()));
            assertRefused("Port 0 is outside 1..65535", () -> four.sendTo(HELLO, "127.0.0.1", 0));
            assertRefused("Port 65536 is outside 1..65535", () -> four.sendTo(HELLO, "127.0.0.1", 65536));
            assertRefused("Port 0 is outside 1..65535",
                    () -> four
                            .send(new UdpPacket(HELLO, new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))));
            assertRefused(
                    "The address [0:0:0:0:0:0:0:1]:7 is not of the family IPV4 of this socket: open another "
                            + "socket for it",
                    () -> four.send(new UdpPacket(HELLO, new InetSocketAddress(InetAddress.ofLiteral("::1"), 7))));
            assertRefused(
                    "The address 127.0.0.1:7 is not of the family IPV6 of this socket: open another socket for it",
                    () -> six.send(new UdpPacket(HELLO, new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 7))));
            assertRefused("The address example.org/<unresolved>:7 is not resolved: sendTo looks names up",
                    () -> four.send(new UdpPacket(HELLO, InetSocketAddress.createUnresolved("example.org", 7))));
            four.sendTo(HELLO, "127.0.0.1", four.localPort());
            assertArrayEquals(HELLO, four.receive().data());
        }
        assertRefused("Port 65536 is outside 0..65535", () -> Udp.open(o -> o.localHost("127.0.0.1").localPort(65536)));
        assertRefused("Port -1 is outside 0..65535", () -> Udp.open(o -> o.localHost("127.0.0.1").localPort(-1)));
    }

    private static void assertRefused(String message, org.junit.jupiter.api.function.Executable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
    }

    @AnyioTest @Proves("UD-10")
    void underOverloadSomeDatagramsAreDroppedAndTheOthersAreWhole() throws Exception {
        try (UdpSocket server = Udp.open(); UdpSocket client = Udp.open()) {
            server.attribute(SocketAttribute.RAW_SOCKET).setOption(StandardSocketOptions.SO_RCVBUF, 20_000);
            int sent = 1000;
            for (int i = 0; i < sent; i++) {
                client.send(new UdpPacket(ByteBuffer.allocate(1000).putInt(996, i).putInt(0, i).array(),
                        Udp.address(server)));
            }
            List<Integer> received = new ArrayList<>();
            AnyIO.moveOnAfter(Duration.ofMillis(100), () -> {
                for (UdpPacket packet : server) {
                    ByteBuffer data = ByteBuffer.wrap(packet.data());
                    assertEquals(1000, data.remaining());
                    assertEquals(data.getInt(0), data.getInt(996));
                    received.add(data.getInt(0));
                }
            });
            assertFalse(received.isEmpty());
            assertTrue(received.size() < sent, "all of them fitted");
            assertEquals(received.size(), received.stream().distinct().count());
            client.send(new UdpPacket(HELLO, Udp.address(server)));
            assertArrayEquals(HELLO, server.receive().data());
        }
    }

    @AnyioTest @Proves("UD-11")
    void iterationGivesPacketsUntilTheClose(TaskGroup<?> group) throws Exception {
        UdpSocket server = Udp.open();
        TaskHandle<?> serving = group.spawn("serve", () -> assertThrows(ClosedResourceException.class, () -> {
            for (UdpPacket packet : server) {
                byte[] reply = {packet.data()[1], packet.data()[0]};
                server.send(new UdpPacket(reply, packet.address()));
            }
        }));
        try (UdpSocket client = Udp.open()) {
            for (byte i = 0; i < 3; i++) {
                client.sendTo(new byte[]{i, 7}, "127.0.0.1", server.localPort());
                assertArrayEquals(new byte[]{7, i}, client.receive().data());
            }
        }
        server.close();
        serving.await();
    }

    @AnyioTest @Proves("UD-15")
    void aPortIsSharedByThoseWhoAllWantIt() throws Exception {
        try (UdpSocket first = Udp.open(o -> o.localHost("127.0.0.1").reusePort(true));
                UdpSocket second = Udp
                        .open(o -> o.localHost("127.0.0.1").localPort(first.localPort()).reusePort(true))) {
            assertEquals(first.localPort(), second.localPort());
            BindException taken = assertThrows(BindException.class,
                    () -> Udp.open(o -> o.localHost("127.0.0.1").localPort(first.localPort())));
            assertTrue(
                    taken.getMessage().startsWith(
                            "Cannot listen on port " + first.localPort() + " of 127.0.0.1: Address already in use"),
                    taken.getMessage());
        }
    }

    @AnyioTest @Proves({"UD-16", "SK-06"})
    void nobodyIsAtTheOtherSide() throws Exception {
        UdpSocket socket = Udp.open();
        assertThrows(TypedAttributeLookupException.class, () -> socket.attribute(SocketAttribute.REMOTE_ADDRESS));
        assertThrows(TypedAttributeLookupException.class, () -> socket.attribute(SocketAttribute.REMOTE_PORT));
        assertEquals(-1, socket.attribute(SocketAttribute.REMOTE_PORT, -1));
        socket.close();
        assertThrows(UncheckedIOException.class, socket::localPort);
    }

    @AnyioTest
    void aSocketForTheFamilyIpv6DropsWhatIpv4SendsToIt() throws Exception {
        try (UdpSocket six = Udp.open(o -> o.family(AddressFamily.IPV6));
                UdpSocket four = Udp.open();
                UdpSocket peer = Udp.open(o -> o.localHost("::1"))) {
            for (int i = 0; i < 10; i++) {
                four.sendTo(HELLO, "127.0.0.1", six.localPort());
            }
            peer.sendTo(new byte[]{6}, "::1", six.localPort());
            assertEquals(new UdpPacket(new byte[]{6}, Udp.address(peer)), six.receive());
        }
    }

    @AnyioTest @Proves({"UD-24", "SK-03"})
    void aLinkLocalSenderKeepsItsZone() throws Exception {
        Optional<Inet6Address> linkLocal = NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet6Address && address.isLinkLocalAddress())
                .map(Inet6Address.class::cast)
                .findFirst();
        Assumptions.assumeTrue(linkLocal.isPresent(), "this machine has no link-local address");
        String host = linkLocal.get().getHostAddress();
        try (UdpSocket server = Udp.open(o -> o.localHost(host)); UdpSocket client = Udp.open(o -> o.localHost(host))) {
            client.sendTo(HELLO, host, server.localPort());
            InetSocketAddress sender = server.receive().address();
            assertTrue(sender.getAddress().getHostAddress().contains("%"), sender.toString());
            assertEquals(Udp.address(client), sender);
            server.send(new UdpPacket(HELLO, sender));
            assertArrayEquals(HELLO, client.receive().data());
        }
    }
}
