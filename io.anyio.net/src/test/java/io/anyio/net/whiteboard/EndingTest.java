package io.anyio.net.whiteboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.net.DatagramHandler;
import io.anyio.api.net.SocketStream;
import io.anyio.api.net.UdpPacket;
import io.anyio.api.net.UdpSocket;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.net.whiteboard.FakeFramework.Service;
import io.anyio.proof.Proves;
import io.anyio.testing.EachBackend;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import org.junit.jupiter.api.Timeout;

/** How handlers end when their service or their end point goes. */
@Timeout(120)
class EndingTest {
    /** Goes on until it is asked to finish and may, or is cancelled, and says which. */
    private static final class Polite implements ConnectionHandler {
        final CountDownLatch begun;
        final CountDownLatch asked;
        final List<String> ends = new CopyOnWriteArrayList<>();
        private final BooleanSupplier mayFinish;

        Polite(int handlers, BooleanSupplier mayFinish) {
            this.begun = new CountDownLatch(handlers);
            this.asked = new CountDownLatch(handlers);
            this.mayFinish = mayFinish;
        }

        @Override
        public void handle(SocketStream stream) {
            CancelScope scope = AnyIO.openCancelScope();
            begun.countDown();
            try {
                scope.run(() -> finish(scope));
            } catch (CancelledError e) {
                ends.add("cancelled " + e.reason());
                throw e;
            }
        }

        private void finish(CancelScope scope) {
            while (!scope.finishRequested()) {
                AnyIO.sleep(Duration.ofMillis(5));
            }
            asked.countDown();
            while (!mayFinish.getAsBoolean()) {
                AnyIO.sleep(Duration.ofMillis(5));
            }
            ends.add("finished");
        }
    }

    private static String endOf(String backend, boolean obeys, Duration most, String grace) throws Exception {
        Polite handler = new Polite(1, () -> obeys);
        try (Stage stage = new Stage(backend, most)) {
            Service service = stage.framework.service(handler, stage.on(stage.port, "anyio.tcp.grace", grace))
                    .register();
            try (Socket _ = stage.connect(stage.port)) {
                handler.begun.await();
                service.unregister();
            }
        }
        return handler.ends.getFirst();
    }

    @EachBackend @Proves("WB-29")
    void handlersMayFinishWithinTheGrace(String backend) throws Exception {
        assertEquals("finished", endOf(backend, true, Stage.GRACE, "1h"));
        assertCancelledAfter("PT0.05S", endOf(backend, false, Stage.GRACE, "50ms"));
        assertTrue(endOf(backend, false, Stage.GRACE, "0").startsWith("cancelled"));
    }

    private static void assertCancelledAfter(String grace, String end) {
        assertTrue(end.startsWith("cancelled") && end.endsWith("within " + grace), end);
    }

    @EachBackend @Proves("WB-29")
    void theGraceIsAtMostThatOfTheBundle(String backend) throws Exception {
        assertCancelledAfter("PT0.3S", endOf(backend, false, Duration.ofMillis(300), "1h"));
    }

    private static void allFinishIfAllAreAsked(String backend, Object... grace) throws Exception {
        int[] several = {0, 1, 2};
        Polite[] handler = new Polite[1];
        handler[0] = new Polite(several.length, () -> handler[0].asked.getCount() == 0);
        try (Stage stage = new Stage(backend)) {
            for (int i = 0; i < several.length; i++) {
                several[i] += stage.port;
            }
            Service service = stage.framework.service(handler[0], stage.on(several, grace)).register();
            List<Socket> sockets = new ArrayList<>();
            for (int port : several) {
                sockets.add(stage.connect(port));
            }
            handler[0].begun.await();
            service.unregister();
            for (Socket socket : sockets) {
                socket.close();
            }
        }
        assertEquals(Collections.nCopies(several.length, "finished"), handler[0].ends);
    }

    @EachBackend @Proves("WB-29")
    void theEndPointsOfAServiceShareOneGrace(String backend) throws Exception {
        allFinishIfAllAreAsked(backend, "anyio.tcp.grace", "1s");
        allFinishIfAllAreAsked(backend);
    }

    /** The socket of the first server is replaced; its connection goes on, and ends within the same grace. */
    @EachBackend @Proves("WB-29")
    void soDoServersThatListenNoMore(String backend) throws Exception {
        Polite[] handler = new Polite[1];
        handler[0] = new Polite(2, () -> handler[0].asked.getCount() == 0);
        try (Stage stage = new Stage(backend)) {
            Service service = stage.framework.service(handler[0], stage.on(stage.port, "anyio.tcp.grace", "1s"))
                    .register();
            try (Socket _ = stage.connect(stage.port)) {
                Stage.await(() -> handler[0].begun.getCount() == 1);
                service.modify(stage.on(stage.port, "anyio.tcp.grace", "1s", "anyio.tcp.backlog", 7));
                try (Socket _ = stage.connect(stage.port)) {
                    handler[0].begun.await();
                    service.unregister();
                }
            }
        }
        assertEquals(List.of("finished", "finished"), handler[0].ends);
    }

    @EachBackend @Proves("WB-29")
    void aTaskLeavesTheGraceToAThread(String backend) throws Exception {
        CountDownLatch free = new CountDownLatch(1);
        Polite handler = new Polite(1, () -> free.getCount() == 0);
        try (Stage stage = new Stage(backend)) {
            Service service = stage.framework.service(handler, stage.on(stage.port, "anyio.tcp.grace", "10s"))
                    .register();
            try (Socket _ = stage.connect(stage.port)) {
                handler.begun.await();
                AnyIO.run(service::unregister);
                Stage.listen(stage.port).close();
                assertEquals(1, stage.framework.handlersInUse.get());
                free.countDown();
                Stage.await(() -> stage.framework.handlersInUse.get() == 0);
            }
        }
        assertEquals(List.of("finished"), handler.ends);
    }

    @EachBackend @Proves("WB-29")
    void aHandlerThatEndsItsServiceMaySayGoodBye(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            AtomicReference<Service> service = new AtomicReference<>();
            service.set(stage.framework.service(stream -> {
                stream.receive();
                service.get().unregister();
                AnyIO.sleep(Duration.ofMillis(50));
                stream.send("bye".getBytes(UTF_8));
            }, stage.on(stage.port, "anyio.tcp.grace", "10s")).register());
            try (Socket socket = stage.connect(stage.port)) {
                assertEquals("bye", Stage.ask(socket));
            }
            Stage.await(() -> stage.framework.handlersInUse.get() == 0);
        }
    }

    // ---- datagrams

    /** Answers when it is asked to finish, or may. */
    private static final class Slow implements DatagramHandler {
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch free = new CountDownLatch(1);

        @Override
        public void handle(UdpPacket packet, UdpSocket socket) throws IOException {
            begun.countDown();
            CancelScope scope = AnyIO.openCancelScope();
            scope.run(() -> {
                while (!scope.finishRequested() && free.getCount() > 0) {
                    AnyIO.sleep(Duration.ofMillis(5));
                }
            });
            socket.send(packet);
        }
    }

    private static Map<String, Object> udp(int port, int ranking) {
        return Map.of("anyio.udp.port", port, "anyio.udp.host", "127.0.0.1", "service.ranking", ranking);
    }

    private static void send(DatagramSocket client, int port, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        client.send(new DatagramPacket(bytes, bytes.length, InetAddress.getByName("127.0.0.1"), port));
    }

    private static String receive(DatagramSocket client) throws IOException {
        client.setSoTimeout(20_000);
        DatagramPacket answer = new DatagramPacket(new byte[100], 100);
        client.receive(answer);
        return new String(answer.getData(), 0, answer.getLength(), UTF_8);
    }

    private static boolean isFree(int port) {
        try (DatagramSocket _ = new DatagramSocket(port, InetAddress.getByName("127.0.0.1"))) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @EachBackend @Proves({"WB-03", "WB-29"})
    void aDatagramThatIsBeingHandledMayBeAnswered(String backend) throws Exception {
        Slow handler = new Slow();
        try (Stage stage = new Stage(backend); DatagramSocket client = new DatagramSocket()) {
            Service service = stage.framework.service(DatagramHandler.class, handler, udp(stage.port, 0)).register();
            send(client, stage.port, "last");
            handler.begun.await();
            service.unregister();
            assertEquals("last", receive(client));
            assertTrue(isFree(stage.port));
        }
    }

    @EachBackend @Proves({"WB-22", "WB-28"})
    void anEndPointOfDatagramsGoesWhenTheLastOneIsHandled(String backend) throws Exception {
        Slow handler = new Slow();
        try (Stage stage = new Stage(backend); DatagramSocket client = new DatagramSocket()) {
            Service service = stage.framework.service(DatagramHandler.class, handler, udp(stage.port, 0)).register();
            send(client, stage.port, "first");
            handler.begun.await();
            DatagramHandler next = (packet, socket) -> socket.send(packet);
            Service better = stage.framework.service(DatagramHandler.class, next, udp(stage.port, 1)).register();
            service.modify(udp(stage.port + 1, 0));
            handler.free.countDown();
            assertEquals("first", receive(client));
            Stage.await(() -> stage.served().size() == 2);
            for (int port : List.of(stage.port, stage.port + 1)) {
                send(client, port, "second");
                assertEquals("second", receive(client));
            }
            Stage.await(() -> stage.framework.handlersInUse.get() == 2);
            assertEquals(0, stage.toldAt(Level.SEVERE, ""));
            service.unregister();
            better.unregister();
        }
    }
}
