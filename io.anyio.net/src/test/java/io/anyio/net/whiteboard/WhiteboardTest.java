package io.anyio.net.whiteboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.net.DatagramHandler;
import io.anyio.api.net.SocketStream;
import io.anyio.api.net.UdpPacket;
import io.anyio.api.net.UdpSocket;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.whiteboard.FailedListenerDTO;
import io.anyio.api.whiteboard.FailureCode;
import io.anyio.api.whiteboard.ListenerDTO;
import io.anyio.api.whiteboard.ListenerKind;
import io.anyio.net.whiteboard.FakeFramework.Service;
import io.anyio.proof.Proves;
import io.anyio.testing.EachBackend;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who is served, on which end points, and what is reported. */
@Timeout(120)
class WhiteboardTest {
    // ---- who is served

    @EachBackend @Proves({"WB-01", "WB-03"})
    void aHandlerWithAKeyIsServedWhileItIsRegistered(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            Service plain = stage.serve("plain", Map.of("port", stage.port));
            assertEquals(List.of(), stage.served());
            Service service = stage.serve("here", stage.on(stage.port));
            assertEquals("here", stage.ask(stage.port));
            service.unregister();
            Stage.listen(stage.port).close();
            plain.unregister();
            assertEquals(List.of(), stage.failed());
        }
    }

    @EachBackend @Proves("WB-02")
    void aHandlerThatWasThereBeforeIsServedOnce(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            stage.board.close();
            Service early = stage.framework.service(Stage.answering("early"), stage.on(stage.port));
            Board later = new Board(stage.framework.context, stage.owners, Map.of());
            later.open();
            early.register();
            assertEquals("early", stage.ask(stage.port));
            assertEquals(1, stage.framework.handlersInUse.get());
            later.close();
        }
    }

    /** Handles both. */
    private static final class Both implements ConnectionHandler, DatagramHandler {
        @Override
        public void handle(SocketStream stream) throws IOException {
            stream.send("stream".getBytes(UTF_8));
        }

        @Override
        public void handle(UdpPacket packet, UdpSocket socket) throws IOException {
            socket.send(new UdpPacket("datagram".getBytes(UTF_8), packet.address()));
        }
    }

    @EachBackend @Proves("WB-06")
    void aServiceMayHaveEndPointsOfAllKinds(String backend, @TempDir Path folder) throws Exception {
        try (Stage stage = new Stage(backend); DatagramSocket client = new DatagramSocket()) {
            Path path = folder.resolve("s");
            Service service = stage.framework.service(ConnectionHandler.class, new Both(), Stage.with(
                    stage.on(stage.port), "objectClass",
                    new String[]{ConnectionHandler.class.getName(), DatagramHandler.class.getName()},
                    "anyio.unix.path", path.toString(), "anyio.udp.port", stage.port, "anyio.udp.host", "127.0.0.1"))
                    .register();
            assertEquals(List.of(), stage.failed());
            assertEquals(List.of("tcp://127.0.0.1:" + stage.port, "unix:" + path, "udp://127.0.0.1:" + stage.port),
                    stage.endpoints());
            assertEquals("stream", stage.ask(stage.port));
            assertEquals("stream", askUnix(path));
            assertEquals("datagram", ask(client, stage.port, "?"));
            service.unregister();
            assertEquals(List.of(), stage.served());
        }
    }

    private static String ask(DatagramSocket client, int port, String text) throws IOException {
        client.setSoTimeout(20_000);
        send(client, port, text);
        DatagramPacket answer = new DatagramPacket(new byte[100], 100);
        client.receive(answer);
        return new String(answer.getData(), 0, answer.getLength(), UTF_8);
    }

    private static void send(DatagramSocket client, int port, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        client.send(new DatagramPacket(bytes, bytes.length, InetAddress.getByName("127.0.0.1"), port));
    }

    private static String askUnix(Path path) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(path));
            ByteBuffer answer = ByteBuffer.allocate(100);
            channel.read(answer);
            return UTF_8.decode(answer.flip()).toString();
        }
    }

    // ---- values

    @EachBackend @Proves({"WB-12", "WB-45"})
    void whatIsWrongIsAFailedListenerAndDisturbsNobody(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            Service good = stage.serve("good", stage.on(stage.port));
            Service bad = stage.serve("bad", Map.of("anyio.tcp.port", "http", "anyio.tcp.hots", "::1"));
            FailedListenerDTO failed = stage.failed().getFirst();
            assertEquals(FailureCode.INVALID, failed.code());
            assertEquals(List.of("anyio.tcp.hots", "anyio.tcp.port"), failed.keys().stream().sorted().toList());
            assertTrue(failed.reason().contains("anyio.tcp.hots is unknown")
                    && failed.reason().contains("'http': give a whole number"), failed.reason());
            assertEquals(List.of("user.bundle", "", "", 2L),
                    List.of(failed.bundle(), failed.pid(), failed.endpoint(), failed.serviceId()));
            assertEquals("good", stage.ask(stage.port));
            bad.modify(stage.on(stage.port + 1));
            assertEquals(List.of(), stage.failed());
            assertEquals("bad", stage.ask(stage.port + 1));
            good.unregister();
            bad.unregister();
        }
    }

    @EachBackend @Proves("WB-13")
    void valuesThatBecomeWrongLeaveTheLastGoodOnes(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            Service service = stage.serve("kept", stage.on(stage.port));
            try (Socket socket = stage.connect(stage.port)) {
                assertEquals("kept", Stage.ask(socket));
                service.modify(stage.on(stage.port + 1, "anyio.tcp.idleTimeout", "soon"));
                assertEquals("kept", Stage.ask(socket));
                assertEquals("kept", stage.ask(stage.port));
                assertEquals(List.of(FailureCode.INVALID), stage.codes());
                assertEquals(1, stage.toldAt(Level.SEVERE, "The last good values go on being served"));
                service.modify(stage.on(stage.port));
                assertEquals("kept", Stage.ask(socket));
            }
            assertEquals(List.of(), stage.failed());
            service.unregister();
        }
    }

    // ---- end points

    @EachBackend @Proves({"WB-14", "WB-15", "WB-21", "WB-20"})
    void eachEndPointIsServedShadowedAndTriedByItself(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            int[] ports = {stage.port, stage.port + 1, stage.port + 2};
            Service winner = stage.serve("winner", stage.on(ports[1], "service.ranking", 5));
            Service service;
            try (ServerSocket _ = Stage.listen(ports[2])) {
                service = stage.serve("service", stage.on(ports));
                assertEquals("service", stage.ask(ports[0]));
                assertEquals("winner", stage.ask(ports[1]));
                assertEquals(List.of(FailureCode.SHADOWED, FailureCode.BUSY), stage.codes());
                FailedListenerDTO shadowed = stage.failed().getFirst();
                assertEquals("tcp://127.0.0.1:" + ports[1], shadowed.endpoint());
                assertTrue(shadowed.reason().contains("belongs to tcp://127.0.0.1:" + ports[1] + " of the service 1 of"
                        + " user.bundle, whose ranking 5 is higher"), shadowed.reason());
            }
            Stage.await(() -> stage.ask(ports[2]).equals("service"));
            winner.unregister();
            assertEquals("service", stage.ask(ports[1]));
            assertEquals(List.of(), stage.failed());
            assertEquals(3, stage.served().size());
            service.unregister();
        }
    }

    @EachBackend @Proves({"WB-16", "WB-20"})
    void aPathHasItsPermissionsAndIsShadowedLikeAPort(String backend, @TempDir Path folder) throws Exception {
        try (Stage stage = new Stage(backend)) {
            Path path = folder.resolve("s");
            Map<String, Object> properties = Map.of("anyio.unix.path", path.toString(), "anyio.unix.permissions",
                    "rw-r-----", "anyio.unix.deleteAtClose", true);
            Service first = stage.framework.service(stream -> stream.send("first".getBytes(UTF_8)), properties)
                    .register();
            Service second = stage.framework.service(stream -> stream.send("second".getBytes(UTF_8)), properties)
                    .register();
            assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
            assertEquals("first", askUnix(path));
            assertEquals(List.of(FailureCode.SHADOWED), stage.codes());
            first.unregister();
            assertEquals("second", askUnix(path));
            second.unregister();
            assertFalse(Files.exists(path));
        }
    }

    @EachBackend @Proves({"WB-17", "WB-18"})
    void datagramsAreHandledInTheirOrderWhateverIsThrown(String backend) throws Exception {
        try (Stage stage = new Stage(backend); DatagramSocket client = new DatagramSocket()) {
            StringBuilder order = new StringBuilder();
            DatagramHandler handler = (packet, socket) -> {
                String text = new String(packet.data(), UTF_8);
                order.append(text);
                AnyIO.sleep(Duration.ofMillis(1));
                order.append(text);
                if (text.equals("b")) {
                    throw new IllegalStateException("made by a test");
                }
                socket.send(new UdpPacket(order.toString().getBytes(UTF_8), packet.address()));
            };
            Service service = stage.framework.service(DatagramHandler.class, handler,
                    Map.of("anyio.udp.port", stage.port, "anyio.udp.host", "127.0.0.1")).register();
            send(client, stage.port, "a");
            send(client, stage.port, "b");
            assertEquals("aa", ask(client, stage.port, "c"));
            assertEquals("aabbcc", ask(client, stage.port, "d"));
            assertEquals("aabbccdd", ask(client, stage.port, ""));
            Stage.await(() -> stage.served().getFirst().accepted() == 5);
            ListenerDTO server = stage.served().getFirst();
            assertEquals(List.of(ListenerKind.UDP, 1L, 5L),
                    List.of(server.kind(), server.failures(), server.accepted()));
            assertEquals(1, stage.toldAt(Level.SEVERE, "made by a test"));
            service.unregister();
        }
    }

    /** For example, one whose source port is 0 cannot be answered. */
    @EachBackend @Proves("WB-18")
    void anErrorThatEachDatagramCausesIsLoggedOnceAndOneOfThePeerAsSuch(String backend) throws Exception {
        try (Stage stage = new Stage(backend); DatagramSocket client = new DatagramSocket()) {
            DatagramHandler handler = (packet, socket) -> {
                switch (new String(packet.data(), UTF_8)) {
                    case "a" -> socket.send(new UdpPacket(packet.data(), new InetSocketAddress("127.0.0.1", 0)));
                    case "b" -> throw new BrokenResourceException("made by a test", null);
                    default -> socket.send(packet);
                }
            };
            Service service = stage.framework.service(DatagramHandler.class, handler,
                    Map.of("anyio.udp.port", stage.port, "anyio.udp.host", "127.0.0.1")).register();
            for (String text : List.of("a", "a", "b", "a")) {
                send(client, stage.port, text);
            }
            assertEquals("c", ask(client, stage.port, "c"));
            assertEquals(List.of(3L, 1L), List.of(stage.served().getFirst().failures(),
                    stage.served().getFirst().peerFailures()));
            assertEquals(List.of(1L, 3L), List.of(stage.toldAt(Level.SEVERE, " failed with "),
                    stage.toldAt(Level.FINE, " failed with ")));
            service.unregister();
        }
    }

    @EachBackend @Proves({"WB-19", "WB-44"})
    void theKitsOptionsApplyAndItsFiguresAreReported(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            CountDownLatch fails = new CountDownLatch(1);
            Service service = stage.framework.service(stream -> {
                if (stream.receive()[0] == '!') {
                    fails.countDown();
                    throw new IllegalStateException("made by a test");
                }
                stream.receive();
            }, stage.on(stage.port, "anyio.tcp.maxConnections", 1, "anyio.tcp.idleTimeout", "200ms")).register();
            try (Socket idle = stage.connect(stage.port); Socket waits = stage.connect(stage.port)) {
                idle.getOutputStream().write('?');
                waits.getOutputStream().write('!');
                assertEquals(-1, idle.getInputStream().read());
                assertEquals(-1, waits.getInputStream().read());
            }
            fails.await();
            Stage.await(() -> stage.served().getFirst().connections() == 0);
            assertEquals(List.of(new ListenerDTO(ListenerKind.TCP, "tcp://127.0.0.1:" + stage.port, 1, "user.bundle",
                    "", WhiteboardTest.class.getName(), "127.0.0.1", stage.port, "", 0, 2, 1, 0, 1, 0)),
                    stage.served());
            service.unregister();
        }
    }

    // ---- who gets an end point

    @EachBackend @Proves({"WB-20", "WB-21", "WB-22"})
    void theHighestRankingGetsThePortAndTheLoserKeepsItsConnections(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            Service first = stage.serve("first", stage.on(stage.port));
            Service second = stage.serve("second", stage.on(stage.port));
            assertEquals("first", stage.ask(stage.port), "the lower id");
            try (Socket socket = stage.connect(stage.port)) {
                assertEquals("first", Stage.ask(socket));
                second.modify(stage.on(stage.port, "service.ranking", 1));
                assertEquals("second", stage.ask(stage.port));
                assertEquals("first", Stage.ask(socket));
                second.modify(stage.on(stage.port + 1));
                assertEquals("first", stage.ask(stage.port));
                assertEquals("first", Stage.ask(socket));
                Stage.await(() -> stage.served().getFirst().connections() == 1);
            }
            first.unregister();
            second.unregister();
        }
    }

    @EachBackend @Proves("WB-21")
    void aHandlerThatCannotBeObtainedDoesNotKeepAnEndPoint(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            Service broken = stage.framework
                    .service((ConnectionHandler) null, stage.on(stage.port, "service.ranking", 9)).register();
            Service next = stage.serve("next", stage.on(stage.port));
            assertEquals("next", stage.ask(stage.port));
            assertEquals(List.of(FailureCode.NO_HANDLER), stage.codes());
            broken.unregister();
            next.unregister();
        }
    }

    @EachBackend @Proves({"WB-23", "WB-45"})
    void aBusyPortIsTakenWhenItIsFree(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            Service service;
            try (ServerSocket _ = Stage.listen(stage.port)) {
                service = stage.serve("patient", stage.on(stage.port));
                assertEquals(List.of(FailureCode.BUSY), stage.codes());
                assertEquals(List.of(), stage.served());
                Stage.await(() -> stage.toldAt(Level.WARNING, "tries again until it does") > 0);
                // more attempts, after 100 and 200 ms
                AnyIO.run(() -> AnyIO.sleep(Duration.ofMillis(400)));
            }
            Stage.await(() -> stage.ask(stage.port).equals("patient"));
            assertEquals(1, stage.toldAt(Level.WARNING, "tries again until it does"));
            service.unregister();
            Service refused = stage.serve("never", Map.of("anyio.tcp.port", stage.port, "anyio.tcp.host", "192.0.2.1"));
            assertEquals(List.of(FailureCode.REFUSED), stage.codes());
            refused.unregister();
        }
    }

    // ---- what is reported

    @EachBackend @Proves("WB-46")
    void thePropertiesOfTheRuntimeFollowWhatIsServed(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            assertEquals(List.of(), stage.framework.endpoints());
            assertEquals("north", stage.framework.announced.getLast().get("region"));
            long before = stage.framework.changeCount();
            Service service = stage.serve("here", stage.on(stage.port));
            assertEquals(List.of("tcp://127.0.0.1:" + stage.port), stage.framework.endpoints());
            long served = stage.framework.changeCount();
            assertTrue(served > before);
            service.modify(stage.on(stage.port, "of.others", 1));
            assertEquals("here", stage.ask(stage.port));
            assertEquals(served, stage.framework.changeCount());
            try (ServerSocket _ = Stage.listen(stage.port + 1)) {
                service.modify(stage.on(stage.port + 1));
                assertEquals(List.of(), stage.framework.endpoints());
            }
            Stage.await(() -> stage.framework.endpoints().equals(List.of("tcp://127.0.0.1:" + (stage.port + 1))));
            assertTrue(stage.framework.changeCount() > served);
            service.unregister();
            assertEquals(List.of(), stage.framework.endpoints());
            long counted = stage.framework.changeCount();
            Service wrong = stage.serve("wrong", Map.of("anyio.tcp.port", "http"));
            assertEquals(counted + 1, stage.framework.changeCount(), "what has failed counts, too");
            wrong.unregister();
        }
    }

    // ---- the end

    @EachBackend @Proves("WB-48")
    void whenTheWhiteboardGoesAllHasEnded(String backend) throws Exception {
        CountDownLatch ended = new CountDownLatch(2);
        try (Stage stage = new Stage(backend)) {
            stage.framework.service(stream -> {
                try {
                    stream.send("x".getBytes(UTF_8));
                    AnyIO.sleepForever();
                } finally {
                    ended.countDown();
                }
            }, stage.on(new int[]{stage.port, stage.port + 1})).register();
            try (Socket one = stage.connect(stage.port); Socket two = stage.connect(stage.port + 1)) {
                assertEquals("xx", Stage.read(one) + Stage.read(two));
                stage.board.close();
                assertEquals(0, ended.getCount());
                assertEquals(0, stage.framework.handlersInUse.get());
                Stage.listen(stage.port).close();
                Stage.listen(stage.port + 1).close();
            }
        }
    }
}
