package io.anyio.net.unix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.attribute.TypedAttributeLookupException;
import io.anyio.api.net.AddressFamily;
import io.anyio.api.net.ConnectionFailedException;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.net.UdpOptions;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.sync.BusyResourceException;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.net.Descriptors;
import io.anyio.net.Pair;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Connections over a path. */
class UnixStreamTest {
    private static final byte[] HELLO = {'h', 'e', 'l', 'l', 'o'};

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

    private Pair open() throws IOException {
        try (SocketListener listener = listeners.unix(path)) {
            SocketStream client = network.connectUnix(path);
            return new Pair(client, listener.accept());
        }
    }

    @AnyioTest @Proves({"UX-01", "UX-16"})
    void aPathMayBeTextOrAnObject() throws Exception {
        try (SocketListener listener = listeners.unix(path.toString());
                SocketStream first = network.connectUnix(path.toString());
                SocketStream firstServer = listener.accept();
                SocketStream second = network.connectUnix(path);
                SocketStream secondServer = listener.accept()) {
            first.send(new byte[]{1});
            second.send(new byte[]{2});
            assertArrayEquals(new byte[]{1}, firstServer.receive());
            assertArrayEquals(new byte[]{2}, secondServer.receive());
        }
    }

    /** In addition to the contract. */
    @AnyioTest @Proves("UX-02")
    void allRulesOfStreamsHold(TaskGroup<?> group) throws Exception {
        try (Pair pair = open()) {
            byte[] large = Pair.bytes(Pair.FLOOD);
            TaskHandle<?> sending = group.spawn(() -> {
                pair.client().send(large);
                pair.client().sendEof();
            });
            AnyIO.waitAllTasksBlocked();
            assertThrows(BusyResourceException.class, () -> pair.client().send(HELLO));
            byte[] received = new byte[large.length];
            int count = 0;
            for (byte[] chunk : pair.server()) {
                assertTrue(chunk.length <= 65536);
                System.arraycopy(chunk, 0, received, count, chunk.length);
                count += chunk.length;
            }
            assertEquals(large.length, count);
            assertArrayEquals(large, received);
            sending.await();
            assertThrows(EndOfStreamException.class, () -> pair.server().receive());
            assertThrows(ClosedResourceException.class, () -> pair.client().send(HELLO));
            pair.server().send(HELLO);
            assertArrayEquals(HELLO, pair.client().receive());

            group.spawn(() -> assertThrows(ClosedResourceException.class, () -> pair.client().receive()));
            AnyIO.waitAllTasksBlocked();
            assertThrows(BusyResourceException.class, () -> pair.client().receive());
            pair.client().close();
            assertThrows(ClosedResourceException.class, () -> pair.client().receive());
            assertThrows(BrokenResourceException.class, () -> pair.server().send(HELLO));
        }
    }

    @AnyioTest @Proves({"UX-03", "SK-01", "SK-02", "SK-05", "SK-07"})
    void attributesTellPathsAndNoPorts() throws Exception {
        try (Pair pair = open()) {
            assertEquals(AddressFamily.UNIX, pair.client().attribute(SocketAttribute.FAMILY));
            assertEquals(AddressFamily.UNIX, pair.server().attribute(SocketAttribute.FAMILY));
            assertEquals(UnixDomainSocketAddress.of(path), pair.client().attribute(SocketAttribute.REMOTE_ADDRESS));
            assertEquals(UnixDomainSocketAddress.of(path), pair.server().attribute(SocketAttribute.LOCAL_ADDRESS));
            assertEquals(UnixDomainSocketAddress.of(""), pair.client().attribute(SocketAttribute.LOCAL_ADDRESS));
            assertEquals(UnixDomainSocketAddress.of(""), pair.server().attribute(SocketAttribute.REMOTE_ADDRESS));
            assertInstanceOf(SocketChannel.class, pair.client().attribute(SocketAttribute.RAW_SOCKET));
            for (SocketStream stream : new SocketStream[]{pair.client(), pair.server()}) {
                assertThrows(TypedAttributeLookupException.class, () -> stream.attribute(SocketAttribute.LOCAL_PORT));
                assertThrows(TypedAttributeLookupException.class, () -> stream.attribute(SocketAttribute.REMOTE_PORT));
            }
            assertEquals("unix:" + path, pair.client().toString());
            assertEquals("unix:an unnamed socket", pair.server().toString());
        }
    }

    @AnyioTest @Proves("UX-04")
    void aMissingPathIsAMissingFile() {
        NoSuchFileException missing = assertThrows(NoSuchFileException.class, () -> network.connectUnix(path));
        assertEquals(path.toString(), missing.getFile());
        assertThrows(IllegalArgumentException.class, () -> network.connectUnix(""));
    }

    @AnyioTest
    void aPathThatIsTooLongIsToldSoWithItsLength() throws Exception {
        String prefix = directory + "/";
        int bytes = prefix.length();
        for (String name : new String[]{"x".repeat(106 - bytes), "\u00e9".repeat((106 - bytes) / 2)}) {
            try (SocketListener listener = listeners.unix(prefix + name);
                    SocketStream _ = network.connectUnix(prefix + name)) {
                listener.accept().close();
            }
        }
        for (String name : new String[]{"x".repeat(107 - bytes), "x".repeat(200 - bytes),
                "\u00e9".repeat((108 - bytes) / 2)}) {
            String length = prefix.length() + name.getBytes(java.nio.charset.StandardCharsets.UTF_8).length + " bytes";
            for (java.io.IOException refused : List.of(
                    assertThrows(java.net.SocketException.class, () -> network.connectUnix(prefix + name)),
                    assertThrows(java.net.SocketException.class, () -> listeners.unix(prefix + name)))) {
                assertTrue(String.valueOf(refused.getMessage()).contains(length), refused.getMessage());
            }
        }
    }

    @AnyioTest @Proves("UX-05")
    void aFailedConnectLeavesNothingOpen() throws Exception {
        Pair.open().close();
        open().close();
        Set<String> before = Descriptors.sockets();
        ConnectionFailedException refused = assertThrows(ConnectionFailedException.class,
                () -> network.connectUnix(path));
        assertEquals("Connecting to unix:" + path + " failed: Connection refused", refused.getMessage());
        assertThrows(NoSuchFileException.class, () -> network.connectUnix(directory.resolve("none")));
        Files.writeString(directory.resolve("plain"), "text");
        assertThrows(ConnectionFailedException.class, () -> network.connectUnix(directory.resolve("plain")));
        Set<String> left = Descriptors.sockets();
        left.removeAll(before);
        assertEquals(Set.of(), left);
    }

    @AnyioTest @Proves("UX-13")
    void aSlowClientKeepsNobodyWaiting(TaskGroup<?> group) throws Exception {
        try (SocketListener listener = listeners.unix(path)) {
            TaskHandle<?> serving = group.spawn(() -> listener.serve(stream -> {
                try (stream) {
                    stream.send(new byte[stream.receive()[0] == 0 ? Pair.FLOOD : 10]);
                }
            }));
            try (SocketStream slow = network.connectUnix(path); SocketStream quick = network.connectUnix(path)) {
                assertFalse(((SocketChannel) slow.attribute(SocketAttribute.RAW_SOCKET)).isBlocking());
                slow.send(new byte[]{0});
                AnyIO.waitAllTasksBlocked();
                quick.send(new byte[]{1});
                assertEquals(10, Pair.drain(quick));
                assertEquals(Pair.FLOOD, Pair.drain(slow));
            }
            serving.cancel();
        }
    }

    @AnyioTest(virtualClock = true) @Proves("UX-14")
    void aCloseAfterCancelledOperationsWorks() throws Exception {
        Pair pair = open();
        assertFalse(AnyIO.moveOnAfter(Duration.ofMillis(5), () -> pair.client().send(new byte[Pair.FLOOD])));
        assertFalse(AnyIO.moveOnAfter(Duration.ofMillis(5), () -> {
            pair.client().receive();
        }));
        pair.client().close();
        assertTrue(Pair.drain(pair.server()) > 0);
        pair.server().close();
    }

    /** Passing descriptors has no method to call. */
    @AnyioTest @Proves("UX-15")
    void whatTheJdkCannotDoIsRefusedByName() {
        for (UnsupportedOperationException abstractAddress : List.of(
                assertThrows(UnsupportedOperationException.class, () -> network.connectUnix("\0abstract")),
                assertThrows(UnsupportedOperationException.class, () -> listeners.unix("\0abstract")))) {
            assertTrue(abstractAddress.getMessage().startsWith("Abstract addresses are not supported"),
                    abstractAddress.getMessage());
        }
        IllegalArgumentException datagrams = assertThrows(IllegalArgumentException.class,
                () -> UdpOptions.DEFAULT.family(AddressFamily.UNIX));
        assertEquals("There are no datagrams for the family UNIX: the JDK has only streams for it",
                datagrams.getMessage());
    }

    @AnyioTest
    void aFullBacklogIsWaitedOut(TaskGroup<?> group) throws Exception {
        try (SocketListener listener = listeners.unix(path, o -> o.backlog(1))) {
            List<TaskHandle<SocketStream>> connecting = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                connecting.add(group.spawn("connect", () -> network.connectUnix(path)));
            }
            AnyIO.sleep(Duration.ofMillis(20));
            assertTrue(connecting.stream().anyMatch(one -> one.status() == TaskHandle.Status.PENDING),
                    "the backlog has no limit here");
            for (int i = 0; i < 10; i++) {
                listener.accept().close();
            }
            for (TaskHandle<SocketStream> one : connecting) {
                one.await().close();
            }
        }
    }

    @AnyioTest
    void aCancelledConnectComesFirst() {
        var scope = AnyIO.openCancelScope();
        scope.cancel();
        scope.run(() -> {
            assertThrows(CancelledError.class, () -> network.connectUnix(path));
            assertThrows(CancelledError.class, () -> listeners.unix(path));
        });
        assertFalse(Files.exists(path));
    }
}
