package io.anyio.net;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.ConnectedUdpSocket;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.net.UdpPacket;
import io.anyio.api.net.UdpSocket;
import io.anyio.api.stream.AsyncResource;
import io.anyio.api.task.Block;
import io.anyio.api.task.BodyWith;
import io.anyio.net.name.NameLookup;
import io.anyio.net.name.SystemResolver;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every operation of the network that waits, cancelled at every turn: before it waits, while it waits, and between what
 * it waited for and its turn. It ends each time, for a cancellation is never forgotten, whatever was granted before it.
 */
class CancelSweepTest {
    /** More turns than any of the operations has until it waits, and until it ends when the other side has acted. */
    private static final int TURNS = 12;

    private static final Map<String, List<String>> NAMES = Map.of("two", List.of("127.0.0.1", "127.0.0.2"), "both",
            List.of("127.0.0.1", "::1"));

    @TempDir
    Path directory;

    private int paths;

    /**
     * One operation.
     *
     * @param call waits, until the other side has acted
     * @param act what the other side does
     */
    private record Operation(Block<IOException> call, Block<IOException> act) {}

    /** What one try opens. */
    private static final class Stage {
        final List<AsyncResource> open = new ArrayList<>();

        <R extends AsyncResource> R closing(R resource) {
            open.add(resource);
            return resource;
        }

        Pair pair() throws IOException {
            Pair pair = Pair.open();
            open.add(pair.client());
            open.add(pair.server());
            return pair;
        }

        /** The two ends of a connection on which nothing more can be sent. */
        Pair full() throws IOException {
            Pair pair = pair();
            AnyIO.moveOnAfter(Duration.ofMillis(20), () -> pair.client().send(new byte[Pair.FLOOD]));
            return pair;
        }
    }

    private Map<String, BodyWith<Stage, Operation, IOException>> operations() {
        Map<String, BodyWith<Stage, Operation, IOException>> all = new LinkedHashMap<>();
        all.put("receive", stage -> receiving(stage.pair(), stream -> stream.receive()));
        all.put("receive into a heap buffer",
                stage -> receiving(stage.pair(), stream -> stream.receive(ByteBuffer.allocate(9))));
        all.put("receive into a direct buffer",
                stage -> receiving(stage.pair(), stream -> stream.receive(ByteBuffer.allocateDirect(9))));
        all.put("receive by a block", stage -> receiving(stage.pair(), stream -> stream.receive(_ -> {})));
        all.put("send", stage -> sending(stage.full(), stream -> stream.send(new byte[Pair.FLOOD])));
        all.put("send a heap buffer",
                stage -> sending(stage.full(), stream -> stream.send(ByteBuffer.allocate(Pair.FLOOD))));
        all.put("send a direct buffer",
                stage -> sending(stage.full(), stream -> stream.send(ByteBuffer.allocateDirect(Pair.FLOOD))));
        all.put("accept", stage -> accepting(stage, stage.closing(Pair.listen())));
        all.put("accept on two addresses",
                stage -> accepting(stage, stage.closing(Plain.listeners(NAMES).tcp(0, o -> o.host("both")))));
        all.put("serve", stage -> serving(stage, stage.closing(Pair.listen())));
        all.put("serve on two addresses",
                stage -> serving(stage, stage.closing(Plain.listeners(NAMES).tcp(0, o -> o.host("both")))));
        all.put("accept on a path", stage -> {
            Path path = directory.resolve("p" + paths++);
            SocketListener listener = stage.closing(new OwnedListeners(Plain.owner()).unix(path));
            return new Operation(() -> listener.accept().close(),
                    () -> stage.closing(new OwnedNetwork(Plain.owner()).connectUnix(path)));
        });
        all.put("connect to a path", stage -> {
            Path path = directory.resolve("p" + paths++);
            SocketListener listener = stage.closing(new OwnedListeners(Plain.owner()).unix(path, o -> o.backlog(1)));
            Network network = new OwnedNetwork(Plain.owner());
            AnyIO.moveOnAfter(Duration.ofMillis(20), () -> {
                while (true) {
                    stage.closing(network.connectUnix(path));
                }
            });
            return new Operation(() -> network.connectUnix(path).close(), () -> stage.closing(listener.accept()));
        });
        all.put("connect", stage -> {
            SilentPeer silent = new SilentPeer("127.0.0.1", 0);
            stage.closing((AsyncResource) silent::close);
            return new Operation(() -> Plain.network(NAMES).connectTcp("127.0.0.1", silent.port()).close(), () -> {});
        });
        all.put("connect to one of two", stage -> {
            SilentPeer silent = new SilentPeer("127.0.0.1", 0);
            stage.closing((AsyncResource) silent::close);
            SilentPeer other = new SilentPeer("127.0.0.2", silent.port());
            stage.closing((AsyncResource) other::close);
            return new Operation(
                    () -> Plain.network(NAMES)
                            .connectTcp("two", silent.port(), o -> o.happyEyeballsDelay(Duration.ofMillis(1))).close(),
                    () -> {});
        });
        all.put("connect to a name that a worker looks up", stage -> {
            SocketListener listener = stage.closing(Pair.listen());
            Network network = new OwnedNetwork(Plain.owner(), new NameLookup(new SystemResolver()));
            return new Operation(() -> network.connectTcp("localhost", listener.localPort()).close(), () -> {});
        });
        all.put("receive a datagram", stage -> {
            UdpSocket socket = stage.closing(Plain.network(NAMES).createUdpSocket(o -> o.localHost("127.0.0.1")));
            UdpSocket other = stage.closing(Plain.network(NAMES).createUdpSocket(o -> o.localHost("127.0.0.1")));
            return new Operation(socket::receive,
                    () -> other.send(new UdpPacket(new byte[1],
                            (InetSocketAddress) socket.attribute(SocketAttribute.LOCAL_ADDRESS))));
        });
        all.put("receive a datagram from one", stage -> {
            UdpSocket other = stage.closing(Plain.network(NAMES).createUdpSocket(o -> o.localHost("127.0.0.1")));
            ConnectedUdpSocket socket = stage.closing(
                    Plain.network(NAMES).createConnectedUdpSocket("127.0.0.1",
                            other.attribute(SocketAttribute.LOCAL_PORT)));
            return new Operation(socket::receive,
                    () -> other.send(new UdpPacket(new byte[1],
                            (InetSocketAddress) socket.attribute(SocketAttribute.LOCAL_ADDRESS))));
        });
        return all;
    }

    /** One call of a stream. */
    @FunctionalInterface
    private interface Call {
        void on(SocketStream stream) throws IOException;
    }

    private static Operation receiving(Pair pair, Call call) {
        return new Operation(() -> call.on(pair.server()), () -> pair.client().send(new byte[1]));
    }

    /** The other side reads a little: the socket can be written again, but not for long. */
    private static Operation sending(Pair pair, Call call) {
        return new Operation(() -> call.on(pair.client()), () -> pair.server().receive());
    }

    private static Operation accepting(Stage stage, SocketListener listener) {
        return new Operation(() -> listener.accept().close(), () -> stage.closing(Pair.connect(listener)));
    }

    private static Operation serving(Stage stage, SocketListener listener) {
        return new Operation(() -> listener.serve(stream -> {
            try (stream) {
                AnyIO.sleepForever();
            }
        }), () -> stage.closing(Pair.connect(listener)));
    }

    @AnyioTest(timeout = 300)
    void eachOperationEndsWhereverItIsCancelled() throws Exception {
        for (Map.Entry<String, BodyWith<Stage, Operation, IOException>> entry : operations().entrySet()) {
            for (int turn = 0; turn < TURNS; turn++) {
                Stage stage = new Stage();
                Operation operation = entry.getValue().call(stage);
                assertTrue(endsIfCancelled(operation.call, null, turn), entry.getKey() + " cancelled in turn " + turn);
                assertTrue(endsIfCancelled(operation.call, operation.act, turn),
                        entry.getKey() + " cancelled " + turn + " turns after the other side");
                for (AsyncResource resource : stage.open) {
                    AnyIO.closeForcefully(resource);
                }
            }
        }
    }

    /**
     * Whether an operation ends when it is cancelled some turns after it has begun, or after the other side has acted
     * while it waited.
     */
    private static boolean endsIfCancelled(Block<IOException> call, Block<IOException> act, int turns)
            throws Exception {
        boolean[] ended = {false};
        boolean inTime = AnyIO.moveOnAfter(Duration.ofSeconds(20),
                () -> AnyIO.createTaskGroup(Exception.class).run(group -> {
                    group.spawn("operation", () -> {
                        try {
                            call.run();
                        } finally {
                            ended[0] = true;
                        }
                    });
                    if (act != null) {
                        AnyIO.sleep(Duration.ofMillis(2));
                        act.run();
                    }
                    for (int i = 0; i < turns; i++) {
                        AnyIO.sleep(Duration.ZERO);
                    }
                    group.cancel();
                }));
        return inTime && ended[0];
    }
}
