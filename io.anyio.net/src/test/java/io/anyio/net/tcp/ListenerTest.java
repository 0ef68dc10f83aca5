package io.anyio.net.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.anyio.api.AnyIO;
import io.anyio.api.net.AddressFamily;
import io.anyio.api.net.ListenOptions;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.spi.Owner;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.sync.BusyResourceException;
import io.anyio.api.task.Block;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.net.Pair;
import io.anyio.net.Plain;
import io.anyio.net.stream.Acceptor;
import io.anyio.net.stream.ChannelListener;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;

/** Listening and accepting. */
class ListenerTest {
    private Listeners listeners;
    private Network network;

    @BeforeEach
    void findServices() {
        listeners = AnyIO.service(Listeners.class);
        network = AnyIO.service(Network.class);
    }

    @AnyioTest @Proves({"TL-01", "TL-02", "TL-12"})
    void withoutAHostBothFamiliesAreAccepted() throws Exception {
        try (SocketListener listener = listeners.tcp(0)) {
            for (String host : new String[]{"127.0.0.1", "::1"}) {
                try (SocketStream client = network.connectTcp(host, listener.localPort());
                        SocketStream server = listener.accept()) {
                    assertEquals(client.attribute(SocketAttribute.LOCAL_PORT),
                            server.attribute(SocketAttribute.REMOTE_PORT));
                    client.send(new byte[]{3});
                    assertArrayEquals(new byte[]{3}, server.receive());
                }
            }
            // one socket serves both: the port is taken for IPv4 as well
            assertThrows(BindException.class, () -> listeners.tcp(listener.localPort(), o -> o.host("0.0.0.0")));
        }
    }

    @AnyioTest
    void itIsNamedByItsAddress() throws Exception {
        try (SocketListener listener = listeners.tcp(0, o -> o.host("127.0.0.1"))) {
            assertEquals("tcp:127.0.0.1:" + listener.localPort(), listener.toString());
        }
    }

    @AnyioTest @Proves("TL-07")
    void theFamilyLimitsWhoIsAccepted(TaskGroup<?> group) throws Exception {
        try (SocketListener four = listeners.tcp(0, o -> o.family(AddressFamily.IPV4))) {
            assertEquals(AddressFamily.IPV4, four.attribute(SocketAttribute.FAMILY));
            assertThrows(java.io.IOException.class, () -> network.connectTcp("::1", four.localPort()));
            try (SocketStream client = network.connectTcp("127.0.0.1", four.localPort());
                    SocketStream server = four.accept()) {
                assertEquals(AddressFamily.IPV4, server.attribute(SocketAttribute.FAMILY));
                assertEquals(AddressFamily.IPV4, client.attribute(SocketAttribute.FAMILY));
            }
        }
        try (SocketListener six = listeners.tcp(0, o -> o.family(AddressFamily.IPV6))) {
            assertEquals(AddressFamily.IPV6, six.attribute(SocketAttribute.FAMILY));
            TaskHandle<SocketStream> accepting = group.spawn("accept", six::accept);
            try (SocketStream stranger = network.connectTcp("127.0.0.1", six.localPort())) {
                assertThrows(java.io.IOException.class, stranger::receive);
            }
            assertEquals(TaskHandle.Status.PENDING, accepting.status());
            try (SocketStream client = network.connectTcp("::1", six.localPort());
                    SocketStream server = accepting.await()) {
                assertEquals(AddressFamily.IPV6, server.attribute(SocketAttribute.FAMILY));
                assertEquals(client.attribute(SocketAttribute.LOCAL_PORT),
                        server.attribute(SocketAttribute.REMOTE_PORT));
            }
        }
        assertThrows(java.net.UnknownHostException.class,
                () -> listeners.tcp(0, o -> o.host("127.0.0.1").family(AddressFamily.IPV6)));
        assertThrows(IllegalArgumentException.class, () -> ListenOptions.DEFAULT.family(AddressFamily.UNIX));
    }

    @AnyioTest @Proves({"TL-03", "TL-04", "ML-01", "ML-04", "ML-06"})
    void aNameWithSeveralAddressesListensOnAllOfThemOnOnePort(TaskGroup<?> group) throws Exception {
        Listeners dual = Plain.listeners(Map.of("localhost", List.of("127.0.0.1", "::1")));
        SocketListener listener = dual.tcp(0, o -> o.host("localhost"));
        int port = listener.localPort();
        assertNotEquals(0, port);
        for (String host : new String[]{"127.0.0.1", "::1", "127.0.0.1"}) {
            TaskHandle<SocketStream> accepting = group.spawn("accept", listener::accept);
            AnyIO.waitAllTasksBlocked();
            try (SocketStream client = network.connectTcp(host, port); SocketStream server = accepting.await()) {
                assertEquals(client.attribute(SocketAttribute.LOCAL_ADDRESS),
                        server.attribute(SocketAttribute.REMOTE_ADDRESS));
                assertEquals(InetAddress.ofLiteral(host),
                        ((InetSocketAddress) server.attribute(SocketAttribute.LOCAL_ADDRESS)).getAddress());
            }
        }
        group.spawn("serve", () -> assertThrows(ClosedResourceException.class, () -> listener.serve(stream -> {
            try (stream) {
                stream.send(((InetSocketAddress) stream.attribute(SocketAttribute.LOCAL_ADDRESS)).getAddress()
                        .getAddress());
            }
        })));
        for (String host : new String[]{"127.0.0.1", "::1", "127.0.0.1"}) {
            try (SocketStream client = network.connectTcp(host, port)) {
                assertArrayEquals(InetAddress.ofLiteral(host).getAddress(), client.receive());
            }
        }
        listener.close();
        dual.tcp(port, o -> o.host("localhost")).close();
    }

    @AnyioTest @Proves("TL-09")
    void aBacklogThatIsTooLargeIsCut() throws Exception {
        assertEquals(65536, ListenOptions.DEFAULT.backlog());
        assertEquals(65536, ListenOptions.DEFAULT.backlog(1_000_000).backlog());
        assertEquals(7, ListenOptions.DEFAULT.backlog(7).backlog());
        assertThrows(IllegalArgumentException.class, () -> ListenOptions.DEFAULT.backlog(0));
        listeners.tcp(0, o -> o.backlog(1_000_000)).close();
    }

    @AnyioTest @Proves("TL-10")
    void anAddressIsUsedAgainAtOnceOnPosix() throws Exception {
        assumeFalse(System.getProperty("os.name").startsWith("Windows"), "this is no POSIX system");
        for (String host : new String[]{"127.0.0.1", "::1", ""}) {
            int port = 0;
            for (int round = 0; round < 2; round++) {
                try (SocketListener listener = listeners.tcp(port, o -> host.isEmpty() ? o : o.host(host))) {
                    assertTrue(listener.attribute(SocketAttribute.RAW_SOCKET)
                            .getOption(StandardSocketOptions.SO_REUSEADDR), host);
                    port = listener.localPort();
                    try (SocketStream client = network.connectTcp(host.isEmpty() ? "127.0.0.1" : host, port)) {
                        // this side waits out the time that the protocol asks for, and holds the port without the
                        // option
                        listener.accept().close();
                        assertThrows(EndOfStreamException.class, client::receive);
                    }
                }
            }
        }
    }

    @AnyioTest @Proves({"TL-10", "TL-11"})
    void addressesAreReusedAndPortsShared() throws Exception {
        try (SocketListener first = listeners.tcp(0, o -> o.host("127.0.0.1").reusePort(true))) {
            assertTrue(first.attribute(SocketAttribute.RAW_SOCKET).getOption(StandardSocketOptions.SO_REUSEADDR));
            try (SocketListener second = listeners.tcp(first.localPort(), o -> o.host("127.0.0.1").reusePort(true))) {
                assertEquals(first.localPort(), second.localPort());
            }
        }
    }

    @AnyioTest @Proves({"TL-13", "TL-15", "TL-16"})
    void oneTaskAcceptsUntilTheClose(TaskGroup<?> group) throws Exception {
        SocketListener listener = Pair.listen();
        TaskHandle<?> accepting = group.spawn("accept",
                () -> assertThrows(ClosedResourceException.class, listener::accept));
        AnyIO.waitAllTasksBlocked();
        BusyResourceException busy = assertThrows(BusyResourceException.class, listener::accept);
        assertEquals("Another task is already accepting connections from this resource", busy.getMessage());
        assertThrows(BusyResourceException.class, () -> listener.serve(stream -> {}));
        listener.close();
        listener.close();
        accepting.await();
        assertThrows(ClosedResourceException.class, listener::accept);
        assertThrows(ClosedResourceException.class, () -> listener.serve(stream -> {}));
    }

    /** A socket that closes the listener when it gets a connection, which is not wanted. */
    private static final class Closing extends Acceptor {
        private final Block<IOException> close;

        Closing(ServerSocketChannel channel, Owner owner, Block<IOException> close) throws IOException {
            super(channel, owner.reactor().register(channel), owner, "tcp");
            this.close = close;
        }

        @Override
        protected boolean admit(SocketChannel connection) throws IOException {
            close.run();
            return false;
        }
    }

    @AnyioTest
    void aCloseInTheMomentOfAnAcceptIsThatOfTheWholeListener() throws Exception {
        Owner owner = Plain.owner();
        SocketListener[] listener = {null};
        List<Acceptor> acceptors = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            ServerSocketChannel channel = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0));
            acceptors.add(new Closing(channel, owner, () -> listener[0].close()));
        }
        listener[0] = ChannelListener.of(acceptors, owner);
        int last = acceptors.getLast().attribute(SocketAttribute.LOCAL_PORT);
        try (SocketStream _ = network.connectTcp("127.0.0.1", last)) {
            String name = listener[0].toString();
            assertEquals("The listener " + name + " is closed",
                    assertThrows(ClosedResourceException.class, listener[0]::accept).getMessage());
        }
    }

    @AnyioTest
    void aPortThatIsTakenOrImpossibleIsNamed() throws Exception {
        try (SocketListener listener = Pair.listen()) {
            int port = listener.localPort();
            BindException taken = assertThrows(BindException.class,
                    () -> listeners.tcp(port, o -> o.host("127.0.0.1")));
            assertTrue(
                    taken.getMessage()
                            .startsWith("Cannot listen on port " + port + " of 127.0.0.1: Address already in use"),
                    taken.getMessage());
            assertEquals("Port 70000 is outside 0..65535",
                    assertThrows(IllegalArgumentException.class, () -> listeners.tcp(70000)).getMessage());
            assertEquals("Port -1 is outside 0..65535",
                    assertThrows(IllegalArgumentException.class, () -> network.connectTcp("127.0.0.1", -1))
                            .getMessage());
            assertEquals("Port 65536 is outside 0..65535", assertThrows(IllegalArgumentException.class,
                    () -> network.connectTcp("127.0.0.1", port, o -> o.localPort(65536))).getMessage());
        }
    }

    @AnyioTest @Proves("TL-12")
    void connectionsWaitForTheirAccept() throws Exception {
        try (SocketListener listener = Pair.listen();
                SocketStream first = Pair.connect(listener);
                SocketStream second = Pair.connect(listener)) {
            first.send(new byte[]{1});
            second.send(new byte[]{2});
            second.sendEof();
            try (SocketStream one = listener.accept(); SocketStream two = listener.accept()) {
                assertArrayEquals(new byte[]{1}, one.receive());
                assertArrayEquals(new byte[]{2}, two.receive());
                assertThrows(EndOfStreamException.class, two::receive);
            }
        }
    }

    @AnyioTest(virtualClock = true) @SuppressWarnings("try") // closed earlier, too
    void aDrainOrACloseEndsAnAcceptAtOnce(TaskGroup<?> group) throws Exception {
        for (boolean drains : new boolean[]{true, false}) {
            try (SocketListener listener = Pair.listen()) {
                TaskHandle<Deadline> accepting = group.spawn("accept", () -> {
                    assertThrows(ClosedResourceException.class, listener::accept);
                    return AnyIO.currentTime();
                });
                AnyIO.waitAllTasksBlocked();
                Deadline ended = AnyIO.currentTime();
                if (drains) {
                    listener.drain();
                } else {
                    listener.close();
                }
                assertEquals(ended, accepting.await());
                assertThrows(ClosedResourceException.class, listener::accept);
                assertEquals(ended, AnyIO.currentTime());
            }
        }
    }
}
