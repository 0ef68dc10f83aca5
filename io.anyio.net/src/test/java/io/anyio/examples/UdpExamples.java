package io.anyio.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.AnyIO;
import io.anyio.api.net.AddressFamily;
import io.anyio.api.net.ConnectedUdpSocket;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.net.UdpPacket;
import io.anyio.api.net.UdpSocket;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.task.TaskGroup;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.nio.channels.MulticastChannel;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;

/** The examples of docs/udp.md. */
class UdpExamples {
    private Network network;

    @BeforeEach
    void findService() {
        network = AnyIO.service(Network.class);
    }

    private static UdpSocket serve(Network network, TaskGroup<?> group) throws Exception {
        UdpSocket socket = network.createUdpSocket(o -> o.localHost("127.0.0.1"));
        group.spawn("echo", () -> {
            for (UdpPacket packet : socket) {
                socket.send(new UdpPacket(packet.data(), packet.address()));
            }
        });
        return socket;
    }

    @AnyioTest
    void anEchoAndOneWhoAsks(TaskGroup<?> group) throws Exception {
        UdpSocket server = serve(network, group);
        byte[] reply;
        try (UdpSocket client = network.createUdpSocket(o -> o.family(AddressFamily.IPV4))) {
            client.sendTo("hello".getBytes(UTF_8), "127.0.0.1", server.localPort());
            reply = client.receive().data();
        }
        assertArrayEquals("hello".getBytes(UTF_8), reply);
        group.cancel();
        server.close();
    }

    @AnyioTest
    void aQuestionThatIsAskedAgain(TaskGroup<?> group) throws Exception {
        UdpSocket server = serve(network, group);
        byte[] reply = null;
        try (ConnectedUdpSocket client = network.createConnectedUdpSocket("127.0.0.1", server.localPort())) {
            for (int attempt = 0; attempt < 3 && reply == null; attempt++) {
                client.send("hello".getBytes(UTF_8));
                reply = AnyIO.moveOnAfter(Duration.ofSeconds(1), client::receive, null);
            }
        }
        assertArrayEquals("hello".getBytes(UTF_8), reply);
        group.cancel();
        server.close();
    }

    @AnyioTest
    void nobodyListens() throws Exception {
        UdpSocket gone = network.createUdpSocket(o -> o.localHost("127.0.0.1"));
        try (ConnectedUdpSocket client = network.createConnectedUdpSocket("127.0.0.1", gone.localPort())) {
            gone.close();
            client.send("hello".getBytes(UTF_8));
            assertThrows(BrokenResourceException.class, client::receive);
        }
    }

    @AnyioTest
    void aGroupOfReceivers() throws Exception {
        InetAddress groupAddress = InetAddress.ofLiteral("239.1.2.3");
        NetworkInterface loopback = NetworkInterface.getByInetAddress(InetAddress.ofLiteral("127.0.0.1"));
        try (UdpSocket receiver = network.createUdpSocket(o -> o.family(AddressFamily.IPV4).reusePort(true));
                UdpSocket sender = network.createUdpSocket(o -> o.family(AddressFamily.IPV4))) {
            try {
                var channel = (MulticastChannel) receiver.attribute(SocketAttribute.RAW_SOCKET);
                channel.join(groupAddress, loopback);
                sender.attribute(SocketAttribute.RAW_SOCKET).setOption(StandardSocketOptions.IP_MULTICAST_IF, loopback);
                sender.send(new UdpPacket("hello".getBytes(UTF_8),
                        new InetSocketAddress(groupAddress, receiver.localPort())));
            } catch (IOException e) {
                Assumptions.abort("there is no multicast here: " + e);
            }
            UdpPacket packet = AnyIO.moveOnAfter(Duration.ofSeconds(1), receiver::receive, null);
            Assumptions.assumeTrue(packet != null, "multicast does not arrive here");
            assertEquals("hello", new String(packet.data(), UTF_8));
        }
    }
}
