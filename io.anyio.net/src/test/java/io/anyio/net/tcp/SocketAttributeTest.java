package io.anyio.net.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.attribute.TypedAttributeLookupException;
import io.anyio.api.net.AddressFamily;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.net.Pair;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** What sockets tell about themselves. */
class SocketAttributeTest {

    @AnyioTest @Proves({"SK-01", "SK-02", "SK-04", "SK-05", "SK-09", "TA-02", "HE-01"})
    void bothEndsOfAConnectionTellTheSameAddresses() throws Exception {
        for (String host : new String[]{"127.0.0.1", "::1"}) {
            try (SocketListener listener = AnyIO.service(Listeners.class).tcp(0, o -> o.host(host));
                    SocketStream client = AnyIO.service(Network.class).connectTcp(host, listener.localPort());
                    SocketStream server = listener.accept()) {
                AddressFamily family = host.contains(":") ? AddressFamily.IPV6 : AddressFamily.IPV4;
                assertEquals(family, client.attribute(SocketAttribute.FAMILY));
                assertEquals(family, server.attribute(SocketAttribute.FAMILY));
                assertEquals(client.attribute(SocketAttribute.LOCAL_ADDRESS),
                        server.attribute(SocketAttribute.REMOTE_ADDRESS));
                assertEquals(client.attribute(SocketAttribute.REMOTE_ADDRESS),
                        server.attribute(SocketAttribute.LOCAL_ADDRESS));
                assertEquals(listener.attribute(SocketAttribute.LOCAL_ADDRESS),
                        client.attribute(SocketAttribute.REMOTE_ADDRESS));
                assertEquals(listener.localPort(), client.attribute(SocketAttribute.REMOTE_PORT));
                InetSocketAddress local = assertInstanceOf(InetSocketAddress.class,
                        client.attribute(SocketAttribute.LOCAL_ADDRESS));
                assertEquals(local.getPort(), client.attribute(SocketAttribute.LOCAL_PORT));
                assertEquals(host.equals("::1") ? "0:0:0:0:0:0:0:1" : host, local.getAddress().getHostAddress());
                assertEquals(server.attribute(SocketAttribute.REMOTE_PORT),
                        client.attribute(SocketAttribute.LOCAL_PORT));
                SocketChannel raw = assertInstanceOf(SocketChannel.class, client.attribute(SocketAttribute.RAW_SOCKET));
                assertEquals(local, raw.getLocalAddress());
            }
        }
    }

    @AnyioTest @Proves({"SK-06", "TA-03", "TA-05"})
    void aListenerHasNoOtherSide() throws Exception {
        try (SocketListener listener = Pair.listen()) {
            assertEquals(AddressFamily.IPV4, listener.attribute(SocketAttribute.FAMILY));
            assertInstanceOf(ServerSocketChannel.class, listener.attribute(SocketAttribute.RAW_SOCKET));
            assertThrows(TypedAttributeLookupException.class, () -> listener.attribute(SocketAttribute.REMOTE_ADDRESS));
            assertThrows(TypedAttributeLookupException.class, () -> listener.attribute(SocketAttribute.REMOTE_PORT));
            assertNull(listener.attribute(SocketAttribute.REMOTE_PORT, null));
            assertEquals(-1, listener.attribute(SocketAttribute.REMOTE_PORT, -1));
            assertEquals(listener.localPort(), listener.attribute(SocketAttribute.LOCAL_PORT, -1));
        }
    }

    @AnyioTest @Proves("TA-15")
    void aClosedSocketHasNoLocalAddressAnyMore() throws Exception {
        try (Pair pair = Pair.open()) {
            var remote = pair.client().attribute(SocketAttribute.REMOTE_ADDRESS);
            pair.client().close();
            UncheckedIOException gone = assertThrows(UncheckedIOException.class,
                    () -> pair.client().attribute(SocketAttribute.LOCAL_ADDRESS));
            assertInstanceOf(IOException.class, gone.getCause());
            assertThrows(UncheckedIOException.class, () -> pair.client().attribute(SocketAttribute.LOCAL_PORT, 1));
            assertEquals(remote, pair.client().attribute(SocketAttribute.REMOTE_ADDRESS));
        }
        SocketListener listener = Pair.listen();
        listener.close();
        assertThrows(UncheckedIOException.class, listener::localPort);
    }

    @AnyioTest @Proves({"SK-10", "SK-11"})
    void streamsSendAtOnceAndListenersTakeOptions() throws Exception {
        try (SocketListener listener = Pair.listen()) {
            listener.attribute(SocketAttribute.RAW_SOCKET).setOption(StandardSocketOptions.SO_RCVBUF, 80_000);
            try (SocketStream client = Pair.connect(listener); SocketStream server = listener.accept()) {
                assertTrue(client.attribute(SocketAttribute.RAW_SOCKET).getOption(StandardSocketOptions.TCP_NODELAY));
                assertTrue(server.attribute(SocketAttribute.RAW_SOCKET).getOption(StandardSocketOptions.TCP_NODELAY));
                // an accepted socket inherits the buffer of its listener, which the kernel doubles for its own needs
                assertEquals(listener.attribute(SocketAttribute.RAW_SOCKET).getOption(StandardSocketOptions.SO_RCVBUF),
                        server.attribute(SocketAttribute.RAW_SOCKET).getOption(StandardSocketOptions.SO_RCVBUF));
            }
        }
    }

    @AnyioTest @Proves({"SK-03", "TL-22"})
    void aLinkLocalAddressKeepsItsZone() throws Exception {
        Optional<Inet6Address> linkLocal = NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet6Address && address.isLinkLocalAddress())
                .map(Inet6Address.class::cast)
                .findFirst();
        Assumptions.assumeTrue(linkLocal.isPresent(), "this machine has no link-local address");
        String host = linkLocal.get().getHostAddress();
        assertTrue(host.contains("%"), host);
        try (SocketListener listener = AnyIO.service(Listeners.class).tcp(0, o -> o.host(host));
                SocketStream client = AnyIO.service(Network.class).connectTcp(host, listener.localPort());
                SocketStream server = listener.accept()) {
            InetSocketAddress local = (InetSocketAddress) server.attribute(SocketAttribute.LOCAL_ADDRESS);
            assertTrue(local.getAddress().getHostAddress().contains("%"), local.toString());
            assertEquals(linkLocal.get(), local.getAddress());
            assertSame(AddressFamily.IPV6, client.attribute(SocketAttribute.FAMILY));
        }
    }
}
