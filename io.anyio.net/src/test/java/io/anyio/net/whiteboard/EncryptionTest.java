package io.anyio.net.whiteboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.task.TimedOutException;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsContext;
import io.anyio.api.tls.TlsListenerOptions;
import io.anyio.api.tls.TlsOptions;
import io.anyio.api.whiteboard.FailureCode;
import io.anyio.net.FakeTls;
import io.anyio.net.whiteboard.FakeFramework.Service;
import io.anyio.proof.Proves;
import io.anyio.testing.EachBackend;
import java.io.IOException;
import java.net.Socket;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * When an end point with TLS is open, and which context its handshakes use. The handshake of this test is one letter of
 * the client and the name of the context; the real one is tried in the containers.
 */
@Timeout(120)
class EncryptionTest {
    /** A stream behind such a handshake. */
    private static final class Handshakes extends FakeTls {
        private final Map<SSLContext, String> names = new ConcurrentHashMap<>();

        TlsContext context(String name) {
            try {
                SSLContext context = SSLContext.getInstance("TLS");
                names.put(context, name);
                return () -> context;
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        protected void handshake(ByteStream transport, TlsOptions options) throws IOException {
            byte[] hello;
            try {
                hello = AnyIO.failAfter(options.handshakeTimeout(), () -> transport.receive(1));
            } catch (TimedOutException e) {
                throw new BrokenResourceException("too late", e);
            }
            if (hello[0] == '!') {
                throw new SSLHandshakeException("made by a test");
            }
            transport.send(names.get(Objects.requireNonNull(options.context())).getBytes(UTF_8));
        }
    }

    private final Handshakes tls = new Handshakes();

    private Service tls(Stage stage) {
        return stage.framework.service(Tls.class, tls, Map.of()).register();
    }

    private Service context(Stage stage, String what, int ranking) {
        return stage.framework.service(TlsContext.class, tls.context(what),
                Map.of(TlsContext.NAME, "public", "service.ranking", ranking)).register();
    }

    private static Map<String, Object> secured(Stage stage, Object... more) {
        return Stage.with(stage.on(stage.port, "anyio.tcp.tls", "public"), more);
    }

    private static String handshake(Stage stage) throws IOException {
        try (Socket socket = stage.connect(stage.port)) {
            return Stage.ask(socket);
        }
    }

    @EachBackend @Proves({"WB-30", "WB-31", "WB-33"})
    void anEndPointIsOpenWhileThereAreAContextAndTls(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            Service service = stage.serve("secret", secured(stage));
            assertEquals(List.of(FailureCode.NO_TLS), stage.codes());
            Service keys = context(stage, "keys", 0);
            assertEquals(List.of(FailureCode.NO_TLS), stage.codes());
            assertEquals("", stage.ask(stage.port));
            Service provider = tls(stage);
            assertEquals(List.of(), stage.codes());
            assertEquals("public", stage.served().getFirst().tls());
            try (Socket socket = stage.connect(stage.port)) {
                assertEquals("keys", Stage.ask(socket));
                assertEquals("secret", Stage.ask(socket));
                keys.unregister();
                assertEquals(List.of(FailureCode.NO_TLS), stage.codes());
                Stage.listen(stage.port).close();
                assertEquals("secret", Stage.ask(socket), "its connection goes on");
                keys = context(stage, "again", 0);
                assertEquals("again", handshake(stage));
                provider.unregister();
                assertEquals(List.of(FailureCode.NO_TLS), stage.codes());
                assertEquals("secret", Stage.ask(socket));
            }
            service.unregister();
            keys.unregister();
        }
    }

    @EachBackend @Proves({"WB-32", "WB-34"})
    void aBetterContextIsUsedByNewHandshakes(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            Service provider = tls(stage);
            Service old = context(stage, "old", 0);
            Service service = stage.serve("secret", secured(stage));
            try (Socket socket = stage.connect(stage.port)) {
                assertEquals("old", Stage.ask(socket));
                Service worse = context(stage, "worse", -1);
                assertEquals("old", handshake(stage));
                Service better = context(stage, "better", 1);
                assertEquals("better", handshake(stage));
                old.unregister();
                assertEquals("better", handshake(stage));
                better.unregister();
                assertEquals("worse", handshake(stage));
                assertEquals("secret", Stage.ask(socket));
                assertEquals(5, stage.served().getFirst().accepted(), "it is the same server");
                service.unregister();
                worse.unregister();
            }
            provider.unregister();
        }
    }

    @EachBackend @Proves("WB-35")
    void aHandshakeThatFailsIsThePeersFailure(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            AtomicInteger calls = new AtomicInteger();
            ConnectionHandler handler = _ -> calls.incrementAndGet();
            Service provider = tls(stage);
            Service keys = context(stage, "keys", 0);
            Service service = stage.framework.service(handler, secured(stage, "anyio.tcp.handshakeTimeout", "50ms"))
                    .register();
            try (Socket socket = stage.connect(stage.port); Socket silent = stage.connect(stage.port)) {
                socket.getOutputStream().write('!');
                assertEquals(-1, socket.getInputStream().read());
                assertEquals(-1, silent.getInputStream().read());
            }
            Stage.await(() -> stage.served().getFirst().peerFailures() == 2);
            assertEquals(List.of(0, 0L), List.of(calls.get(), stage.served().getFirst().failures()));
            service.unregister();
            keys.unregister();
            provider.unregister();
        }
    }

    @EachBackend @Proves({"WB-31", "WB-45"})
    void aContextThatCannotBeObtainedIsReported(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            Service provider = tls(stage);
            AtomicReference<TlsContext> made = new AtomicReference<>();
            Map<String, Object> properties = Map.of(TlsContext.NAME, "public");
            Service keys = stage.framework.new Service(TlsContext.class, made::get, properties).register();
            Service service = stage.serve("secret", secured(stage));
            Service plain = stage.serve("plain", stage.on(stage.port + 1));
            assertEquals(List.of(FailureCode.NO_TLS), stage.codes());
            assertTrue(stage.failed().getFirst().reason().contains("'public' cannot be obtained"));
            assertEquals("", stage.ask(stage.port));
            plain.modify(secured(stage, "anyio.tcp.port", stage.port + 1));
            assertEquals(List.of(FailureCode.NO_TLS, FailureCode.NO_TLS), stage.codes());
            made.set(tls.context("keys"));
            keys.modify(properties);
            assertEquals(List.of(), stage.codes());
            assertEquals("keys", handshake(stage));
            service.unregister();
            plain.unregister();
            keys.unregister();
            provider.unregister();
        }
    }

    @EachBackend @Proves({"WB-31", "WB-45"})
    void soIsABetterOneThatComesWhileTheServerRuns(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            Service provider = tls(stage);
            Service good = context(stage, "good", 0);
            Service service = stage.serve("secret", secured(stage));
            try (Socket socket = stage.connect(stage.port)) {
                assertEquals("good", Stage.ask(socket));
                Service broken = stage.framework.new Service(TlsContext.class, () -> null,
                        Map.of(TlsContext.NAME, "public", "service.ranking", 1)).register();
                assertEquals(List.of(FailureCode.NO_TLS), stage.codes());
                assertTrue(stage.failed().getFirst().reason().contains("'public' cannot be obtained"));
                Stage.listen(stage.port).close();
                assertEquals("secret", Stage.ask(socket), "its connection goes on");
                broken.unregister();
                assertEquals("good", handshake(stage));
            }
            service.unregister();
            good.unregister();
            provider.unregister();
        }
    }

    @EachBackend @Proves("CF-06")
    void whatFailsForEachConnectionIsLoggedOnce(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            AtomicBoolean fails = new AtomicBoolean();
            TlsContext keys = tls.context("keys");
            Service provider = tls(stage);
            Service context = stage.framework.service(TlsContext.class, () -> {
                if (fails.get()) {
                    throw new IllegalStateException("the file of the keys is missing");
                }
                return keys.sslContext();
            }, Map.of(TlsContext.NAME, "public")).register();
            Service service = stage.serve("secret", secured(stage));
            int told = 0;
            for (int time = 1; time <= 2; time++) {
                fails.set(true);
                for (int i = 0; i < 3; i++) {
                    assertEquals("", stage.ask(stage.port));
                }
                told += 1;
                assertEquals(told, stage.toldAt(Level.SEVERE, "The TLS handshake with "));
                fails.set(false);
                assertEquals("keys", handshake(stage));
            }
            service.unregister();
            context.unregister();
            provider.unregister();
        }
    }

    /** Giving it back may run code of a component, which waits for whatever it wants. */
    @EachBackend @Proves("WB-47")
    void aContextIsGivenBackWhileOthersRegister(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            Service provider = tls(stage);
            Service keys = context(stage, "keys", 0);
            Service service = stage.serve("secret", secured(stage));
            assertEquals("keys", handshake(stage));
            Service other = stage.framework.service(Stage.answering("other"), stage.on(stage.port + 1));
            stage.framework.onUnget = reference -> {
                if (reference != keys.reference) {
                    return;
                }
                FutureTask<Service> registering = new FutureTask<>(other::register);
                Thread.ofPlatform().daemon().start(registering);
                try {
                    registering.get(10, TimeUnit.SECONDS);
                } catch (InterruptedException | ExecutionException | TimeoutException e) {
                    throw new AssertionError(e);
                }
            };
            keys.unregister();
            assertEquals("other", stage.ask(stage.port + 1));
            other.unregister();
            service.unregister();
            provider.unregister();
        }
    }

    @Test
    void whatIsObtainedWhileAllIsGivenBackIsGivenBackToo() {
        FakeFramework framework = new FakeFramework();
        TlsContexts contexts = new TlsContexts(framework.context);
        for (int i = 0; i < 2; i++) {
            contexts.changed(framework.service(Tls.class, tls, Map.of()).reference);
        }
        for (String name : List.of("x", "y")) {
            Map<String, Object> named = Map.of(TlsContext.NAME, name);
            contexts.changed(framework.service(TlsContext.class, tls.context(name), named).reference);
        }
        contexts.obtain("x");
        assertEquals(2, framework.handlersInUse.get());
        framework.onUnget = _ -> contexts.obtain("y");
        contexts.close();
        assertEquals(0, framework.handlersInUse.get());
    }

    /** What fails in code of others, and what a client sends before. */
    private enum Failing {
        CONTEXT(""), WRAP("?"), ERROR_HANDLER("!");

        private final String sent;

        Failing(String sent) {
            this.sent = sent;
        }
    }

    private Service failing(Stage stage, AtomicReference<Failing> failing) {
        TlsContext keys = tls.context("keys");
        return stage.framework.service(TlsContext.class, new TlsContext() {
            @Override
            public SSLContext sslContext() {
                return keys.sslContext();
            }

            @Override
            public TlsListenerOptions listener(TlsListenerOptions options) {
                return switch (failing.getAndSet(null)) {
                    case CONTEXT -> throw new NoClassDefFoundError("made by a test");
                    case WRAP -> options; // without a context
                    case ERROR_HANDLER -> keys.listener(options).onHandshakeError((_, _) -> {
                        throw new IOException("made by a test");
                    });
                    case null -> keys.listener(options);
                };
            }
        }, Map.of(TlsContext.NAME, "public")).register();
    }

    @EachBackend @Proves({"WB-12", "WB-35"})
    void aHandshakeThatFailsCutsNobodyElseOff(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            AtomicReference<Failing> failing = new AtomicReference<>();
            Service provider = tls(stage);
            Service keys = failing(stage, failing);
            Service service = stage.serve("secret", secured(stage));
            try (Socket established = stage.connect(stage.port)) {
                assertEquals("keys", Stage.ask(established));
                for (Failing each : Failing.values()) {
                    failing.set(each);
                    try (Socket socket = stage.connect(stage.port)) {
                        socket.getOutputStream().write(each.sent.getBytes(UTF_8));
                        assertEquals(-1, socket.getInputStream().read(), each.name());
                    }
                    assertEquals("secret", Stage.ask(established), each.name());
                }
            }
            Stage.await(() -> stage.served().getFirst().failures() == 2);
            assertEquals(List.of(1L, 4L, 3L), List.of(stage.served().getFirst().peerFailures(),
                    stage.served().getFirst().accepted(), stage.toldAt(Level.SEVERE, "The TLS handshake with ")));
            service.unregister();
            keys.unregister();
            provider.unregister();
        }
    }

    @EachBackend @Proves("WB-32")
    void tlsMayBeSwitchedOnWithoutClosingTheSocket(String backend) throws Exception {
        try (Stage stage = new Stage(backend)) {
            Service provider = tls(stage);
            Service keys = context(stage, "keys", 0);
            Service service = stage.serve("plain", stage.on(stage.port));
            try (Socket socket = stage.connect(stage.port)) {
                assertEquals("plain", Stage.ask(socket));
                service.modify(secured(stage));
                assertEquals("keys", handshake(stage));
                assertEquals("plain", Stage.ask(socket));
                assertEquals(2, stage.served().getFirst().accepted());
            }
            service.unregister();
            keys.unregister();
            provider.unregister();
        }
    }
}
