package io.anyio.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.attribute.TypedAttributeLookupException;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.ForwardingByteStream;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsAttribute;
import io.anyio.api.tls.TlsOptions;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class TlsStreamTest {
    private static TestKeys keys;

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        keys = TestKeys.make(folder);
    }

    private static SSLContext context(String protocol) {
        try {
            return keys.context(protocol);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static TlsOptions asClient(TlsOptions options) {
        return options.hostname("localhost").context(context("TLS"));
    }

    private static TlsOptions asServer(TlsOptions options) {
        return options.context(context("TLS"));
    }

    private static void withSession(UnaryOperator<TlsOptions> client, UnaryOperator<TlsOptions> server,
            BlockWith<Session, IOException> test)
            throws IOException {
        Session.with(context("TLS"), client, server, test);
    }

    private static byte[] receive(ByteStream stream, int count) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (bytes.size() < count) {
            bytes.write(stream.receive());
        }
        return bytes.toByteArray();
    }

    @AnyioTest @Proves({"TLS-01", "TLS-08", "TLS-11"})
    void dataPassesBothWaysOnceWrapReturned() throws IOException {
        withSession(o -> o, o -> o, session -> {
            session.client().send("hello".getBytes(UTF_8));
            assertEquals("hello", new String(session.server().receive(), UTF_8));
            session.server().send("dlrow".getBytes(UTF_8));
            assertEquals("dlrow", new String(session.client().receive(), UTF_8));
            session.close();
        });
    }

    @AnyioTest
    void aMebibytePassesIntactWhileBothSidesSend() throws IOException {
        byte[] bytes = new byte[1 << 20];
        new Random(7).nextBytes(bytes);
        withSession(o -> o, o -> o, session -> AnyIO.createTaskGroup(IOException.class).run(group -> {
            group.spawn("client sends", () -> session.client().send(bytes));
            group.spawn("server sends", () -> session.server().send(bytes));
            TaskHandle<byte[]> received = group.spawn("server receives", () -> receive(session.server(), bytes.length));
            assertArrayEquals(bytes, receive(session.client(), bytes.length));
            assertArrayEquals(bytes, received.await());
        }));
    }

    @AnyioTest @Proves("TLS-02")
    void anUntrustedCertificateFailsTheHandshake() throws IOException {
        Tls tls = AnyIO.service(Tls.class);
        MemoryByteStreams transport = AnyIO.createMemoryByteStreams(1 << 16);
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            TaskHandle<Throwable> refused = group.spawn("server handshake",
                    () -> assertThrows(IOException.class, () -> tls.wrap(transport.second(), TlsStreamTest::asServer)));
            assertThrows(SSLException.class, () -> tls.wrap(transport.first(), o -> o.hostname("localhost")));
            assertInstanceOf(SSLException.class, refused.await());
        });
        transport.close();
    }

    @AnyioTest
    void aCertificateForAnotherNameFailsTheHandshake() throws IOException {
        Tls tls = AnyIO.service(Tls.class);
        MemoryByteStreams transport = AnyIO.createMemoryByteStreams(1 << 16);
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            group.spawn("server handshake",
                    () -> assertThrows(IOException.class, () -> tls.wrap(transport.second(), TlsStreamTest::asServer)));
            assertThrows(SSLException.class,
                    () -> tls.wrap(transport.first(), o -> asClient(o).hostname("example.org")));
        });
        transport.close();
    }

    @AnyioTest
    void aTransportThatEndsDuringTheHandshakeIsBroken() throws IOException {
        MemoryByteStreams transport = AnyIO.createMemoryByteStreams(1 << 16);
        transport.second().close();
        assertThrows(BrokenResourceException.class,
                () -> AnyIO.service(Tls.class).wrap(transport.first(), TlsStreamTest::asClient));
        transport.close();
    }

    @AnyioTest @Proves({"TLS-09", "TLS-10"})
    void receiveGivesAtMostWhatIsAskedForAndAtMostOneRecord() throws IOException {
        withSession(o -> o, o -> o, session -> {
            assertThrows(IllegalArgumentException.class, () -> session.client().receive(0));
            session.client().send(new byte[40_000]);
            assertEquals(3, session.server().receive(3).length);
            int received = 3;
            while (received < 40_000) {
                int count = session.server().receive().length;
                assertTrue(count <= 16_384, "a record has at most 16384 bytes: " + count);
                received += count;
            }
            assertEquals(40_000, received);
        });
    }

    @AnyioTest @Proves("TLS-12")
    void bothSidesSeeTheNegotiatedProtocol() throws IOException {
        withSession(o -> o.alpnProtocols(List.of("dummy1", "dummy2")),
                o -> o.alpnProtocols(List.of("dummy2", "dummy3")), session -> {
                    assertEquals("dummy2", session.client().attribute(TlsAttribute.ALPN_PROTOCOL));
                    assertEquals("dummy2", session.server().attribute(TlsAttribute.ALPN_PROTOCOL));
                });
    }

    @AnyioTest
    void attributesTellOfTheSession() throws IOException {
        withSession(o -> o, o -> o.standardCompatible(false), session -> {
            assertTrue(session.client().attribute(TlsAttribute.TLS_VERSION).startsWith("TLSv"));
            assertTrue(session.client().attribute(TlsAttribute.CIPHER).name().startsWith("TLS_"));
            assertFalse(session.client().attribute(TlsAttribute.SERVER_SIDE));
            assertTrue(session.server().attribute(TlsAttribute.SERVER_SIDE));
            assertTrue(session.client().attribute(TlsAttribute.STANDARD_COMPATIBLE));
            assertFalse(session.server().attribute(TlsAttribute.STANDARD_COMPATIBLE));
            assertThrows(TypedAttributeLookupException.class,
                    () -> session.client().attribute(TlsAttribute.ALPN_PROTOCOL));
        });
    }

    @AnyioTest @Proves({"TLS-22", "TLS-24"})
    void aRaggedEndBreaksAStandardCompatibleStreamEachTime() throws IOException {
        withSession(o -> o, o -> o.standardCompatible(false), session -> {
            session.server().close();
            assertThrows(BrokenResourceException.class, () -> session.client().receive());
            assertThrows(BrokenResourceException.class, () -> session.client().receive());
            assertThrows(BrokenResourceException.class, () -> session.client().close());
        });
        withSession(o -> o.standardCompatible(false), o -> o.standardCompatible(false), session -> {
            session.server().close();
            assertThrows(EndOfStreamException.class, () -> session.client().receive());
            assertThrows(EndOfStreamException.class, () -> session.client().receive());
        });
    }

    @AnyioTest @Proves("TLS-21")
    void aCloseThatIsNotStandardCompatibleSendsNothing() throws IOException {
        for (boolean standard : List.of(true, false)) {
            List<Integer> sent = new ArrayList<>();
            Session.with(context("TLS"), o -> o.standardCompatible(standard), o -> o.standardCompatible(false),
                    between -> new Counted(between, sent), session -> {
                        session.client().send("hello".getBytes(UTF_8));
                        assertEquals("hello", new String(session.server().receive(), UTF_8));
                        int before = sent.size();
                        assertTrue(before > 0);
                        AnyIO.createTaskGroup(IOException.class).run(group -> {
                            TaskHandle<?> closing = group.spawn("close", () -> session.client().close());
                            AnyIO.waitAllTasksBlocked();
                            assertEquals(standard ? before + 1 : before, sent.size(),
                                    "close_notify, standard " + standard);
                            assertEquals(standard ? TaskHandle.Status.PENDING : TaskHandle.Status.FINISHED,
                                    closing.status());
                            if (!standard) {
                                assertThrows(ClosedResourceException.class,
                                        () -> session.transport().first().receive());
                                assertThrows(EndOfStreamException.class, () -> session.transport().second().receive());
                            }
                            group.cancel();
                        });
                    });
        }
    }

    /** Notes how many bytes were sent each time. */
    private static final class Counted extends ForwardingByteStream {
        private final List<Integer> sent;

        Counted(ByteStream stream, List<Integer> sent) {
            super(stream);
            this.sent = sent;
        }

        @Override
        public void send(ByteBuffer source) throws IOException {
            sent.add(source.remaining());
            super.send(source);
        }
    }

    @AnyioTest @Proves({"TLS-21", "TLS-23"})
    void aRaggedEndIsTheEndIfNotStandardCompatible() throws IOException {
        withSession(o -> o.standardCompatible(false), o -> o.standardCompatible(false), session -> {
            session.server().close();
            assertThrows(EndOfStreamException.class, () -> session.client().receive());
            session.client().close();
        });
    }

    @AnyioTest @Proves({"TLS-18", "TLS-25"})
    void closingTellsTheOtherSideAndWaitsForIt() throws IOException {
        withSession(o -> o, o -> o, session -> AnyIO.createTaskGroup(IOException.class).run(group -> {
            TaskHandle<?> closing = group.spawn("close", () -> session.server().close());
            assertThrows(EndOfStreamException.class, () -> session.client().receive());
            assertThrows(EndOfStreamException.class, () -> session.client().receive());
            AnyIO.waitAllTasksBlocked();
            assertEquals(TaskHandle.Status.PENDING, closing.status(), "waits for the answer");
            session.client().close();
            closing.await();
        }));
    }

    @AnyioTest(virtualClock = true) @Proves("TLS-19")
    void aCloseThatNobodyAnswersEndsByCancellationAndClosesTheTransport() throws IOException {
        withSession(o -> o, o -> o, session -> {
            assertFalse(AnyIO.moveOnAfter(Duration.ofSeconds(3), () -> session.client().close()));
            assertThrows(ClosedResourceException.class, () -> session.transport().first().receive());
        });
    }

    @AnyioTest
    void aSendOfNullNamesWhatIsNull() throws IOException {
        withSession(o -> o, o -> o, session -> {
            assertEquals("TlsStream.send: the bytes are null", assertThrows(NullPointerException.class,
                    () -> session.client().send((byte[]) null)).getMessage());
            assertEquals("TlsStream.send: the buffer is null", assertThrows(NullPointerException.class,
                    () -> session.client().send((ByteBuffer) null)).getMessage());
            session.close();
        });
    }

    @AnyioTest @Proves("TLS-26")
    void aClosedStreamRefusesEverythingButAnotherClose() throws IOException {
        withSession(o -> o.standardCompatible(false), o -> o, session -> {
            session.client().close();
            assertThrows(ClosedResourceException.class, () -> session.client().receive());
            assertThrows(ClosedResourceException.class, () -> session.client().send(new byte[1]));
            session.client().close();
        });
    }

    @AnyioTest @Proves("TLS-30")
    void anEndIsSentInTls13AndReceivingGoesOn() throws IOException {
        withSession(o -> o, o -> o, session -> {
            session.client().sendEof();
            session.client().sendEof();
            assertThrows(EndOfStreamException.class, () -> session.server().receive());
            session.server().send("late".getBytes(UTF_8));
            assertEquals("late", new String(session.client().receive(), UTF_8));
            assertThrows(ClosedResourceException.class, () -> session.client().send(new byte[1]));
        });
    }

    @AnyioTest @Proves("TLS-29")
    void belowTls13ThereIsNoEndToSend() throws IOException {
        UnaryOperator<TlsOptions> old = o -> o.context(context("TLSv1.2"));
        withSession(old, o -> o, session -> {
            UnsupportedOperationException error = assertThrows(UnsupportedOperationException.class,
                    () -> session.client().sendEof());
            assertTrue(error.getMessage().contains("TLSv1.2"), error.getMessage());
        });
    }

    @AnyioTest(virtualClock = true) @Proves("TLS-31")
    void aCancelledReceiveLosesNothing() throws IOException {
        withSession(o -> o, o -> o, session -> {
            assertFalse(AnyIO.moveOnAfter(Duration.ofSeconds(1), () -> session.server().receive()));
            session.client().send("whole".getBytes(UTF_8));
            assertEquals("whole", new String(session.server().receive(), UTF_8));
        });
    }

    @AnyioTest(virtualClock = true) @Proves("TLS-32")
    void aCancelledSendFinishesItsRecordBeforeTheNext() throws IOException {
        withSession(o -> o, o -> o, session -> {
            byte[] bytes = new byte[1 << 20];
            assertFalse(AnyIO.moveOnAfter(Duration.ofSeconds(1), () -> session.client().send(bytes)));
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                group.spawn("send on", () -> session.client().send("end".getBytes(UTF_8)));
                String received = "";
                while (!received.endsWith("end")) {
                    received = new String(session.server().receive(), UTF_8);
                }
            });
        });
    }
}
