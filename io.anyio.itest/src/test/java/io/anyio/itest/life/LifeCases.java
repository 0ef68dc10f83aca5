package io.anyio.itest.life;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import io.anyio.api.task.EventLoop;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.whiteboard.FailedListenerDTO;
import io.anyio.api.whiteboard.WhiteboardRuntime;
import io.anyio.itest.exam.UserBundle;
import io.anyio.itest.owner.Board;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.inject.Inject;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** How the whiteboard and the owners live with a framework: run in each. */
abstract class LifeCases {
    static final String ECHO = "user.echo";
    private static final int TIMEOUT_MILLIS = 10_000;

    @Inject
    BundleContext context;

    @Inject
    ConfigurationAdmin configurations;

    private Board board;
    private int port;

    @BeforeEach
    void open() throws IOException {
        board = new Board(context);
        port = freePort();
    }

    @AfterEach
    void close() throws Exception {
        Bundle user = context.getBundle(UserBundle.location(ECHO));
        if (user != null) {
            user.uninstall();
        }
        owners().delete();
        board.close();
    }

    /** Below the range from which the system takes ports by itself. */
    static int freePort() throws IOException {
        for (int candidate = 20_000 + (int) (System.nanoTime() % 10_000);; candidate++) {
            try (ServerSocket _ = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress())) {
                return candidate;
            } catch (IOException e) {
                if (candidate > 32_000) {
                    throw e;
                }
            }
        }
    }

    // ---- what the whiteboard makes of services

    private ServiceRegistration<ConnectionHandler> register(String answer, Map<String, Object> properties) {
        ConnectionHandler handler = stream -> {
            for (byte[] _ : stream) {
                stream.send(answer.getBytes(UTF_8));
            }
        };
        return context.registerService(ConnectionHandler.class, handler, FrameworkUtil.asDictionary(properties));
    }

    private Map<String, Object> onPort(Object... more) {
        Map<String, Object> properties = new HashMap<>(Map.of("anyio.tcp.port", port, "anyio.tcp.host", "127.0.0.1"));
        for (int i = 0; i < more.length; i += 2) {
            properties.put((String) more[i], more[i + 1]);
        }
        return properties;
    }

    private List<FailedListenerDTO> failed() {
        return runtime().failedListeners();
    }

    private WhiteboardRuntime runtime() {
        ServiceReference<WhiteboardRuntime> reference = Books.await(
                () -> context.getServiceReference(WhiteboardRuntime.class), found -> found != null,
                "There is a whiteboard");
        return context.getService(reference);
    }

    /** Who answers on the port; empty if nobody listens. */
    private String ask(int where) {
        try (Socket socket = connect(where)) {
            return ask(socket);
        } catch (IOException e) {
            return "";
        }
    }

    private static Socket connect(int where) throws IOException {
        Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), where);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return socket;
    }

    private static String ask(Socket socket) throws IOException {
        socket.getOutputStream().write('?');
        byte[] answer = new byte[100];
        int length = socket.getInputStream().read(answer);
        return length < 0 ? "" : new String(answer, 0, length, UTF_8);
    }

    private void awaitAnswer(String wanted) {
        Books.await(() -> ask(port), wanted::equals, "'" + wanted + "' answers on port " + port);
    }

    @Test
    void aBusyPortIsTakenOnceItIsFree() throws Exception {
        ServiceRegistration<ConnectionHandler> registration;
        try (ServerSocket busy = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            registration = register("patient", onPort());
            FailedListenerDTO waiting = failed().getFirst();
            assertTrue(waiting.reason().contains("in use"), waiting.reason());
            assertEquals(List.of(), runtime().listeners());
            assertTrue(busy.isBound());
        }
        awaitAnswer("patient");
        assertEquals(List.of(), failed());
        assertEquals(port, runtime().listeners().getFirst().port());
        registration.unregister();
        assertEquals("", ask(port));
    }

    @Test
    void aServiceThatWaitsForAPortCanGo() throws Exception {
        Books before = Books.now();
        try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            register("patient", onPort()).unregister();
            assertEquals(List.of(), failed());
        }
        Books.await(Books::now, now -> now.isWithin(before), "Nothing is left, as " + before);
        assertEquals("", ask(port));
    }

    @Test
    void theHighestRankingGetsThePortAndTheNextTakesOver() throws Exception {
        ServiceRegistration<ConnectionHandler> first = register("first", onPort());
        ServiceRegistration<ConnectionHandler> second = register("second", onPort());
        assertEquals("first", ask(port), "the lower id, if nobody is ranked higher");
        assertTrue(failed().getFirst().reason().contains("belongs to the service"), failed().toString());
        ServiceRegistration<ConnectionHandler> third = register("third", onPort("service.ranking", 5));
        awaitAnswer("third");
        assertEquals(2, failed().size());
        second.setProperties(FrameworkUtil.asDictionary(onPort("service.ranking", 7)));
        awaitAnswer("second");
        second.setProperties(FrameworkUtil.asDictionary(onPort("service.ranking", 7, "anyio.tcp.port", 0)));
        awaitAnswer("third");
        third.unregister();
        awaitAnswer("first");
        first.unregister();
        assertEquals("", ask(port));
        second.unregister();
        assertEquals(List.of(), runtime().listeners());
    }

    @Test
    void aChangeThatIsNoneKeepsConnections() throws Exception {
        ServiceRegistration<ConnectionHandler> registration = register("kept", onPort());
        try (Socket socket = connect(port)) {
            assertEquals("kept", ask(socket));
            registration.setProperties(
                    FrameworkUtil.asDictionary(
                            onPort("service.ranking", 3, "of.others", "value", "anyio.tcp.port", "" + port)));
            assertEquals("kept", ask(socket));
        }
        registration.unregister();
    }

    @Test
    void whatIsWrongIsOneFailedListenerWithItsReason() {
        ServiceRegistration<ConnectionHandler> good = register("good", onPort());
        Map<Map<String, Object>, String> wrong = Map.of(
                Map.of("anyio.tcp.port", new int[]{port, port + 1}),
                "anyio.tcp.port is '[" + port + ", " + (port + 1) + "]'",
                Map.of("anyio.tcp.port", port, "anyio.tcp.reusePort", "ja"), "anyio.tcp.reusePort is 'ja'",
                Map.of("anyio.tcp.prot", port), "anyio.tcp.prot is unknown",
                Map.of("anyio.tcp.port", port, "anyio.tcp.hots", "::1"), "anyio.tcp.hots is unknown",
                Map.of("anyio.tcp.port", "http"), "anyio.tcp.port is 'http'");
        wrong.forEach((properties, reason) -> {
            ServiceRegistration<ConnectionHandler> bad = register("bad", properties);
            assertEquals(1, failed().size());
            assertTrue(failed().getFirst().reason().contains(reason), failed().toString());
            assertEquals("good", ask(port));
            bad.setProperties(FrameworkUtil.asDictionary(Map.of("anyio.tcp.port", 0)));
            assertEquals(List.of(), failed());
            assertEquals(2, runtime().listeners().size());
            bad.unregister();
        });
        good.unregister();
    }

    @Test
    void anotherGraceRestartsNothingAndAWrongOneTakesNothingDown() throws Exception {
        UserBundle.start(context, ECHO);
        int where = Books.await(() -> runtime().listeners(), found -> found.size() == 1, "The user bundle listens")
                .getFirst().port();
        ServiceReference<?> before = service("io.anyio.api.spi.Owners");
        try (Socket socket = connect(where)) {
            assertEquals("?", ask(socket));
            for (Object grace : new Object[]{700L, "800", "soon", -1, new long[]{1, 2}, 900L}) {
                owners().update(FrameworkUtil.asDictionary(Map.of("grace.millis", grace)));
                assertEquals("?", ask(socket));
            }
            Books.await(() -> before.getProperty("grace.millis"), Long.valueOf(900)::equals,
                    "The grace is changed in place");
            assertEquals(before, service("io.anyio.api.spi.Owners"));
            assertEquals("?", ask(socket));
            assertEquals(where,
                    runtime().listeners().stream().filter(listener -> listener.bundle().equals(ECHO)).findFirst()
                            .orElseThrow().port());
        }
    }

    @Test
    void whatIsNeverReleasedEndsWithItsBundle() throws Exception {
        Bundle user = UserBundle.start(context, ECHO);
        Owners owners = context.getService(context.getServiceReference(Owners.class));
        Holder holder = new Holder(user.getBundleId(), ECHO, null, () -> user.getState() != Bundle.ACTIVE);
        Owner owner = owners.open("EventLoop", holder);
        CompletableFuture<Thread> started = new CompletableFuture<>();
        TaskHandle<?> task = owner.spawn("is never released", () -> {
            started.complete(Thread.currentThread());
            AnyIO.sleepForever();
            return null;
        });
        started.get();
        user.stop();
        assertEquals(TaskHandle.Status.CANCELLED, task.status(), "it has ended when stop returns");
        assertThrows(LoopClosedException.class, () -> owners.open("EventLoop", holder).spawn("late", () -> 1));
    }

    private Configuration owners() throws IOException {
        return configurations.getConfiguration("io.anyio.impl.owners", "?");
    }

    private ServiceReference<?> service(String type) {
        return context.getServiceReference(type);
    }

    // ---- the flight recorder

    @Test
    void tasksAreRecordedAndLive() throws Exception {
        EventLoop loop = context.getService(context.getServiceReference(EventLoop.class));
        Path file = Files.createTempFile("life", ".jfr");
        try (Recording recording = new Recording()) {
            for (String event : List.of("TaskStart", "TaskEnd", "ScopeCancel", "LoopStall")) {
                recording.enable("io.anyio." + event);
            }
            recording.start();
            loop.run(() -> AnyIO.createTaskGroup().run(group -> group.spawn("recorded", AnyIO::checkpoint)));
            recording.stop();
            recording.dump(file);
            List<String> events = RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.hasField("name") && "recorded".equals(event.getString("name")))
                    .map(RecordedEvent::getEventType).map(type -> type.getName()).sorted().toList();
            assertEquals(List.of("io.anyio.TaskEnd", "io.anyio.TaskStart"), events);
        } finally {
            Files.delete(file);
        }
    }
}
