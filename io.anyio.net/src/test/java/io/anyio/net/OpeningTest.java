package io.anyio.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.net.UdpSocket;
import io.anyio.api.spi.Owner;
import io.anyio.api.stream.AsyncResource;
import io.anyio.api.task.TaskGroup;
import io.anyio.net.name.NameLookup;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever fails while a socket is opened, nothing stays open: each step of each opener fails once, and each error of
 * the operating system that can be had.
 */
class OpeningTest {
    private static final NameLookup NAMES = Plain
            .lookup(Map.of("two", List.of("127.0.0.2", "127.0.0.1"), "twice", List.of("127.0.0.1", "127.0.0.1")));

    @TempDir
    Path directory;

    /** Opens one socket for an owner. */
    @FunctionalInterface
    private interface Opener {
        AsyncResource open(Owner owner) throws IOException;
    }

    private static Network network(Owner owner) {
        return new OwnedNetwork(owner, NAMES);
    }

    private static Listeners listeners(Owner owner) {
        return new OwnedListeners(owner, NAMES);
    }

    @AnyioTest
    void noStepThatFailsLeavesADescriptor() throws Exception {
        try (SocketListener tcp = Pair.listen();
                SocketListener unix = listeners(Plain.owner()).unix(directory.resolve("peer"))) {
            int port = tcp.localPort();
            Map<String, Opener> openers = new LinkedHashMap<>();
            openers.put("connect", owner -> network(owner).connectTcp("127.0.0.1", port));
            openers.put("connect from",
                    owner -> network(owner).connectTcp("127.0.0.1", port, o -> o.localHost("127.0.0.1")));
            openers.put("connect to one of two", owner -> network(owner).connectTcp("two", port));
            openers.put("listen", owner -> listeners(owner).tcp(0));
            openers.put("listen on two", owner -> listeners(owner).tcp(0, o -> o.host("two")));
            openers.put("connect to a path", owner -> network(owner).connectUnix(directory.resolve("peer")));
            openers.put("listen on a path", owner -> listeners(owner).unix(directory.resolve("path")));
            openers.put("UDP", owner -> network(owner).createUdpSocket(o -> o.localHost("127.0.0.1")));
            openers.put("connected UDP", owner -> network(owner).createConnectedUdpSocket("127.0.0.1", port));
            for (Map.Entry<String, Opener> opener : openers.entrySet()) {
                FaultyOwner owner = new FaultyOwner(Plain.owner());
                opener.getValue().open(owner.asOwner()).close();
                Set<String> before = Descriptors.sockets();
                int steps = 0;
                do {
                    owner.failAt(steps);
                    AsyncResource opened = null;
                    try {
                        opened = opener.getValue().open(owner.asOwner());
                    } catch (FaultyOwner.Fault e) {
                        assertTrue(owner.failed(), () -> opener.getKey() + ": " + e);
                    }
                    if (opened != null) {
                        opened.close();
                    }
                    int step = steps;
                    assertOnly(before, () -> opener.getKey() + ", step " + step);
                    steps++;
                } while (owner.failed());
                assertTrue(steps > 3, opener.getKey());
                assertEquals(1, directory.toFile().list().length - (Files.exists(directory.resolve("path")) ? 1 : 0));
                drain(tcp);
                drain(unix);
            }
        }
    }

    /** Accepts the connections that wait in the backlog. */
    private static void drain(SocketListener listener) throws IOException {
        AnyIO.moveOnAfter(Duration.ofMillis(50), () -> {
            while (true) {
                listener.accept().close();
            }
        });
    }

    private static void assertOnly(Set<String> before, java.util.function.Supplier<String> what) throws IOException {
        Set<String> left = Descriptors.sockets();
        left.removeAll(before);
        assertEquals(Set.of(), left, what);
    }

    @AnyioTest
    void noErrorOfTheOperatingSystemLeavesADescriptor() throws Exception {
        try (SocketListener tcp = Pair.listen();
                UdpSocket udp = network(Plain.owner()).createUdpSocket(o -> o.localHost("127.0.0.1"))) {
            int port = tcp.localPort();
            int udpPort = udp.attribute(SocketAttribute.LOCAL_PORT);
            Files.createFile(directory.resolve("file"));
            Map<String, Opener> openers = new LinkedHashMap<>();
            openers.put("connect from an address of others",
                    owner -> network(owner).connectTcp("127.0.0.1", port, o -> o.localHost("192.0.2.1")));
            openers.put("connect from no address",
                    owner -> network(owner).connectTcp("127.0.0.1", port, o -> o.localHost("224.0.0.1")));
            openers.put("connect from a taken port",
                    owner -> network(owner).connectTcp("127.0.0.1", port,
                            o -> o.localHost("127.0.0.1").localPort(port)));
            openers.put("connect to nobody", owner -> network(owner).connectTcp("127.0.0.1", 1));
            openers.put("connect to nobody of two", owner -> network(owner).connectTcp("two", 1));
            openers.put("connect without a way", owner -> network(owner).connectTcp("255.255.255.255", port));
            openers.put("listen on an address of others", owner -> listeners(owner).tcp(0, o -> o.host("192.0.2.1")));
            openers.put("listen on a taken port", owner -> listeners(owner).tcp(port, o -> o.host("127.0.0.1")));
            openers.put("listen on two, one of which is taken",
                    owner -> listeners(owner).tcp(port, o -> o.host("two")));
            openers.put("UDP on an address of others",
                    owner -> network(owner).createUdpSocket(o -> o.localHost("192.0.2.1")));
            openers.put("UDP on a taken port",
                    owner -> network(owner).createUdpSocket(o -> o.localHost("127.0.0.1").localPort(udpPort)));
            openers.put("connected UDP from an address of others",
                    owner -> network(owner).createConnectedUdpSocket("127.0.0.1", port, o -> o.localHost("192.0.2.1")));
            openers.put("connected UDP without a way",
                    owner -> network(owner).createConnectedUdpSocket("255.255.255.255", port));
            openers.put("connect to no path", owner -> network(owner).connectUnix(directory.resolve("none")));
            openers.put("connect to a file", owner -> network(owner).connectUnix(directory.resolve("file")));
            openers.put("listen on a file", owner -> listeners(owner).unix(directory.resolve("file")));
            openers.put("listen in no directory",
                    owner -> listeners(owner).unix(directory.resolve("none").resolve("path")));
            for (Map.Entry<String, Opener> opener : openers.entrySet()) {
                Owner owner = Plain.owner();
                assertThrows(IOException.class, () -> opener.getValue().open(owner), opener.getKey());
                Set<String> before = Descriptors.sockets();
                assertThrows(IOException.class, () -> opener.getValue().open(owner), opener.getKey());
                assertOnly(before, opener::getKey);
            }
        }
    }

    @AnyioTest
    void aConnectionThatIsNotTakenOverIsClosed() throws Exception {
        FaultyOwner owner = new FaultyOwner(Plain.owner());
        try (SocketListener listener = listeners(owner.asOwner()).tcp(0, o -> o.host("127.0.0.1"))) {
            Set<String> before = Descriptors.sockets();
            int step = 0;
            do {
                owner.failAt(step++);
                try (SocketStream client = Pair.connect(listener)) {
                    SocketStream accepted = null;
                    try {
                        accepted = listener.accept();
                    } catch (FaultyOwner.Fault _) {
                        assertThrows(IOException.class, client::receive);
                    }
                    if (accepted != null) {
                        accepted.close();
                    }
                }
                assertOnly(before, () -> "accept");
            } while (owner.failed());
            assertTrue(step > 3);
        }
    }

    /** The group of the handlers has ended, or there is no memory for a task. */
    @AnyioTest
    void aConnectionWhoseHandlerCannotBeSpawnedIsClosed() throws Exception {
        List<TaskGroup<?>> groups = new ArrayList<>();
        AnyIO.createTaskGroup().run(groups::add);
        groups.add((TaskGroup<?>) Proxy.newProxyInstance(TaskGroup.class.getClassLoader(),
                new Class<?>[]{TaskGroup.class}, (_, _, _) -> {
                    throw new OutOfMemoryError("no task");
                }));
        try (SocketListener listener = Pair.listen()) {
            for (TaskGroup<?> handlers : groups) {
                Set<String> before = Descriptors.sockets();
                try (SocketStream client = Pair.connect(listener)) {
                    assertThrows(Throwable.class, () -> listener.serve(_ -> {}, handlers));
                    assertThrows(IOException.class, client::receive);
                }
                assertOnly(before, () -> "serve");
            }
        }
    }

    /** The backlog of the listener is full, so that the operating system does not answer. */
    @AnyioTest
    void aCancelledConnectLeavesNothing(TaskGroup<?> group) throws Exception {
        try (SilentPeer silent = new SilentPeer("127.0.0.1", 0)) {
            for (int round = 0; round < 2; round++) {
                Set<String> before = Descriptors.sockets();
                boolean[] ended = {false};
                var connecting = group.spawn("connect", () -> {
                    try {
                        network(Plain.owner()).connectTcp("127.0.0.1", silent.port());
                    } finally {
                        ended[0] = true;
                    }
                });
                AnyIO.waitAllTasksBlocked();
                assertFalse(ended[0], "it was not silent");
                connecting.cancel();
                connecting.awaitEnd();
                if (round == 1) {
                    assertOnly(before, () -> "connect");
                }
            }
        }
    }
}
