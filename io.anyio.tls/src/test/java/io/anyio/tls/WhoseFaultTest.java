package io.anyio.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.anyio.api.AnyIO;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.ServeOptions;
import io.anyio.api.stream.ServeStatistics;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.Body;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.tls.ClientCertificate;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsListenerOptions;
import io.anyio.api.tls.TlsOptions;
import io.anyio.net.tls.EncryptingListener;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Whose fault a failure is: the same answer wherever it occurs, in the counts and in the log. */
class WhoseFaultTest {
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final UnaryOperator<TlsOptions> USUAL = o -> o;

    private static TestKeys keys;
    private static SSLContext context;

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        keys = TestKeys.make(folder);
        context = keys.context("TLS");
    }

    // ---- the log

    /** That of a plain application; a bundle has its own. */
    private final Logger logger = Logger.getLogger("io.anyio");
    private final Queue<LogRecord> records = new ConcurrentLinkedQueue<>();
    private final Handler recorder = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            if (entry.getLoggerName().equals(logger.getName())) {
                records.add(entry);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void record() {
        logger.setUseParentHandlers(false);
        logger.setLevel(Level.ALL);
        logger.addHandler(recorder);
    }

    @AfterEach
    void recordNoMore() {
        logger.removeHandler(recorder);
        logger.setLevel(null);
        logger.setUseParentHandlers(true);
    }

    // ---- the places

    /** Where a handshake is made. */
    private enum Place {
        /** In a TLS listener. */
        LISTENER,
        /** In a server of the whiteboard, whose context has a name. */
        WHITEBOARD,
        /** In the handler, as StartTLS does. */
        HANDLER
    }

    private static final Owner OWNER = (Owner) Proxy.newProxyInstance(Owner.class.getClassLoader(),
            new Class<?>[]{Owner.class}, (_, method, _) -> switch (method.getName()) {
                case "holder" -> new Holder(Holder.APPLICATION, "application", null, () -> false);
                case "isStopping" -> false;
                default -> throw new UnsupportedOperationException(method.getName());
            });

    private static void serve(Place place, SocketListener sockets, Failure failure, UnaryOperator<ServeOptions> options)
            throws IOException {
        Tls tls = AnyIO.service(Tls.class);
        TlsListenerOptions session = TlsListenerOptions.DEFAULT.context(context).session(failure.server);
        switch (place) {
            case LISTENER -> tls.listen(sockets, _ -> session).serve(failure.handler, options);
            case WHITEBOARD -> new EncryptingListener(sockets,
                    () -> Optional.of(new EncryptingListener.Session(tls, session)), OWNER)
                    .serve(failure.handler, options);
            case HANDLER -> sockets.serve(socket -> failure.handler.run(tls.wrap(socket, _ -> session.session())),
                    options);
        }
    }

    // ---- the failures

    private enum Side {
        PEER, OURS
    }

    private interface Client {
        void act(SocketStream socket) throws Exception;
    }

    /**
     * A connection that fails.
     *
     * @param server how the server encrypts it
     */
    private record Failure(String name, Side side, UnaryOperator<TlsOptions> server,
            BlockWith<ByteStream, Exception> handler, Client client) {}

    private static Failure peer(String name, UnaryOperator<TlsOptions> server, Client client) {
        return new Failure(name, Side.PEER, server, WhoseFaultTest::isNotCalled, client);
    }

    private static Failure ours(String name, UnaryOperator<TlsOptions> server) {
        return new Failure(name, Side.OURS, server, WhoseFaultTest::isNotCalled, WhoseFaultTest::encrypt);
    }

    private static Failure handler(String name, Side side, BlockWith<ByteStream, Exception> handler) {
        return new Failure(name, side, USUAL, handler, WhoseFaultTest::encrypt);
    }

    private static void isNotCalled(ByteStream stream) {
        throw new AssertionError("The handler was called with " + stream);
    }

    private static void encrypt(SocketStream socket) throws IOException {
        encrypt(socket, o -> o);
    }

    private static void encrypt(SocketStream socket, UnaryOperator<TlsOptions> client) throws IOException {
        AnyIO.service(Tls.class).wrap(socket, o -> client.apply(o.hostname("localhost").context(context))).receive();
    }

    private static void begin(SocketStream socket) throws IOException {
        socket.send(new byte[]{22, 3, 1, 1});
        for (int i = 0; i < 20; i++) {
            AnyIO.waitAllTasksBlocked();
        }
    }

    private static SSLContext with(KeyManager[] keyManagers, TrustManager... trust) {
        return made(() -> {
            SSLContext made = SSLContext.getInstance("TLS");
            made.init(keyManagers, trust, null);
            return made;
        });
    }

    private static <T> T made(Body<T, GeneralSecurityException> maker) {
        try {
            return maker.call();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static final class FailingEngine extends FaultyEngine {
        FailingEngine(SSLEngine engine) {
            super(engine);
        }

        @Override
        public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer[] targets, int offset, int length) {
            throw new IllegalStateException("made by a test");
        }
    }

    private static <T> T failing(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type}, (_, _, _) -> {
            throw new IllegalStateException("made by a test");
        }));
    }

    private static List<Failure> failures() {
        List<Failure> all = new ArrayList<>();
        all.add(peer("hangs up", USUAL, SocketStream::close));
        all.add(peer("hangs up within the handshake", USUAL, socket -> {
            begin(socket);
            socket.close();
        }));
        all.add(peer("resets", USUAL, socket -> {
            begin(socket);
            EachListener.reset(socket);
        }));
        all.add(peer("sends no TLS", USUAL, socket -> {
            socket.send("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
            socket.receive();
        }));
        all.add(peer("does not trust the certificate", USUAL,
                socket -> encrypt(socket, o -> o.context(with(null, new TrustManager[0])))));
        all.add(peer("expects another name", USUAL, socket -> encrypt(socket, o -> o.hostname("example.com"))));
        all.add(peer("has no version in common", o -> o.parameters(p -> p.setProtocols(new String[]{"TLSv1.3"})),
                socket -> encrypt(socket, o -> o.parameters(p -> p.setProtocols(new String[]{"TLSv1.2"})))));
        all.add(peer("has no application protocol in common", o -> o.alpnProtocols(List.of("h2")),
                socket -> encrypt(socket, o -> o.alpnProtocols(List.of("http/1.1")))));
        all.add(peer("has no certificate", o -> o.clientCertificate(ClientCertificate.REQUIRED),
                socket -> encrypt(socket, o -> o.context(made(keys::trustOnly)))));
        all.add(peer("names a server that is not here",
                o -> o.parameters(p -> p.setSNIMatchers(List.of(SNIHostName.createSNIMatcher("example\\.com")))),
                WhoseFaultTest::encrypt));
        all.add(peer("is too late", o -> o.handshakeTimeout(SHORT), SocketStream::receive));
        all.add(ours("the key store cannot be read", o -> o.contextSource(() -> {
            throw new IOException("made by a test");
        })));
        all.add(ours("the context is null", o -> o.contextSource(() -> null)));
        all.add(ours("the context makes no engine", o -> o.context(made(() -> SSLContext.getInstance("TLS")))));
        all.add(ours("the parameters do not fit", o -> o.parameters(p -> p.setProtocols(new String[]{"SSLv9"}))));
        all.add(ours("the engine fails",
                o -> o.context(FaultyEngine.context(context, (engine, _) -> new FailingEngine(engine)))));
        all.add(ours("the trust manager fails", o -> o.clientCertificate(ClientCertificate.REQUIRED)
                .context(with(made(keys::managers), failing(X509TrustManager.class)))));
        all.add(ours("memory is short", o -> o.contextSource(() -> {
            throw new OutOfMemoryError("as good as");
        })));
        all.add(handler("the handler fails", Side.OURS, _ -> {
            throw new IllegalStateException("made by a test");
        }));
        all.add(handler("the handler fails by its peer", Side.PEER, _ -> {
            throw new IllegalStateException("made by a test", new EndOfStreamException());
        }));
        return all;
    }

    // ---- the table

    /**
     * What a failure has come to.
     *
     * @param ends whether it has ended the server
     */
    private record Outcome(long byPeer, long byHandler, List<String> log, boolean ends) {}

    private static Outcome expected(Place place, Failure failure) {
        if (place == Place.LISTENER && failure.name.equals("memory is short")) {
            return new Outcome(0, 1, List.of(), true);
        }
        return failure.side == Side.PEER
                ? new Outcome(1, 0, List.of("FINE in one line"), false)
                : new Outcome(0, 1, List.of("SEVERE with its stack"), false);
    }

    private Outcome outcome(TaskGroup<?> group, Place place, Failure failure) throws Exception {
        records.clear();
        AtomicBoolean ends = new AtomicBoolean();
        ServeStatistics statistics = new ServeStatistics();
        try (SocketListener sockets = EachListener.listen()) {
            TaskHandle<?> serving = group.spawn("serve", () -> {
                try {
                    serve(place, sockets, failure, o -> o.isolated(true).statistics(statistics));
                } catch (OutOfMemoryError _) {
                    ends.set(true);
                }
            });
            connect(sockets, failure);
            EachListener.eventually(() -> statistics.accepted() == 1 && statistics.active() == 0);
            serving.cancel();
            serving.awaitEnd();
        }
        return new Outcome(statistics.peerFailures(), statistics.handlerFailures(), told(), ends.get());
    }

    private static void connect(SocketListener sockets, Failure failure) throws Exception {
        try (SocketStream socket = EachListener.connect(sockets)) {
            failure.client.act(socket);
        } catch (IOException _) {
            // the server closes the connection
        }
    }

    private List<String> told() {
        return records.stream()
                .map(entry -> entry.getLevel() + (entry.getThrown() == null ? " in one line" : " with its stack"))
                .toList();
    }

    @AnyioTest(timeout = 120) @Proves({"SV-35", "SV-36"})
    void aFailureIsThatOfTheSameSideWhereverItOccurs(TaskGroup<?> group) throws Exception {
        Set<String> wrong = new TreeSet<>();
        for (Failure failure : failures()) {
            for (Place place : Place.values()) {
                Outcome outcome = outcome(group, place, failure);
                if (!outcome.equals(expected(place, failure))) {
                    wrong.add(failure.name + ", " + place + ": " + outcome + " "
                            + records.stream().map(LogRecord::getMessage).toList());
                }
            }
        }
        assertEquals("", String.join("\n", wrong));
    }

    @AnyioTest @Proves("SV-36")
    void theSameErrorOfThisSideIsNewsOnceUntilAHandshakeGoesWell(TaskGroup<?> group) throws Exception {
        AtomicBoolean fails = new AtomicBoolean(true);
        Failure failure = new Failure("the key store is missing at times", Side.OURS,
                o -> o.standardCompatible(false).contextSource(() -> {
                    if (fails.get()) {
                        throw new IOException("made by a test");
                    }
                    return context;
                }), ByteStream::close, WhoseFaultTest::encrypt);
        for (Place place : List.of(Place.LISTENER, Place.WHITEBOARD)) {
            records.clear();
            ServeStatistics statistics = new ServeStatistics();
            try (SocketListener sockets = EachListener.listen()) {
                TaskHandle<?> serving = group.spawn("serve",
                        () -> serve(place, sockets, failure, o -> o.isolated(true).statistics(statistics)));
                for (boolean missing : List.of(true, true, true, false, true)) {
                    fails.set(missing);
                    connect(sockets, failure);
                    EachListener.eventually(() -> statistics.active() == 0);
                }
                serving.cancel();
                serving.awaitEnd();
            }
            assertEquals(List.of("SEVERE with its stack", "FINE in one line", "FINE in one line",
                    "SEVERE with its stack"), told(), place.name());
            assertEquals(4, statistics.handlerFailures());
        }
    }

    @AnyioTest
    void aListenerWithoutAServersGroupJudgesInTheSameWay(TaskGroup<?> group) throws Exception {
        for (Failure failure : List.of(failure("sends no TLS"), failure("the context is null"))) {
            records.clear();
            try (SocketListener sockets = EachListener.listen()) {
                TlsListenerOptions session = TlsListenerOptions.DEFAULT.context(context).session(failure.server);
                TaskHandle<?> serving = group.spawn("serve", () -> AnyIO.service(Tls.class)
                        .listen(sockets, _ -> session).serve(failure.handler, group));
                connect(sockets, failure);
                EachListener.eventually(() -> !records.isEmpty());
                serving.cancel();
                serving.awaitEnd();
            }
            assertEquals(expected(Place.LISTENER, failure).log, told());
        }
    }

    private static Failure failure(String name) {
        return failures().stream().filter(each -> each.name.equals(name)).findFirst().orElseThrow();
    }
}
