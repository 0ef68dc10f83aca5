package io.anyio.net.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.AddressFamily;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.net.UdpSocket;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.TaskGroup;
import io.anyio.net.Plain;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;

/** Which clients may connect to a listener, for each address on which it listens. */
class ListenAddressTest {
    private static final AddressFamily ANY = AddressFamily.UNSPECIFIED;
    private static final AddressFamily FOUR = AddressFamily.IPV4;
    private static final AddressFamily SIX = AddressFamily.IPV6;

    /** More than a task may accept before others have their turn. */
    private static final int STRANGERS = 400;

    private record Row(String host, AddressFamily family, boolean four, boolean six) {}

    private static final List<Row> ROWS = List.of(
            new Row("", ANY, true, true), new Row("", FOUR, true, false), new Row("", SIX, false, true),
            new Row("0.0.0.0", ANY, true, false), new Row("0.0.0.0", FOUR, true, false),
            new Row("127.0.0.1", ANY, true, false),
            new Row("::ffff:127.0.0.1", ANY, true, false), new Row("::", ANY, true, true),
            new Row("::", SIX, false, true),
            new Row("::1", ANY, false, true), new Row("four", ANY, true, false), new Row("six", ANY, false, true),
            new Row("both", ANY, true, true), new Row("both", FOUR, true, false), new Row("both", SIX, false, true),
            new Row("all four", ANY, true, false));

    private static final Map<String, List<String>> NAMES = Map.of("four", List.of("127.0.0.1"), "six", List.of("::1"),
            "both", List.of("::1", "127.0.0.1"), "all four", List.of("0.0.0.0"));

    @AnyioTest
    void onlyThoseAddressesAreListenedOn(TaskGroup<?> group) throws Exception {
        for (Row row : ROWS) {
            try (SocketListener listener = Plain.listeners(NAMES).tcp(0,
                    o -> o.host(row.host()).family(row.family()))) {
                var serving = group.spawn("serve", () -> listener.serve(stream -> {
                    try (stream) {
                        stream.send(new byte[]{1});
                    }
                }));
                assertEquals(row.four(), answers("127.0.0.1", listener.localPort()), () -> row + " by IPv4");
                assertEquals(row.six(), answers("::1", listener.localPort()), () -> row + " by IPv6");
                serving.cancel();
                serving.awaitEnd();
            }
        }
    }

    private static boolean answers(String host, int port) {
        try (SocketStream client = AnyIO.service(Network.class).connectTcp(host, port)) {
            return client.receive().length == 1;
        } catch (IOException _) {
            return false;
        }
    }

    /** The socket itself is of the family IPv4: it does not even take the port from IPv6. */
    @AnyioTest
    void allAddressesOfIpv4LeaveThePortToIpv6() throws Exception {
        var listeners = Plain.listeners(NAMES);
        try (SocketListener four = listeners.tcp(0, o -> o.host("0.0.0.0"));
                SocketListener six = listeners.tcp(four.localPort(), o -> o.host("::1"))) {
            assertEquals(InetAddress.ofLiteral("0.0.0.0"),
                    ((InetSocketAddress) four.attribute(SocketAttribute.LOCAL_ADDRESS)).getAddress());
            assertTrue(((InetSocketAddress) six.attribute(SocketAttribute.LOCAL_ADDRESS))
                    .getAddress() instanceof Inet6Address);
        }
    }

    @AnyioTest
    void aFloodOfStrangersLetsOthersRunBesideAccept() throws Exception {
        assertOthersRunBeside(SocketListener::accept);
    }

    @AnyioTest
    void aFloodOfStrangersLetsOthersRunBesideServe() throws Exception {
        assertOthersRunBeside(listener -> listener.serve(_ -> {}));
    }

    /**
     * A task that comes after hundreds of strangers have connected has its turn before all of them are sent away, and
     * can cancel.
     */
    private static void assertOthersRunBeside(BlockWith<SocketListener, IOException> accepting) throws Exception {
        try (SocketListener six = Plain.listeners(NAMES).tcp(0, o -> o.family(SIX))) {
            for (int i = 0; i < STRANGERS; i++) {
                SocketChannel.open(new InetSocketAddress("127.0.0.1", six.localPort())).close();
            }
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                group.spawn("accept", () -> accepting.run(six));
                group.spawn("other", group::cancel);
            });
            ServerSocketChannel left = (ServerSocketChannel) six.attribute(SocketAttribute.RAW_SOCKET);
            SocketChannel stranger = left.accept();
            assertNotNull(stranger, "the other task ran only when the last stranger was gone");
            stranger.close();
        }
    }

    /** The same for datagrams, which a socket of the family IPv6 leaves out. */
    @AnyioTest
    void aFloodOfDatagramsLetsOthersRun() throws Exception {
        try (UdpSocket six = Plain.network(NAMES).createUdpSocket(o -> o.family(SIX));
                DatagramChannel stranger = DatagramChannel.open()) {
            InetSocketAddress target = new InetSocketAddress("127.0.0.1", six.localPort());
            for (int i = 0; i < STRANGERS; i++) {
                stranger.send(ByteBuffer.wrap(new byte[]{1}), target);
            }
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                group.spawn("receive", six::receive);
                group.spawn("other", group::cancel);
            });
            DatagramChannel left = (DatagramChannel) six.attribute(SocketAttribute.RAW_SOCKET);
            assertNotNull(left.receive(ByteBuffer.allocate(1)),
                    "the other task ran only when the last datagram was left out");
        }
    }
}
