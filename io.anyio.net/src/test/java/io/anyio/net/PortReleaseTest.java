package io.anyio.net;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.AnyIO;
import io.anyio.api.attribute.TypedAttributeProvider;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.net.UdpSocket;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.stream.AsyncResource;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.task.Block;
import io.anyio.api.task.Body;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.owner.HolderOwners;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;

/** When a close in a task returns, the port and the descriptor are free. */
class PortReleaseTest {
    /** The JDK opens a few descriptors on the first use of a feature and keeps them. */
    @BeforeAll
    static void warmUp() throws IOException {
        AnyIO.run(() -> {
            Pair.open().close();
            AnyIO.service(Network.class).createUdpSocket(o -> o.localHost("127.0.0.1")).close();
        });
    }

    /** Closes while another task waits at the socket, in every second round in a scope that is cancelled. */
    private static void closeInUse(TaskGroup<?> group, int round, AsyncResource socket, Body<?, IOException> use)
            throws IOException {
        TaskHandle<?> waiting = group.spawn("wait", () -> assertThrows(ClosedResourceException.class, use::call));
        AnyIO.waitAllTasksBlocked();
        CancelScope scope = AnyIO.openCancelScope();
        if (round % 2 == 1) {
            scope.cancel();
        }
        scope.run(socket::close);
        assertFalse(waiting.status() == TaskHandle.Status.FINISHED && scope.cancelledCaught());
    }

    @AnyioTest @Proves({"AR-11", "UD-23"})
    void theDescriptorAndThePortOfAUdpSocketAreFree(TaskGroup<?> group) throws Exception {
        int port = 0;
        for (int i = 0; i < 50; i++) {
            int again = port;
            Set<String> opened = new HashSet<>();
            UdpSocket socket = Descriptors.counting(opened,
                    () -> AnyIO.service(Network.class).createUdpSocket(o -> o.localHost("127.0.0.1").localPort(again)));
            port = socket.localPort();
            closeInUse(group, i, socket, socket::receive);
            Descriptors.assertReleased(i, opened);
        }
    }

    @AnyioTest @Proves("AR-11")
    void theDescriptorAndThePortOfAListenerAreFree(TaskGroup<?> group) throws Exception {
        int port = 0;
        for (int i = 0; i < 50; i++) {
            int again = port;
            Set<String> opened = new HashSet<>();
            SocketListener listener = Descriptors.counting(opened,
                    () -> AnyIO.service(Listeners.class).tcp(again, o -> o.host("127.0.0.1")));
            port = listener.localPort();
            closeInUse(group, i, listener, listener::accept);
            Descriptors.assertReleased(i, opened);
        }
    }

    @AnyioTest @Proves("AR-11")
    void theDescriptorOfAConnectionIsFree(TaskGroup<?> group) throws Exception {
        try (SocketListener listener = Pair.listen()) {
            for (int i = 0; i < 50; i++) {
                Set<String> opened = new HashSet<>();
                SocketStream client = Descriptors.counting(opened, () -> Pair.connect(listener));
                closeInUse(group, i, client, client::receive);
                Descriptors.assertReleased(i, opened);
                listener.accept().close();
            }
        }
    }

    @AnyioTest @Proves("AR-11")
    void theyAreFreeAlsoIfTheSocketBelongsToAnotherLoop(TaskGroup<?> group) throws Exception {
        HolderOwners owners = new HolderOwners(new LoopRuntime(), Duration.ofSeconds(5));
        try (Owner owner = owners.open("Network", new Holder(17, "user.bundle", null, () -> false))) {
            Network network = new OwnedNetwork(owner);
            int port = 0;
            for (int i = 0; i < 50; i++) {
                int again = port;
                Set<String> opened = new HashSet<>();
                UdpSocket socket = Descriptors.counting(opened,
                        () -> network.createUdpSocket(o -> o.localHost("127.0.0.1").localPort(again)));
                port = socket.localPort();
                closeInUse(group, i, socket, socket::receive);
                Descriptors.assertReleased(i, opened);
            }
        }
    }

    /** Closes a socket without waiting until its descriptor is free. */
    private enum Before {
        THE_RAW_SOCKET {
            @Override
            void close(AsyncResource socket) throws IOException {
                ((TypedAttributeProvider) socket).attribute(SocketAttribute.RAW_SOCKET).close();
            }
        },

        THE_RAW_SOCKET_ON_ANOTHER_THREAD {
            @Override
            void close(AsyncResource socket) {
                elsewhere(() -> THE_RAW_SOCKET.close(socket));
            }
        },

        ANOTHER_THREAD {
            @Override
            void close(AsyncResource socket) {
                elsewhere(socket::close);
            }
        },

        BOTH_AT_ONCE {
            @Override
            void close(AsyncResource socket) {
                Thread _ = begin(() -> THE_RAW_SOCKET.close(socket));
            }
        };

        abstract void close(AsyncResource socket) throws IOException;

        private static Thread begin(Block<IOException> close) {
            return Thread.ofPlatform().start(() -> {
                try {
                    close.run();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }

        /** Runs a close on another thread, while the loop is blocked. */
        private static void elsewhere(Block<IOException> close) {
            Thread closer = begin(close);
            while (closer.isAlive()) {
                Thread.onSpinWait();
            }
        }
    }

    @AnyioTest(timeout = 60) @Proves("AR-11")
    void theyAreFreeAfterASecondCloseToo() throws IOException {
        try (SocketListener listener = Pair.listen()) {
            List<Body<AsyncResource, IOException>> sockets = List.of(
                    () -> AnyIO.service(Network.class).createUdpSocket(o -> o.localHost("127.0.0.1")),
                    Pair::listen, () -> Pair.connect(listener));
            for (Before before : Before.values()) {
                for (Body<AsyncResource, IOException> open : sockets) {
                    for (int i = 0; i < 20; i++) {
                        Set<String> opened = new HashSet<>();
                        AsyncResource socket = Descriptors.counting(opened, open);
                        before.close(socket);
                        socket.close();
                        Descriptors.assertReleased(i, opened);
                    }
                }
            }
        }
    }
}
