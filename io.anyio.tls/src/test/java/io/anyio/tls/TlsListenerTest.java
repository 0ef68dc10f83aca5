package io.anyio.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.sync.Event;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.task.TimedOutException;
import io.anyio.api.tls.HandshakeErrorHandler;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsAttribute;
import io.anyio.api.tls.TlsListener;
import io.anyio.api.tls.TlsListenerOptions;
import io.anyio.api.tls.TlsStream;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** TLS for each connection of a listener, over real sockets. */
class TlsListenerTest {
    private static SSLContext context;

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        context = TestKeys.make(folder).context("TLS");
    }

    /** Takes what is logged for the user of a listener. */
    private static final class TlsLog extends Handler implements AutoCloseable {
        private final Logger logger = Logger.getLogger("io.anyio");
        private final List<LogRecord> records = new ArrayList<>();

        TlsLog() {
            logger.setUseParentHandlers(false);
            logger.setLevel(Level.ALL);
            logger.addHandler(this);
        }

        @Override
        public void publish(LogRecord entry) {
            if (entry.getLoggerName().equals(logger.getName())) {
                records.add(entry);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            logger.removeHandler(this);
            logger.setLevel(null);
            logger.setUseParentHandlers(true);
        }
    }

    private static SocketListener listen() throws IOException {
        return AnyIO.service(Listeners.class).tcp(0, o -> o.host("127.0.0.1"));
    }

    private static TlsListener tls(SocketListener sockets, UnaryOperator<TlsListenerOptions> options) {
        return AnyIO.service(Tls.class).listen(sockets, o -> options.apply(o.context(context)));
    }

    private static SocketStream connect(SocketListener sockets) throws IOException {
        return AnyIO.service(Network.class).connectTcp("127.0.0.1", sockets.localPort());
    }

    private static TlsStream encrypt(ByteStream stream) throws IOException {
        return AnyIO.service(Tls.class).wrap(stream,
                o -> o.hostname("localhost").context(context).standardCompatible(false));
    }

    private static void echo(TlsStream stream) throws IOException {
        try (stream) {
            for (byte[] chunk : stream) {
                stream.send(chunk);
            }
        }
    }

    private static void assertEchoes(SocketListener sockets) throws IOException {
        try (TlsStream stream = encrypt(connect(sockets))) {
            stream.send("hello".getBytes(UTF_8));
            assertEquals("hello", new String(stream.receive(), UTF_8));
        }
    }

    @AnyioTest @Proves({"TLS-36", "TLS-37"})
    void aSlowHandshakeDelaysNoOtherConnection(TaskGroup<?> group) throws IOException {
        try (SocketListener sockets = listen()) {
            TlsListener listener = tls(sockets, o -> o.standardCompatible(false));
            group.spawn("serve", () -> listener.serve(TlsListenerTest::echo));
            SocketStream silent = connect(sockets);
            assertEchoes(sockets);
            try (TlsStream stream = encrypt(silent)) {
                stream.send("late".getBytes(UTF_8));
                assertEquals("late", new String(stream.receive(), UTF_8));
            }
            group.cancel();
        }
    }

    @AnyioTest @Proves({"TLS-38", "TLS-39"})
    void theHookGetsTheErrorAndTheRawStreamInsteadOfTheHandler(TaskGroup<?> group) throws Exception {
        MemoryObjectStream<Exception> errors = AnyIO.createMemoryObjectStream(2);
        MemoryObjectStream<ByteStream> streams = AnyIO.createMemoryObjectStream(2);
        HandshakeErrorHandler hook = (error, stream) -> {
            streams.sender().send(stream);
            errors.sender().send(error);
        };
        try (SocketListener sockets = listen(); errors; streams) {
            TlsListener listener = tls(sockets, o -> o.onHandshakeError(hook));
            group.spawn("serve", () -> listener.serve(stream -> {
                throw new AssertionError("the handler was called");
            }));

            connect(sockets).close();
            assertInstanceOf(BrokenResourceException.class, errors.receiver().receive());

            try (SocketStream plain = connect(sockets)) {
                plain.send("GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8));
                assertInstanceOf(SSLException.class, errors.receiver().receive());
            }
            for (int i = 0; i < 2; i++) {
                ByteStream stream = streams.receiver().receive();
                assertInstanceOf(SocketStream.class, stream);
                assertThrows(ClosedResourceException.class, stream::receive);
            }
            group.cancel();
        }
    }

    @AnyioTest @Proves("TLS-40")
    void aHandshakeThatTakesTooLongEndsInTheHookAndTheConnectionIsClosed(TaskGroup<?> group) throws Exception {
        assertEquals(Duration.ofSeconds(30), TlsListenerOptions.DEFAULT.handshakeTimeout());
        MemoryObjectStream<Exception> errors = AnyIO.createMemoryObjectStream(1);
        try (SocketListener sockets = listen(); errors) {
            TlsListener listener = tls(sockets,
                    o -> o.handshakeTimeout(Duration.ofMillis(500))
                            .onHandshakeError((error, _) -> errors.sender().send(error)));
            group.spawn("serve", () -> listener.serve(TlsListenerTest::echo));
            try (SocketStream silent = connect(sockets)) {
                assertThrows(EndOfStreamException.class, silent::receive);
            }
            TimedOutException error = assertInstanceOf(TimedOutException.class, errors.receiver().receive());
            assertTrue(error.getMessage() != null && error.getMessage().contains("TLS handshake"), error.getMessage());
            group.cancel();
        }
    }

    @AnyioTest @Proves({"TLS-41", "TLS-42", "TLS-43"})
    void withoutAHookTheFailureIsLoggedTheConnectionClosedAndTheListenerGoesOn(TaskGroup<?> group) throws IOException {
        try (SocketListener sockets = listen(); TlsLog log = new TlsLog()) {
            TlsListener listener = tls(sockets, o -> o.standardCompatible(false));
            TaskHandle<?> serving = group.spawn("serve", () -> listener.serve(TlsListenerTest::echo));
            try (SocketStream plain = connect(sockets)) {
                plain.send("GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8));
                for (byte[] alert : plain) {
                    assertEquals(21, alert[0], "the type of TLS alerts");
                }
            }
            assertEquals(1, log.records.size());
            LogRecord logged = log.records.getFirst();
            assertEquals(Level.FINE, logged.getLevel(), "clients that speak no TLS come every day");
            assertNull(logged.getThrown());
            assertTrue(logged.getMessage().contains("javax.net.ssl.SSLException"), logged.getMessage());
            assertFalse(logged.getMessage().contains("\n"), logged.getMessage());
            assertEchoes(sockets);

            SocketStream unfinished = connect(sockets);
            assertEchoes(sockets);
            serving.cancel();
            assertThrows(EndOfStreamException.class, unfinished::receive);
            serving.awaitEnd();
            assertEquals(1, log.records.size(), "a cancellation is not logged");
            unfinished.close();
        }
    }

    @AnyioTest @Proves("TLS-42")
    void aFaultOfTheServerIsAnErrorWithItsStack(TaskGroup<?> group) throws IOException {
        IOException reason = new IOException("no such key store");
        try (SocketListener sockets = listen(); TlsLog log = new TlsLog()) {
            TlsListener listener = AnyIO.service(Tls.class).listen(sockets, o -> o.session(s -> s.contextSource(() -> {
                throw reason;
            })));
            group.spawn("serve", () -> listener.serve(TlsListenerTest::echo));
            try (SocketStream client = connect(sockets)) {
                assertThrows(EndOfStreamException.class, client::receive);
            }
            assertEquals(1, log.records.size());
            assertEquals(Level.SEVERE, log.records.getFirst().getLevel());
            assertSame(reason, log.records.getFirst().getThrown().getCause());
            group.cancel();
        }
    }

    @AnyioTest
    void aHandshakeThatFailsInAnIsolatedHandlerIsOneLineAtDebug(TaskGroup<?> group) throws IOException {
        Logger logger = Logger.getLogger("io.anyio");
        List<LogRecord> records = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                records.add(entry);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        try (SocketListener sockets = listen()) {
            Tls tls = AnyIO.service(Tls.class);
            group.spawn("serve",
                    () -> sockets.serve(
                            socket -> tls.wrap(socket,
                                    o -> o.context(context).handshakeTimeout(Duration.ofMillis(500))),
                            o -> o.isolated(true)));
            SocketStream gone = connect(sockets);
            gone.close();
            try (SocketStream plain = connect(sockets); SocketStream silent = connect(sockets)) {
                plain.send("GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8));
                for (byte[] alert : plain) {
                    assertEquals(21, alert[0], "the type of TLS alerts");
                }
                assertThrows(EndOfStreamException.class, silent::receive);
            }
            assertEquals(List.of(),
                    records.stream().filter(r -> r.getLevel().intValue() > Level.INFO.intValue())
                            .map(LogRecord::getMessage).toList());
            group.cancel();
        } finally {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
        }
    }

    @AnyioTest @Proves("TLS-41")
    void anErrorThatIsFatalPassesTheHookAndEndsTheListener() throws IOException {
        ByteStream fatal = new ByteStream() {
            private boolean closed;

            @Override
            public byte[] receive(int maxBytes) {
                throw new OutOfMemoryError("as good as");
            }

            @Override
            public void send(byte[] bytes) {
                throw new OutOfMemoryError("as good as");
            }

            @Override
            public void sendEof() {}

            @Override
            public void close() {
                closed = true;
            }

            @Override
            public String toString() {
                return closed ? "closed" : "open";
            }
        };
        TlsListener listener = AnyIO.service(Tls.class).listen(new OneStream(fatal),
                o -> o.context(context).onHandshakeError((_, _) -> {
                    throw new AssertionError("the hook was called");
                }));
        OutOfMemoryError error = assertThrows(OutOfMemoryError.class, () -> listener.serve(TlsListenerTest::echo));
        assertEquals("as good as", error.getMessage());
        assertEquals("closed", fatal.toString());
    }

    @AnyioTest @Proves("TLS-44")
    void theHandlersTimeDoesNotCount(TaskGroup<?> group) throws IOException {
        Duration timeout = Duration.ofSeconds(10);
        Event late = AnyIO.createEvent();
        try (SocketListener sockets = listen()) {
            TlsListener listener = tls(sockets, o -> o.handshakeTimeout(timeout).standardCompatible(false));
            group.spawn("serve", () -> listener.serve(stream -> {
                assertEquals(Deadline.NEVER, AnyIO.currentEffectiveDeadline());
                late.await();
                echo(stream);
            }));
            try (TlsStream stream = encrypt(connect(sockets))) {
                stream.send("hello".getBytes(UTF_8));
                late.set();
                assertEquals("hello", new String(stream.receive(), UTF_8));
            }
            group.cancel();
        }
    }

    @AnyioTest @Proves("TLS-45")
    void cancellingTheServerClosesConnectionsInTheirHandshake(TaskGroup<?> group) throws IOException {
        try (SocketListener sockets = listen()) {
            TlsListener listener = tls(sockets, o -> o.standardCompatible(false));
            TaskHandle<?> serving = group.spawn("serve", () -> listener.serve(TlsListenerTest::echo));
            SocketStream first = connect(sockets);
            SocketStream second = connect(sockets);
            assertEchoes(sockets);
            serving.cancel();
            assertThrows(EndOfStreamException.class, first::receive);
            assertThrows(EndOfStreamException.class, second::receive);
            serving.awaitEnd();
            first.close();
            second.close();
        }
    }

    @AnyioTest @Proves("TLS-46")
    void closingItClosesTheWrappedListener(TaskGroup<?> group) throws IOException {
        SocketListener sockets = listen();
        TlsListener listener = tls(sockets, o -> o);
        TaskHandle<?> serving = group.spawn("serve",
                () -> assertThrows(ClosedResourceException.class, () -> listener.serve(TlsListenerTest::echo)));
        AnyIO.waitAllTasksBlocked();
        listener.close();
        assertNotNull(serving.await());
        assertThrows(ClosedResourceException.class, sockets::accept);
        listener.close();
    }

    @AnyioTest
    void handlersMayRunInAGivenGroupAndOutliveTheListener() throws IOException {
        SocketListener sockets = listen();
        TlsListener listener = tls(sockets, o -> o.standardCompatible(false));
        AnyIO.createTaskGroup(IOException.class).run(handlers -> {
            TaskHandle<?> serving = handlers.spawn("serve",
                    () -> assertThrows(ClosedResourceException.class,
                            () -> listener.serve(TlsListenerTest::echo, handlers)));
            try (TlsStream stream = encrypt(connect(sockets))) {
                listener.close();
                serving.awaitEnd();
                stream.send("hello".getBytes(UTF_8));
                assertEquals("hello", new String(stream.receive(), UTF_8));
            }
        });
    }

    @AnyioTest @Proves("TA-16")
    void itTellsWhetherItIsStandardCompatibleAndNothingElse() throws IOException {
        try (SocketListener sockets = listen()) {
            TlsListener listener = tls(sockets, o -> o.standardCompatible(false));
            assertEquals(Set.of(TlsAttribute.STANDARD_COMPATIBLE), listener.attributes().keySet());
            assertFalse(listener.attribute(TlsAttribute.STANDARD_COMPATIBLE));
            assertTrue(tls(sockets, o -> o).attribute(TlsAttribute.STANDARD_COMPATIBLE));
        }
    }

    @AnyioTest
    void aHandshakeNeedsTime() {
        assertThrows(IllegalArgumentException.class, () -> TlsListenerOptions.DEFAULT.handshakeTimeout(Duration.ZERO));
    }
}
