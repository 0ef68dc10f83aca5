package io.anyio.itest.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.tls.TlsAttribute;
import io.anyio.api.tls.TlsContext;
import io.anyio.api.whiteboard.FailureCode;
import io.anyio.api.whiteboard.ListenerDTO;
import io.anyio.api.whiteboard.WhiteboardRuntime;
import io.anyio.itest.exam.UserBundle;
import io.anyio.itest.owner.Board;
import io.anyio.itest.table.Keys;
import io.anyio.proof.Proves;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import javax.inject.Inject;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.wiring.BundleWiring;

/** Servers and connections of user bundles: run in a framework on each backend. */
abstract class NetCases {
    /** A task ends a few instructions before its thread. */
    private static final Duration A_MOMENT = Duration.ofSeconds(5);

    static final String ECHO = "user.echo";
    static final String BY_HAND = "user.by.hand";
    static final String DATAGRAMS = "user.datagrams";
    static final String SECURE = "user.secure";
    static final String FAREWELL = "user.farewell";
    static final String PIPE = "user.pipe";
    private static final int TIMEOUT_MILLIS = 10_000;

    @Inject
    BundleContext context;

    @Inject
    WhiteboardRuntime whiteboard;

    Board board;

    @BeforeEach
    void open(TestReporter reporter) {
        reporter.publishEntry("anyio.backend", backend());
        board = new Board(context);
    }

    @AfterEach
    void close() throws Exception {
        for (String name : List.of(ECHO, FAREWELL, BY_HAND, DATAGRAMS, SECURE, PIPE)) {
            Bundle bundle = context.getBundle(UserBundle.location(name));
            if (bundle != null) {
                bundle.uninstall();
            }
        }
        for (String name : List.of("io.anyio.impl", "io.anyio.net", "io.anyio.tls")) {
            bundle(name).start();
        }
        board.close();
    }

    abstract String backend();

    @Test
    void theWhiteboardAnswersAPlainSocket() throws Exception {
        UserBundle.start(context, ECHO);
        try (Socket socket = connect()) {
            assertEquals("hello", talk(socket, "hello"));
            assertEquals("again", talk(socket, "again"));
        }
        board.await("handler.ended");
    }

    @Test @Proves("WB-30")
    void theWhiteboardEncryptsByTheNameOfAContext(@TempDir Path folder) throws Exception {
        SSLContext keys = Keys.make(folder);
        ConnectionHandler handler = stream -> {
            String version = stream.attribute(TlsAttribute.TLS_VERSION);
            for (byte[] _ : stream) {
                stream.send(version.getBytes(UTF_8));
            }
        };
        ServiceRegistration<ConnectionHandler> server = context.registerService(ConnectionHandler.class, handler,
                FrameworkUtil.asDictionary(
                        Map.of("anyio.tcp.port", 0, "anyio.tcp.host", "127.0.0.1", "anyio.tcp.tls", "public")));
        assertEquals(FailureCode.NO_TLS, whiteboard.failedListeners().getFirst().code());
        ServiceRegistration<TlsContext> named = context.registerService(TlsContext.class, () -> keys,
                FrameworkUtil.asDictionary(Map.of(TlsContext.NAME, "public")));
        assertEquals(List.of(), whiteboard.failedListeners());
        int port = whiteboard.listeners().getFirst().port();
        try (Socket plain = new Socket(InetAddress.getByName("127.0.0.1"), port);
                Socket secure = keys.getSocketFactory().createSocket(plain, "localhost", port, true)) {
            assertEquals("TLSv1.3", talk(secure, "version"));
            named.unregister();
            assertEquals("TLSv1.3", talk(secure, "version"));
        } finally {
            server.unregister();
        }
    }

    @Test @Proves("WB-04")
    void aConnectionsTaskBelongsToTheUserBundle() throws Exception {
        Bundle bundle = UserBundle.start(context, ECHO);
        try (Socket socket = connect()) {
            assertEquals("hello", talk(socket, "hello"));
            assertSame(bundle.adapt(BundleWiring.class).getClassLoader(), board.await("handler.loader"));
            String task = (String) board.await("handler.task");
            assertTrue(task.contains("EchoServer") && task.contains(String.valueOf(socket.getLocalPort())), task);
            assertEquals(1, threads("anyio-" + ECHO));
            assertEquals(0, threads("anyio-io.anyio.net"));
        }
    }

    @Test
    void aHandlerThatThrowsEndsItsConnectionOnly() throws Exception {
        UserBundle.start(context, ECHO);
        try (Socket bystander = connect(); Socket socket = connect()) {
            assertEquals("hello", talk(bystander, "hello"));
            socket.getOutputStream().write("boom".getBytes(UTF_8));
            assertEquals(-1, socket.getInputStream().read());
            assertEquals("still there", talk(bystander, "still there"));
        }
        try (Socket next = connect()) {
            assertEquals("next", talk(next, "next"));
        }
        assertEquals(1, whiteboard.listeners().getFirst().failures());
    }

    @Test
    void stoppingTheBundleLeavesNoTaskThreadDescriptorOrPort() throws Exception {
        Bundle bundle = UserBundle.start(context, ECHO);
        stopWithAConnection(bundle);
        long selectors = descriptors("anon_inode:[eventpoll]");
        long sockets = descriptors("socket:");
        for (int i = 0; i < 5; i++) {
            board.clear();
            bundle.start();
            int port = port();
            stopWithAConnection(bundle);
            assertNotNull(board.get("handler.ended"));
            assertTrue(((Thread) board.get("handler.thread")).join(A_MOMENT));
            assertEquals(0, threads("anyio-" + ECHO));
            assertEquals(selectors, descriptors("anon_inode:[eventpoll]"));
            assertEquals(sockets, descriptors("socket:"));
            new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
        }
    }

    @Test
    void stoppingTheBundleEndsItsWaitForAChannelOfTheJdk() throws Exception {
        Bundle bundle = UserBundle.start(context, PIPE);
        Pipe pipe = (Pipe) board.await("pipe");
        try (Pipe.SourceChannel source = pipe.source(); Pipe.SinkChannel sink = pipe.sink()) {
            assertEquals(3, sink.write(ByteBuffer.allocate(3)));
            assertEquals(3, board.await("pipe.read"));
            bundle.stop();
            assertEquals(true, board.get("pipe.user.ended"));
            assertFalse(source.isRegistered());
            assertTrue(source.isOpen());
        }
        assertEquals(0, threads("anyio-" + PIPE));
        // with its selector, which another test would count
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            assertTrue(!thread.getName().equals("anyio-channels") || thread.join(A_MOMENT));
        }
    }

    private void stopWithAConnection(Bundle bundle) throws Exception {
        try (Socket socket = connect()) {
            assertEquals("hello", talk(socket, "hello"));
            bundle.stop();
            assertEquals(-1, socket.getInputStream().read());
        }
        assertTrue(whiteboard.listeners().isEmpty());
    }

    @Test
    void everyClientGetsTheGoodbyeAndTheLogIsQuiet() throws Exception {
        Bundle bundle = UserBundle.start(context, FAREWELL);
        for (String cause : List.of("bundle", "io.anyio.net", "io.anyio.impl")) {
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                Socket client = connect(FAREWELL);
                assertEquals("hello", talk(client, "hello"));
                clients.add(client);
            }
            List<String> log = new CopyOnWriteArrayList<>();
            Handler watch = watch(log);
            Logger.getLogger("").addHandler(watch);
            try {
                (cause.equals("bundle") ? bundle : bundle(cause)).stop();
            } finally {
                Logger.getLogger("").removeHandler(watch);
            }
            for (Socket client : clients) {
                try (client) {
                    assertEquals("bye", new String(client.getInputStream().readAllBytes(), UTF_8), cause);
                }
            }
            assertEquals(List.of(), log, cause);
            bundle(cause.equals("bundle") ? FAREWELL : cause).start();
        }
    }

    private static Handler watch(List<String> log) {
        return new Handler() {
            @Override
            public void publish(LogRecord entry) {
                if (entry.getLevel().intValue() > Level.INFO.intValue()) {
                    log.add(entry.getLoggerName() + " " + entry.getMessage());
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }

    @Test
    void listenersAndConnectionsByHandEndWithTheirBundle() throws Exception {
        Bundle bundle = UserBundle.start(context, BY_HAND);
        int port = (int) board.await("listener.port");
        assertEquals("hello", board.get("client.received"));
        assertSame(bundle.adapt(BundleWiring.class).getClassLoader(), board.get("served.loader"));
        bundle.stop();
        assertNotNull(board.get("network.user.ended"));
        assertEquals(0, threads("anyio-" + BY_HAND));
        new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    }

    @Test
    void aUdpSocketEndsWithItsBundle() throws Exception {
        Bundle bundle = UserBundle.start(context, DATAGRAMS);
        echoDatagramsAndStop(bundle);
        long sockets = descriptors("socket:");
        for (int i = 0; i < 3; i++) {
            board.clear();
            bundle.start();
            echoDatagramsAndStop(bundle);
            assertEquals(sockets, descriptors("socket:"));
        }
    }

    private void echoDatagramsAndStop(Bundle bundle) throws Exception {
        int port = (int) board.await("udp.port");
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (DatagramSocket client = new DatagramSocket()) {
            client.setSoTimeout(TIMEOUT_MILLIS);
            client.send(new DatagramPacket("hello".getBytes(UTF_8), 5, loopback, port));
            DatagramPacket reply = new DatagramPacket(new byte[10], 10);
            client.receive(reply);
            assertEquals("hello", new String(reply.getData(), 0, reply.getLength(), UTF_8));
        }
        bundle.stop();
        assertNotNull(board.get("udp.user.ended"));
        assertEquals(0, threads("anyio-" + DATAGRAMS));
        new DatagramSocket(port, loopback).close();
    }

    @Test
    void tlsComesAndGoesWithItsBundleWhileOthersLiveOn() throws Exception {
        Bundle bundle = UserBundle.start(context, SECURE);
        assertEquals("hello", board.await("tls.received"));
        int port = (int) board.await("tls.port");
        assertEquals("ConnectionFailedException", board.await("tls.there"));

        bundle("io.anyio.tls").stop();
        assertNotNull(board.await("tls.user.ended"));
        new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
        String missing = (String) board.await("tls.missing");
        assertTrue(missing.contains("io.anyio.tls"), missing);

        board.clear();
        bundle("io.anyio.tls").start();
        assertEquals("hello", board.await("tls.received"));
        assertEquals("ConnectionFailedException", board.await("tls.there"));
        bundle.stop();
        assertNotNull(board.await("tls.user.ended"));
        for (Thread worker : Thread.getAllStackTraces().keySet()) {
            if (worker.getName().startsWith("anyio-" + SECURE)) {
                assertTrue(worker.join(Duration.ofSeconds(10)), "an idle worker thread ends with its run: " + worker);
            }
        }
    }

    @Test
    void aServerComesBackWithTheBundlesThatCarryIt() throws Exception {
        UserBundle.start(context, ECHO);
        for (String name : List.of("io.anyio.net", "io.anyio.impl")) {
            try (Socket socket = connect()) {
                assertEquals("hello", talk(socket, "hello"));
                bundle(name).stop();
                assertEquals(-1, socket.getInputStream().read());
            }
            assertEquals(0, threads("anyio-" + ECHO));
            bundle(name).start();
        }
        try (Socket socket = connect()) {
            assertEquals("back", talk(socket, "back"));
        }
    }

    private int port() {
        return port(ECHO);
    }

    private int port(String user) {
        // the runtime may be another one than the injected, if its bundle was started again
        WhiteboardRuntime runtime = context.getService(context.getServiceReference(WhiteboardRuntime.class));
        List<ListenerDTO> listeners = runtime.listeners();
        assertEquals(1, listeners.size());
        assertEquals(user, listeners.getFirst().bundle());
        return listeners.getFirst().port();
    }

    private Socket connect() throws IOException {
        return connect(ECHO);
    }

    private Socket connect(String user) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(user));
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return socket;
    }

    private static String talk(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
        return new String(socket.getInputStream().readNBytes(text.length()), UTF_8);
    }

    private Bundle bundle(String name) {
        return Stream.of(context.getBundles()).filter(bundle -> bundle.getSymbolicName().equals(name)).findFirst()
                .orElseThrow();
    }

    private static long threads(String name) {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith(name)).count();
    }

    private static long descriptors(String kind) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(descriptor -> target(descriptor).startsWith(kind)).count();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
