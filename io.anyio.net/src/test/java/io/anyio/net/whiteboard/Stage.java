package io.anyio.net.whiteboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.task.LoopOptions;
import io.anyio.api.whiteboard.FailedListenerDTO;
import io.anyio.api.whiteboard.FailureCode;
import io.anyio.api.whiteboard.ListenerDTO;
import io.anyio.impl.owner.HolderOwners;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.net.whiteboard.FakeFramework.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.logging.Filter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** A whiteboard in a framework, with a backend for the bundle of the handlers. */
final class Stage implements AutoCloseable {
    static final Duration GRACE = Duration.ofSeconds(20);
    private static final int PATIENCE_MILLIS = 20_000;

    final FakeFramework framework = new FakeFramework();
    final List<LogRecord> told = new CopyOnWriteArrayList<>();
    final HolderOwners owners;
    final Board board;
    final int port;
    private final Logger log = Logger.getLogger("user.bundle");
    private final Logger ours = Logger.getLogger("io.anyio.net");

    Stage(String backend) throws IOException {
        this(backend, GRACE);
    }

    Stage(String backend, Duration grace) throws IOException {
        owners = new HolderOwners(new LoopRuntime(), grace, LoopOptions.DEFAULT.backend(backend));
        board = new Board(framework.context, owners, Map.of("region", "north"));
        port = freePort();
        Filter filter = told::add;
        log.setFilter(entry -> filter.isLoggable(entry) && false);
        ours.setFilter(entry -> filter.isLoggable(entry) && false);
        log.setLevel(Level.ALL);
        board.open();
    }

    @Override
    public void close() {
        try {
            board.close();
            assertEquals(0, framework.handlersInUse.get(), "every handler is released");
        } finally {
            owners.close();
            log.setFilter(null);
            log.setLevel(null);
            ours.setFilter(null);
        }
    }

    /** Three of them, below the range from which the system takes ports by itself. */
    private static int freePort() throws IOException {
        for (int candidate = 12_000 + (int) (System.nanoTime() % 9_000);; candidate += 3) {
            try (ServerSocket _ = listen(candidate);
                    ServerSocket _ = listen(candidate + 1);
                    ServerSocket _ = listen(candidate + 2)) {
                return candidate;
            } catch (IOException e) {
                if (candidate > 30_000) {
                    throw e;
                }
            }
        }
    }

    static ServerSocket listen(int where) throws IOException {
        return new ServerSocket(where, 1, InetAddress.getByName("127.0.0.1"));
    }

    /** Properties for a port of this machine, and more. */
    Map<String, Object> on(Object ports, Object... more) {
        Map<String, Object> properties = new HashMap<>(
                Map.of("anyio.tcp.port", ports, "anyio.tcp.host", "127.0.0.1"));
        return with(properties, more);
    }

    static Map<String, Object> with(Map<String, Object> properties, Object... more) {
        Map<String, Object> all = new HashMap<>(properties);
        for (int i = 0; i < more.length; i += 2) {
            all.put((String) more[i], more[i + 1]);
        }
        return all;
    }

    /** Answers each byte by a word. */
    static ConnectionHandler answering(String word) {
        return stream -> {
            for (byte[] _ : stream) {
                stream.send(word.getBytes(UTF_8));
            }
        };
    }

    Service serve(String word, Map<String, Object> properties) {
        return framework.service(answering(word), properties).register();
    }

    Socket connect(int where) throws IOException {
        Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), where);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    static String ask(Socket socket) throws IOException {
        socket.getOutputStream().write('?');
        return read(socket);
    }

    static String read(Socket socket) throws IOException {
        byte[] answer = new byte[100];
        int length = socket.getInputStream().read(answer);
        return length < 0 ? "" : new String(answer, 0, length, UTF_8);
    }

    /** Who answers on a port; empty if nobody listens. */
    String ask(int where) {
        try (Socket socket = connect(where)) {
            return ask(socket);
        } catch (IOException e) {
            return "";
        }
    }

    static void await(BooleanSupplier condition) {
        await("in time", condition);
    }

    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofMillis(PATIENCE_MILLIS).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, what);
            Thread.onSpinWait();
        }
    }

    List<ListenerDTO> served() {
        return board.listeners();
    }

    List<FailedListenerDTO> failed() {
        return board.failedListeners();
    }

    List<FailureCode> codes() {
        return failed().stream().map(FailedListenerDTO::code).toList();
    }

    List<String> endpoints() {
        return served().stream().map(ListenerDTO::endpoint).toList();
    }

    long toldAt(Level level, String part) {
        return told.stream().filter(entry -> entry.getLevel().equals(level) && entry.getMessage().contains(part))
                .count();
    }
}
