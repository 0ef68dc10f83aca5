package io.anyio.net.whiteboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.AnyIO;
import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.net.SocketStream;
import io.anyio.api.spi.Owners;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.BufferedByteReceiveStream;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.IncompleteReadException;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.api.task.LoopClosedException;
import io.anyio.impl.owner.HolderOwners;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.net.FaultyOwner;
import io.anyio.net.whiteboard.FakeFramework.Service;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Logger;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLKeyException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a server of the whiteboard counts as failures: what {@code serve} reports as errors, and nothing else. */
@Timeout(60)
class ServerFailuresTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final FakeFramework framework = new FakeFramework();
    private final HolderOwners owners = new HolderOwners(new LoopRuntime(), Duration.ofSeconds(20));
    private final Logger log = Logger.getLogger("user.bundle");

    @BeforeEach
    void silence() {
        log.setFilter(_ -> false);
    }

    @AfterEach
    void nothingIsLeft() {
        log.setFilter(null);
        owners.close();
        assertEquals(0, framework.handlersInUse.get());
    }

    private StreamServer open(Owners opening, ConnectionHandler handler) {
        Service service = framework.service(handler, Map.of("anyio.tcp.port", 0, "anyio.tcp.host", "127.0.0.1"));
        return Servers.open(framework, opening, service);
    }

    private static Socket connect(StreamServer server) throws IOException {
        Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), server.port().orElseThrow());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    /** After the end, when all has been counted. */
    private static long failures(StreamServer server) {
        server.close();
        return server.figures().failures();
    }

    private static Map<String, Throwable> ofTheOtherSide() {
        Map<String, Throwable> errors = new LinkedHashMap<>();
        for (IOException error : List.of(new EndOfStreamException(),
                new IncompleteReadException(new EndOfStreamException()), new BrokenResourceException("reset", null),
                new SSLHandshakeException("no"))) {
            errors.put(error + "", error);
            errors.put(error + " wrapped", new IllegalStateException(new UncheckedIOException(error)));
            errors.put(error + " in a group", new ExceptionGroup(List.of(error, new IOException(error))));
        }
        return errors;
    }

    private static Map<String, Throwable> ofTheHandler() {
        return Map.of("unchecked", new IllegalStateException("oops"), "checked", new Exception("oops"), "its own I/O",
                new FileNotFoundException("oops"), "its own keys", new SSLKeyException("oops"), "an Error",
                new StackOverflowError(),
                "a group", new ExceptionGroup(List.of(new EndOfStreamException(), new IllegalStateException("oops"))));
    }

    private long failuresOfOneThatThrows(Block<Exception> work) throws IOException {
        StreamServer server = open(owners, _ -> work.run());
        try (Socket client = connect(server)) {
            assertEquals(-1, client.getInputStream().read());
        }
        return failures(server);
    }

    @Test
    void theOtherSideIsNoFailure() throws IOException {
        for (Map.Entry<String, Throwable> error : ofTheOtherSide().entrySet()) {
            assertEquals(0, failuresOfOneThatThrows(() -> sneak(error.getValue())), error.getKey());
        }
    }

    @Test
    void aClientThatHangsUpWithinAMessageIsNoFailure() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        StreamServer server = open(owners, stream -> {
            try {
                new BufferedByteReceiveStream(stream).receiveExactly(10);
            } finally {
                over.countDown();
            }
        });
        try (Socket client = connect(server)) {
            client.getOutputStream().write(new byte[3]);
        }
        over.await();
        assertEquals(0, failures(server));
    }

    @Test
    void theHandlersOwnErrorIsAFailure() throws IOException {
        for (Map.Entry<String, Throwable> error : ofTheHandler().entrySet()) {
            assertEquals(1, failuresOfOneThatThrows(() -> sneak(error.getValue())), error.getKey());
        }
    }

    /** The handler was not cancelled: it throws an error that was kept. */
    @Test
    void aCancellationThatNobodyAskedForIsAFailure() throws IOException {
        assertEquals(1, failuresOfOneThatThrows(() -> {
            Throwable[] kept = new Throwable[1];
            CancelScope scope = AnyIO.openCancelScope();
            scope.cancel();
            scope.run(() -> kept[0] = assertThrows(Throwable.class, AnyIO::checkpoint));
            sneak(kept[0]);
        }));
    }

    /** A handler at work when its server ends, and what it makes of that. */
    private interface Reaction {
        void to(Throwable stop, SocketStream stream) throws Exception;
    }

    @Test
    void whatAStoppedHandlerThrowsIsNoFailure() throws Exception {
        Map<String, Reaction> reactions = new LinkedHashMap<>();
        reactions.put("lets the cancellation go", (stop, _) -> sneak(stop));
        reactions.put("wraps it", (stop, _) -> {
            throw new IllegalStateException("The work was not done", stop);
        });
        reactions.put("hides it", (_, _) -> {
            throw new IOException("oops");
        });
        reactions.put("fails as its stream is closed", (_, stream) -> {
            stream.close();
            AnyIO.openCancelScope(o -> o.shield(true)).run(stream::receive);
        });
        for (Map.Entry<String, Reaction> reaction : reactions.entrySet()) {
            StreamServer server = open(owners, stream -> {
                stream.send(new byte[1]);
                try {
                    AnyIO.sleepForever();
                } catch (Throwable e) {
                    reaction.getValue().to(e, stream);
                }
            });
            try (Socket client = connect(server); InputStream input = client.getInputStream()) {
                assertEquals(0, input.read());
                assertEquals(0, failures(server), reaction.getKey());
            }
        }
    }

    /** A connection cannot be taken over, by an error that is none of the operating system's. */
    @Test
    void aServerThatFailsListensAgain() throws IOException {
        FaultyOwner[] faulty = new FaultyOwner[1];
        StreamServer server = open((service, holder) -> {
            faulty[0] = new FaultyOwner(owners.open(service, holder));
            return faulty[0].asOwner();
        }, stream -> stream.send(new byte[]{7}));
        faulty[0].failAt(0);
        try (Socket lost = connect(server)) {
            assertEquals(-1, lost.getInputStream().read());
        } catch (SocketException e) {
            // reset
        }
        int answer = -1;
        for (long end = System.nanoTime() + PATIENCE.toNanos(); answer < 0 && System.nanoTime() < end;) {
            try (Socket next = connect(server)) {
                answer = next.getInputStream().read();
            } catch (IOException | NoSuchElementException e) {
                // not yet
            }
        }
        assertEquals(7, answer);
        assertEquals(0, failures(server));
    }

    /** Its owner is refused: the handler must be let go of, too. */
    @Test
    void aServerThatCannotBeOpenedKeepsNoHandler() {
        Owners refusing = (_, _) -> {
            throw new LoopClosedException("it stops");
        };
        assertThrows(LoopClosedException.class, () -> open(refusing, _ -> {}));
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> void sneak(Throwable thrown) throws X {
        throw (X) thrown;
    }
}
