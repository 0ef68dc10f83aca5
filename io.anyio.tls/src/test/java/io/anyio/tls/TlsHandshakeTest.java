package io.anyio.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.task.TimedOutException;
import io.anyio.api.tls.ClientCertificate;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsAttribute;
import io.anyio.api.tls.TlsOptions;
import io.anyio.api.tls.TlsStream;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLKeyException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Roles, trust, and what may block. */
class TlsHandshakeTest {
    private static TestKeys keys;
    private static SSLContext context;

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        keys = TestKeys.make(folder);
        context = keys.context("TLS");
    }

    /** What a client's handshake throws when the server's fails, too. */
    private static Throwable clientError(UnaryOperator<TlsOptions> client, UnaryOperator<TlsOptions> server)
            throws IOException {
        Tls tls = AnyIO.service(Tls.class);
        try (MemoryByteStreams memory = AnyIO.createMemoryByteStreams(1 << 16)) {
            return AnyIO.createTaskGroup(IOException.class).call(group -> {
                group.spawn("server", () -> assertThrows(IOException.class, () -> tls.wrap(memory.second(), server)));
                return assertThrows(IOException.class, () -> tls.wrap(memory.first(), client));
            });
        }
    }

    private static List<SNIServerName> requestedNames(TlsStream server) {
        return ((ExtendedSSLSession) server.attribute(TlsAttribute.SSL_ENGINE).getSession()).getRequestedServerNames();
    }

    @AnyioTest @Proves("TLS-03")
    void withoutAContextBothSidesUseTheDefaultOneAndTheClientVerifies() throws Exception {
        assertInstanceOf(SSLException.class, clientError(o -> o.hostname("localhost"), o -> o.context(context)));

        SSLContext before = SSLContext.getDefault();
        SSLContext.setDefault(context);
        try (MemoryByteStreams memory = AnyIO.createMemoryByteStreams(1 << 16)) {
            Tls tls = AnyIO.service(Tls.class);
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                TaskHandle<TlsStream> server = group.spawn("server", () -> tls.wrap(memory.second(), o -> o));
                TlsStream client = tls.wrap(memory.first(), o -> o.hostname("localhost"));
                assertTrue(server.await().attribute(TlsAttribute.SERVER_SIDE));
                assertNotNull(client.attribute(TlsAttribute.PEER_CERTIFICATE));
            });
        } finally {
            SSLContext.setDefault(before);
        }
    }

    @AnyioTest @Proves("TLS-04")
    void aSideWithAHostNameIsTheClientUnlessItSaysOtherwise() throws IOException {
        Session.with(context, session -> {
            assertFalse(session.client().attribute(TlsAttribute.SERVER_SIDE));
            assertTrue(session.server().attribute(TlsAttribute.SERVER_SIDE));
        });
        Session.with(context, o -> o.hostname("").serverSide(false), o -> o.hostname("localhost").serverSide(true),
                session -> {
                    assertFalse(session.client().attribute(TlsAttribute.SERVER_SIDE));
                    assertTrue(session.server().attribute(TlsAttribute.SERVER_SIDE));
                });
    }

    @AnyioTest @Proves("TLS-05")
    void theHostNameIsCheckedAgainstTheCertificateAndSentToTheServer() throws IOException {
        Session.with(context,
                session -> assertEquals(List.of(new SNIHostName("localhost")), requestedNames(session.server())));
        Throwable error = clientError(o -> o.hostname("example.org").context(context), o -> o.context(context));
        assertInstanceOf(SSLException.class, error);
        assertInstanceOf(CertificateException.class, error.getCause());
    }

    @AnyioTest
    void anAddressIsCheckedAndNotSent() throws IOException {
        Session.with(context, o -> o.hostname("127.0.0.1"), o -> o,
                session -> assertEquals(List.of(), requestedNames(session.server())));
        assertInstanceOf(SSLException.class,
                clientError(o -> o.hostname("127.0.0.2").context(context), o -> o.context(context)));
    }

    @AnyioTest @Proves("TLS-06")
    void aUnicodeNameIsMatchedInItsFormOfIdna2008() throws IOException {
        UnaryOperator<TlsOptions> client = o -> o.hostname("Fa\u00df.de");
        Session.with(context, client, o -> o, session -> {
            assertEquals(List.of(new SNIHostName("xn--fa-hia.de")), requestedNames(session.server()));
        });
        assertInstanceOf(SSLException.class,
                clientError(o -> o.hostname("fass.de").context(context), o -> o.context(context)));
    }

    @AnyioTest
    void anImpossibleNameIsRefusedBeforeAnythingIsSent() throws IOException {
        Tls tls = AnyIO.service(Tls.class);
        MemoryByteStreams memory = AnyIO.createMemoryByteStreams(1 << 16);
        IllegalArgumentException error = assertThrows(IllegalArgumentException.class,
                () -> tls.wrap(memory.first(), o -> o.hostname("a\u2028b.de").context(context)));
        assertTrue(error.getMessage().contains("U+2028"), error.getMessage());
        memory.close();
    }

    @AnyioTest @Proves("TLS-35")
    void aSourceOfContextsThatBlocksDoesNotBlockTheLoop() throws IOException {
        CountDownLatch ready = new CountDownLatch(2);
        UnaryOperator<TlsOptions> blocking = o -> o.contextSource(() -> {
            ready.countDown();
            ready.await();
            return context;
        });
        Session.with(context, blocking, blocking,
                session -> assertNotNull(session.client().attribute(TlsAttribute.CIPHER)));
    }

    @AnyioTest @Proves("TLS-35")
    void aContextThatBlocksInMakingItsEngineDoesNotBlockTheLoop(TaskGroup<?> group) throws IOException {
        CountDownLatch gate = new CountDownLatch(1);
        SSLContext slow = FaultyEngine.context(context, (engine, _) -> {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return engine;
        });
        group.spawn("opens the gate", () -> {
            AnyIO.checkpoint();
            gate.countDown();
        });
        Session.with(slow, session -> assertNotNull(session.client().attribute(TlsAttribute.CIPHER)));
    }

    @AnyioTest
    void whatTheSourceOfContextsThrowsFailsTheHandshake() throws IOException {
        IOException reason = new IOException("no such key store");
        MemoryByteStreams memory = AnyIO.createMemoryByteStreams(1 << 16);
        SSLException error = assertThrows(SSLKeyException.class,
                () -> AnyIO.service(Tls.class).wrap(memory.first(), o -> o.contextSource(() -> {
                    throw reason;
                })));
        assertSame(reason, error.getCause());
        memory.close();
    }

    @AnyioTest @Proves("TLS-47")
    void aServerCanRequireTheClientsCertificateAndSeesIt() throws Exception {
        Session.with(context, o -> o, o -> o.clientCertificate(ClientCertificate.REQUIRED), session -> {
            assertEquals("CN=localhost",
                    session.server().attribute(TlsAttribute.PEER_CERTIFICATE).getSubjectX500Principal().getName());
        });

        SSLContext keyless = keys.trustOnly();
        Session.with(context, o -> o.context(keyless), o -> o.clientCertificate(ClientCertificate.WANTED), session -> {
            assertNull(session.server().attribute(TlsAttribute.PEER_CERTIFICATE, null));
        });

        Tls tls = AnyIO.service(Tls.class);
        MemoryByteStreams memory = AnyIO.createMemoryByteStreams(1 << 16);
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            TaskHandle<Throwable> refused = group.spawn("server", () -> assertThrows(IOException.class,
                    () -> tls.wrap(memory.second(),
                            o -> o.context(context).clientCertificate(ClientCertificate.REQUIRED))));
            TlsStream client = tls.wrap(memory.first(), o -> o.hostname("localhost").context(keyless));
            assertInstanceOf(SSLException.class, refused.await());
            BrokenResourceException error = assertThrows(BrokenResourceException.class, client::receive);
            assertInstanceOf(SSLException.class, error.getCause());
        });
        memory.close();
    }

    @AnyioTest
    void whoEndsTlsInTheHandshakeHasNoSession() throws IOException {
        MemoryByteStreams memory = AnyIO.createMemoryByteStreams(1 << 16);
        // alerts: user_canceled, close_notify
        memory.second().send(new byte[]{21, 3, 3, 0, 2, 1, 90, 21, 3, 3, 0, 2, 1, 0});
        assertThrows(BrokenResourceException.class,
                () -> AnyIO.service(Tls.class).wrap(memory.first(), o -> o.context(context)));
        memory.close();
    }

    @AnyioTest(virtualClock = true)
    void aSilentOtherSideEndsTheHandshakeByItsTimeout() throws IOException {
        Tls tls = AnyIO.service(Tls.class);
        assertEquals(Duration.ofSeconds(30), TlsOptions.DEFAULT.handshakeTimeout());
        for (UnaryOperator<TlsOptions> side : List.<UnaryOperator<TlsOptions>>of(o -> o.hostname("localhost"),
                o -> o)) {
            try (MemoryByteStreams memory = AnyIO.createMemoryByteStreams(1 << 16)) {
                Deadline begin = AnyIO.currentTime();
                BrokenResourceException error = assertThrows(BrokenResourceException.class,
                        () -> tls.wrap(memory.first(),
                                o -> side.apply(o.context(context).handshakeTimeout(Duration.ofSeconds(7)))));
                assertInstanceOf(TimedOutException.class, error.getCause());
                assertTrue(String.valueOf(error.getMessage()).contains("TLS handshake"), error.getMessage());
                assertEquals(begin.plus(Duration.ofSeconds(7)), AnyIO.currentTime());
                memory.first().sendEof(); // still open
            }
        }
    }

    @AnyioTest(virtualClock = true)
    void aDeadlineOfTheCallerIsNoTimeoutOfTheHandshake() throws IOException {
        try (MemoryByteStreams memory = AnyIO.createMemoryByteStreams(1 << 16)) {
            assertFalse(AnyIO.moveOnAfter(Duration.ofSeconds(1), () -> {
                AnyIO.service(Tls.class).wrap(memory.first(), o -> o.context(context));
            }));
        }
    }

    @AnyioTest
    void theRemainingParametersCanBeSet() throws IOException {
        UnaryOperator<TlsOptions> old = o -> o.parameters(p -> {
            p.setProtocols(new String[]{"TLSv1.2"});
            p.setCipherSuites(new String[]{"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"});
        });
        Session.with(context, old, o -> o, session -> {
            assertEquals("TLSv1.2", session.server().attribute(TlsAttribute.TLS_VERSION));
            assertEquals(128, session.server().attribute(TlsAttribute.CIPHER).secretBits());
        });
    }
}
