package io.anyio.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.AnyIO;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.net.UdpSocket;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.stream.AsyncResource;
import io.anyio.api.task.LoopClosedException;
import io.anyio.impl.owner.HolderOwners;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.net.name.NameLookup;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.channels.Channel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/**
 * An owner forgets sockets that are closed, in whatever way, and accepts none once it is closed itself.
 */
class OwnerBooksTest {
    private final HolderOwners owners = new HolderOwners(new LoopRuntime(), Duration.ofSeconds(5));

    @TempDir
    Path directory;

    private Owner open() {
        return owners.open("Network", new Holder(17, "user.bundle", null, () -> false));
    }

    private static int resources(Owner owner) throws Exception {
        Field resources = owner.getClass().getDeclaredField("resources");
        resources.setAccessible(true);
        return ((Set<?>) resources.get(owner)).size();
    }

    /** Opens a socket of each kind. */
    @FunctionalInterface
    private interface Opener {
        List<AsyncResource> open(Owner owner) throws IOException;
    }

    private Map<String, Opener> openers() {
        Map<String, Opener> openers = new LinkedHashMap<>();
        openers.put("TCP", owner -> {
            SocketListener listener = new OwnedListeners(owner).tcp(0, o -> o.host("127.0.0.1"));
            SocketStream client = new OwnedNetwork(owner).connectTcp("127.0.0.1", listener.localPort());
            return List.of(client, listener.accept(), listener);
        });
        openers.put("TCP on two addresses", owner -> {
            NameLookup names = Plain.lookup(Map.of("two", List.of("127.0.0.1", "127.0.0.2")));
            return List.of(new OwnedListeners(owner, names).tcp(0, o -> o.host("two")));
        });
        openers.put("UNIX", owner -> {
            SocketListener listener = new OwnedListeners(owner).unix(directory.resolve("path"));
            SocketStream client = new OwnedNetwork(owner).connectUnix(directory.resolve("path"));
            return List.of(client, listener.accept(), listener);
        });
        openers.put("UDP", owner -> {
            UdpSocket socket = new OwnedNetwork(owner).createUdpSocket(o -> o.localHost("127.0.0.1"));
            return List.of(socket,
                    new OwnedNetwork(owner).createConnectedUdpSocket("127.0.0.1",
                            socket.attribute(SocketAttribute.LOCAL_PORT)));
        });
        return openers;
    }

    @AnyioTest
    void whatIsClosedIsForgotten() throws Exception {
        Owner owner = open();
        for (Map.Entry<String, Opener> opener : openers().entrySet()) {
            for (String way : new String[]{"close", "twice", "forcefully", "by the channel"}) {
                List<AsyncResource> opened = opener.getValue().open(owner);
                assertEquals(opened.size(), resources(owner), opener.getKey());
                for (AsyncResource resource : opened) {
                    switch (way) {
                        case "forcefully" -> AnyIO.closeForcefully(resource);
                        case "by the channel" -> close(resource);
                        case "twice" -> {
                            resource.close();
                            resource.close();
                        }
                        default -> resource.close();
                    }
                }
                assertEquals(0, resources(owner), () -> opener.getKey() + " " + way);
            }
        }
        assertThrows(IOException.class, () -> new OwnedNetwork(owner).connectTcp("127.0.0.1", 1));
        assertThrows(IOException.class, () -> new OwnedListeners(owner).tcp(0, o -> o.host("192.0.2.1")));
        assertEquals(0, resources(owner));
        owner.close();
    }

    private static void close(AsyncResource resource) throws IOException {
        Channel channel = switch (resource) {
            case SocketListener listener -> listener.attribute(SocketAttribute.RAW_SOCKET);
            case SocketStream stream -> stream.attribute(SocketAttribute.RAW_SOCKET);
            case UdpSocket socket -> socket.attribute(SocketAttribute.RAW_SOCKET);
            default -> (Channel) ((io.anyio.api.net.ConnectedUdpSocket) resource).attribute(SocketAttribute.RAW_SOCKET);
        };
        channel.close();
    }

    /** The owner is closed at the last moment: the socket is open, and about to belong to it. */
    @AnyioTest
    void whatIsOpenedWhileTheOwnerClosesIsClosed() throws Exception {
        List<SocketListener> peers = new ArrayList<>();
        peers.add(Pair.listen());
        Map<String, Opener> openers = new LinkedHashMap<>();
        int port = peers.getFirst().localPort();
        openers.put("connect", owner -> List.of(new OwnedNetwork(owner).connectTcp("127.0.0.1", port)));
        openers.put("listen", owner -> List.of(new OwnedListeners(owner).tcp(0)));
        openers.put("listen on a path", owner -> List.of(new OwnedListeners(owner).unix(directory.resolve("path"))));
        openers.put("UDP", owner -> List.of(new OwnedNetwork(owner).createUdpSocket(o -> o.localHost("127.0.0.1"))));
        openers.put("connected UDP",
                owner -> List.of(new OwnedNetwork(owner).createConnectedUdpSocket("127.0.0.1", port)));
        for (Map.Entry<String, Opener> opener : openers.entrySet()) {
            for (int round = 0; round < 2; round++) {
                Set<String> before = Descriptors.sockets();
                Owner owner = open();
                Owner closing = (Owner) Proxy.newProxyInstance(Owner.class.getClassLoader(),
                        new Class<?>[]{Owner.class}, (_, method, arguments) -> {
                            if (method.getName().equals("register")) {
                                owner.close();
                            }
                            try {
                                return method.invoke(owner, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
                assertThrows(LoopClosedException.class, () -> opener.getValue().open(closing), opener.getKey());
                assertEquals(0, resources(owner), opener.getKey());
                assertThrows(LoopClosedException.class, () -> opener.getValue().open(owner), opener.getKey());
                Set<String> left = Descriptors.sockets();
                left.removeAll(before);
                if (round == 1) {
                    assertEquals(Set.of(), left, opener.getKey());
                }
            }
        }
        peers.getFirst().close();
    }
}
