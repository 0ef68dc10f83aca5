package io.anyio.net.unix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
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
import io.anyio.api.net.UnixListenOptions;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.MultiListener;
import io.anyio.api.sync.BusyResourceException;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.net.Descriptors;
import io.anyio.net.Pair;
import io.anyio.net.Plain;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.net.BindException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Listening on a path. */
class UnixListenerTest {
    @TempDir
    Path directory;

    private Path path;
    private Listeners listeners;
    private Network network;

    @BeforeEach
    void findServices() {
        path = directory.resolve("s");
        listeners = AnyIO.service(Listeners.class);
        network = AnyIO.service(Network.class);
    }

    @AnyioTest @Proves("UX-06")
    void thePermissionsOfTheFileAreAsWanted() throws Exception {
        for (String permissions : new String[]{"rw-------", "rw-rw-rw-"}) {
            try (SocketListener listener = listeners.unix(path,
                    o -> o.permissions(PosixFilePermissions.fromString(permissions)));
                    SocketStream client = network.connectUnix(path);
                    SocketStream server = listener.accept()) {
                assertEquals(permissions, PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
                client.send(new byte[]{1});
                assertArrayEquals(new byte[]{1}, server.receive());
            }
        }
    }

    @AnyioTest @Proves("UX-07")
    void aSocketOfAnotherListenerIsReplaced() throws Exception {
        listeners.unix(path).close();
        try (SocketListener first = listeners.unix(path); SocketListener second = listeners.unix(path)) {
            try (SocketStream client = network.connectUnix(path); SocketStream server = second.accept()) {
                client.send(new byte[]{1});
                assertArrayEquals(new byte[]{1}, server.receive());
            }
            assertEquals(first.attribute(SocketAttribute.LOCAL_ADDRESS),
                    second.attribute(SocketAttribute.LOCAL_ADDRESS));
        }
    }

    @AnyioTest @Proves("UX-08")
    void aFileThatIsNoSocketIsNeverReplaced() throws Exception {
        Files.writeString(path, "precious");
        BindException taken = assertThrows(BindException.class, () -> listeners.unix(path));
        assertEquals("Cannot listen on unix:" + path
                + ": there is a file that is no socket. Choose another path, or delete it", taken.getMessage());
        assertEquals("precious", Files.readString(path));
        Path link = directory.resolve("link");
        Files.createSymbolicLink(link, path);
        assertThrows(BindException.class, () -> listeners.unix(link));
        assertTrue(Files.isSymbolicLink(link));
        assertThrows(BindException.class, () -> listeners.unix(directory));
        IOException nowhere = assertThrows(IOException.class,
                () -> listeners.unix(directory.resolve("none").resolve("s")));
        assertTrue(nowhere.getMessage().contains("No such file or directory"), nowhere.getMessage());
    }

    @AnyioTest @Proves("UX-09")
    void theFileStaysUnlessItShallGo() throws Exception {
        listeners.unix(path).close();
        assertTrue(Files.exists(path));
        SocketListener going = listeners.unix(path, o -> o.deleteAtClose(true));
        assertTrue(Files.exists(path));
        going.close();
        assertFalse(Files.exists(path));
        SocketListener replaced = listeners.unix(path, o -> o.deleteAtClose(true));
        try (SocketListener second = listeners.unix(path)) {
            replaced.close();
            network.connectUnix(path).close();
            second.accept().close();
        }
    }

    @AnyioTest @Proves("UX-10")
    void aListenerThatCannotBeCompletedLeavesNothing() throws Exception {
        Pair.open().close();
        listeners.unix(path).close();
        Set<String> before = Descriptors.sockets();
        IOException denied = new IOException("denied");
        UnixListenOptions options = UnixListenOptions.DEFAULT.permissions(PosixFilePermissions.fromString("rw-------"));
        assertSame(denied,
                assertThrows(IOException.class, () -> UnixAcceptor.open(Plain.owner(), path, options, (_, _) -> {
                    throw denied;
                })));
        assertFalse(Files.exists(path));
        assertThrows(IOException.class, () -> listeners.unix(directory.resolve("x".repeat(200))));
        Set<String> left = Descriptors.sockets();
        left.removeAll(before);
        assertEquals(Set.of(), left);
    }

    @AnyioTest @Proves("UX-11")
    void aBacklogThatIsTooLargeIsCut() throws Exception {
        assertEquals(65536, UnixListenOptions.DEFAULT.backlog());
        assertEquals(65536, UnixListenOptions.DEFAULT.backlog(1_000_000).backlog());
        assertEquals(7, UnixListenOptions.DEFAULT.backlog(7).backlog());
        assertThrows(IllegalArgumentException.class, () -> UnixListenOptions.DEFAULT.backlog(0));
        listeners.unix(path, o -> o.backlog(1_000_000)).close();
    }

    @AnyioTest @Proves("UX-12")
    void acceptingAndServingAreAsWithTcp(TaskGroup<?> group) throws Exception {
        SocketListener listener = listeners.unix(path);
        TaskHandle<SocketStream> accepting = group.spawn("accept", listener::accept);
        AnyIO.waitAllTasksBlocked();
        assertThrows(BusyResourceException.class, listener::accept);
        try (SocketStream client = network.connectUnix(path); SocketStream server = accepting.await()) {
            client.sendEof();
            assertThrows(EndOfStreamException.class, server::receive);
            server.send(new byte[]{1});
            assertArrayEquals(new byte[]{1}, client.receive());
        }
        TaskHandle<?> serving = group.spawn("serve",
                () -> assertThrows(ClosedResourceException.class, () -> listener.serve(stream -> {
                    try (stream) {
                        for (byte[] chunk : stream) {
                            stream.send(chunk);
                        }
                    }
                }, o -> o.isolated(true))));
        for (int i = 0; i < 10; i++) {
            try (SocketStream client = network.connectUnix(path)) {
                client.send(Pair.bytes(1000));
                assertArrayEquals(Pair.bytes(1000), client.receive());
                client.sendEof();
                assertThrows(EndOfStreamException.class, client::receive);
            }
        }
        listener.close();
        serving.await();
        assertThrows(ClosedResourceException.class, listener::accept);
    }

    @AnyioTest @Proves({"SK-07", "SK-08", "SK-11"})
    void aListenerHasAPathAndNoOtherSide() throws Exception {
        try (SocketListener listener = listeners.unix(path)) {
            assertEquals(AddressFamily.UNIX, listener.attribute(SocketAttribute.FAMILY));
            assertEquals(UnixDomainSocketAddress.of(path), listener.attribute(SocketAttribute.LOCAL_ADDRESS));
            assertThrows(TypedAttributeLookupException.class, listener::localPort);
            assertThrows(TypedAttributeLookupException.class, () -> listener.attribute(SocketAttribute.REMOTE_ADDRESS));
            assertNull(listener.attribute(SocketAttribute.REMOTE_PORT, null));
            var raw = listener.attribute(SocketAttribute.RAW_SOCKET);
            int before = raw.getOption(StandardSocketOptions.SO_RCVBUF);
            raw.setOption(StandardSocketOptions.SO_RCVBUF, before / 4);
            assertNotEquals(before, raw.getOption(StandardSocketOptions.SO_RCVBUF));
        }
    }

    @AnyioTest @Proves({"ML-03", "ML-01", "ML-04"})
    void tcpAndUnixListenersAreServedTogether(TaskGroup<?> group) throws Exception {
        SocketListener tcp = Pair.listen();
        SocketListener unix = listeners.unix(path);
        int port = tcp.localPort();
        try (MultiListener<SocketStream> both = new MultiListener<>(List.of(tcp, unix))) {
            // of the attributes that both have, the later one's count
            assertEquals(UnixDomainSocketAddress.of(path), both.attribute(SocketAttribute.LOCAL_ADDRESS));
            assertEquals(port, both.attribute(SocketAttribute.LOCAL_PORT));
            TaskHandle<?> serving = group.spawn("serve", () -> both.serve(stream -> {
                try (stream) {
                    String address = stream.attribute(SocketAttribute.LOCAL_ADDRESS).toString();
                    stream.send((stream.attribute(SocketAttribute.FAMILY) + " " + address)
                            .getBytes(StandardCharsets.UTF_8));
                }
            }));
            for (int i = 0; i < 3; i++) {
                try (SocketStream overUnix = network.connectUnix(path); SocketStream overTcp = Pair.connect(tcp)) {
                    assertEquals("IPV4 /127.0.0.1:" + port, new String(overTcp.receive(), StandardCharsets.UTF_8));
                    assertEquals("UNIX " + path, new String(overUnix.receive(), StandardCharsets.UTF_8));
                }
            }
            serving.cancel();
        }
        assertThrows(ClosedResourceException.class, tcp::accept);
        assertThrows(ClosedResourceException.class, unix::accept);
    }
}
