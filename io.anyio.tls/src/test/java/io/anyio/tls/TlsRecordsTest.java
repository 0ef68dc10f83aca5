package io.anyio.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ByteReceiveStream;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ForwardingByteStream;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.stream.ObjectStream;
import io.anyio.api.stream.StapledObjectStream;
import io.anyio.api.sync.BusyResourceException;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsAttribute;
import io.anyio.api.tls.TlsStream;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** What goes over the wire, and what breaks it. */
class TlsRecordsTest {
    private static final int BULK = 1 << 20;
    private static SSLContext context;

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        context = TestKeys.make(folder).context("TLS");
    }

    /** A wire that can be cut, and on which bits can fall over. */
    static final class Wire extends ForwardingByteStream {
        @Nullable
        IOException failure;
        int spoilAt = -1;

        Wire(ByteStream stream) {
            super(stream);
        }

        private void check() throws IOException {
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public byte[] receive(int maxBytes) throws IOException {
            check();
            byte[] bytes = super.receive(maxBytes);
            if (spoilAt >= 0) {
                bytes[spoilAt] ^= 1;
            }
            return bytes;
        }

        @Override
        public void send(ByteBuffer source) throws IOException {
            check();
            super.send(source);
        }
    }

    private static byte[] bulk() {
        byte[] bytes = new byte[BULK];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    private static byte[] receive(ByteReceiveStream stream, int count) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (all.size() < count) {
            all.write(stream.receive());
        }
        return all.toByteArray();
    }

    @AnyioTest @Proves("TLS-11")
    void objectsThatAreBytesMayCarryTheRecordsToo() throws IOException {
        MemoryObjectStream<byte[]> toServer = AnyIO.createMemoryObjectStream(10);
        MemoryObjectStream<byte[]> toClient = AnyIO.createMemoryObjectStream(10);
        ObjectStream<byte[]> clientEnd = new StapledObjectStream<>(toServer.sender(), toClient.receiver());
        ObjectStream<byte[]> serverEnd = new StapledObjectStream<>(toClient.sender(), toServer.receiver());
        Tls tls = AnyIO.service(Tls.class);
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            TaskHandle<TlsStream> accepted = group.spawn("server", () -> tls.wrap(serverEnd, o -> o.context(context)));
            TlsStream client = tls.wrap(clientEnd, o -> o.context(context).hostname("localhost"));
            TlsStream server = accepted.await();
            byte[] bytes = bulk();
            group.spawn("send", () -> client.send(bytes));
            assertArrayEquals(bytes, receive(server, BULK));
            server.send("back".getBytes(UTF_8));
            assertEquals("back", new String(client.receive(), UTF_8));
            group.spawn("close", server::close);
            client.close();
        });
    }

    @AnyioTest
    void theFormsForBulkGiveAllRecordsThatAreThere() throws IOException {
        Session.with(context, session -> {
            byte[] bytes = new byte[40_000];
            new Random(1).nextBytes(bytes);
            session.client().send(bytes);
            ByteBuffer target = ByteBuffer.allocate(50_000);
            assertEquals(40_000, session.server().receive(target));
            assertEquals(ByteBuffer.wrap(bytes), target.flip());

            session.client().send(bytes);
            assertTrue(session.server().receive(lent -> assertEquals(ByteBuffer.wrap(bytes), lent)));

            session.client().send(bytes);
            assertEquals(7, session.server().receive(7).length);
            assertEquals(5, session.server().receive(ByteBuffer.allocate(5)));
            byte[] rest = new byte[40_000 - 12];
            ByteBuffer all = ByteBuffer.wrap(rest);
            while (all.hasRemaining()) {
                session.server().receive(all);
            }
            assertEquals(ByteBuffer.wrap(bytes, 12, rest.length), ByteBuffer.wrap(rest));
        });
    }

    @AnyioTest @Proves("TLS-33")
    void oneMaySendAndOneReceiveAndAKeyUpdateDoesNotCollideWithTheSend() throws IOException {
        byte[] bytes = bulk();
        Session.with(context, session -> AnyIO.createTaskGroup(IOException.class).run(group -> {
            TaskHandle<?> sending = group.spawn("client sends", () -> session.client().send(bytes));
            TaskHandle<byte[]> receiving = group.spawn("client receives", () -> session.client().receive());
            AnyIO.waitAllTasksBlocked();
            assertThrows(BusyResourceException.class, () -> session.client().send(new byte[1]));
            assertThrows(BusyResourceException.class, () -> session.client().receive());

            // TLS 1.3: beginning again is a key update, which asks for the other side's
            session.server().attribute(TlsAttribute.SSL_ENGINE).beginHandshake();
            session.server().send("new keys".getBytes(UTF_8));
            assertEquals("new keys", new String(receiving.await(), UTF_8));
            TaskHandle<byte[]> second = group.spawn("client receives", () -> session.client().receive());
            AnyIO.waitAllTasksBlocked();
            assertEquals(TaskHandle.Status.PENDING, sending.status());

            assertArrayEquals(bytes, receive(session.server(), BULK));
            sending.await();
            session.client().send("answered".getBytes(UTF_8));
            assertEquals("answered", new String(session.server().receive(), UTF_8));
            session.server().send("with new keys".getBytes(UTF_8));
            assertEquals("with new keys", new String(second.await(), UTF_8));
        }));
    }

    @AnyioTest @Proves("TLS-33")
    void aKeyUpdateIsAnsweredByAReceiveIfNobodySends() throws IOException {
        Session.with(context, session -> AnyIO.createTaskGroup(IOException.class).run(group -> {
            for (int round = 0; round < 3; round++) {
                TaskHandle<byte[]> receiving = group.spawn("client receives", () -> session.client().receive());
                session.server().attribute(TlsAttribute.SSL_ENGINE).beginHandshake();
                session.server().send("data".getBytes(UTF_8));
                assertEquals("data", new String(receiving.await(), UTF_8));
                TaskHandle<byte[]> second = group.spawn("client receives", () -> session.client().receive());
                AnyIO.waitAllTasksBlocked();
                session.server().send("more".getBytes(UTF_8));
                assertEquals("more", new String(second.await(), UTF_8));
                session.client().send("back".getBytes(UTF_8));
                assertEquals("back", new String(session.server().receive(), UTF_8));
            }
        }));
    }

    @AnyioTest @Proves("TLS-34")
    void anErrorOfTheTransportBreaksTheStreamForGood() throws IOException {
        Wire[] wire = new Wire[1];
        IOException reason = new IOException("the wire is cut");
        Session.with(context, o -> o, o -> o, stream -> wire[0] = new Wire(stream), session -> {
            wire[0].failure = reason;
            for (int i = 0; i < 2; i++) {
                assertSame(reason,
                        assertThrows(BrokenResourceException.class, () -> session.client().receive()).getCause());
                assertSame(reason, assertThrows(BrokenResourceException.class, () -> session.client().send(new byte[1]))
                        .getCause());
            }
            wire[0].failure = null;
            assertSame(reason,
                    assertThrows(BrokenResourceException.class, () -> session.client().send(new byte[1])).getCause(),
                    "part of a record may be lost");
        });
    }

    @AnyioTest @Proves("TLS-34")
    void anErrorOfTheTransportInTheHandshakeBreaksItToo() throws IOException {
        IOException reason = new IOException("the wire is cut");
        MemoryByteStreams memory = AnyIO.createMemoryByteStreams(1 << 16);
        Wire wire = new Wire(memory.first());
        wire.failure = reason;
        BrokenResourceException error = assertThrows(BrokenResourceException.class,
                () -> AnyIO.service(Tls.class).wrap(wire, o -> o.context(context).hostname("localhost")));
        assertSame(reason, error.getCause());
        memory.close();
    }

    @AnyioTest
    void aForgedRecordIsNeverTakenForTheEnd() throws IOException {
        Wire[] wire = new Wire[1];
        Session.with(context, o -> o, o -> o, stream -> wire[0] = new Wire(stream), session -> {
            session.server().send("good".getBytes(UTF_8));
            assertEquals("good", new String(session.client().receive(), UTF_8));
            wire[0].spoilAt = 10;
            session.server().send("bad".getBytes(UTF_8));
            for (int i = 0; i < 3; i++) {
                BrokenResourceException error = assertThrows(BrokenResourceException.class,
                        () -> session.client().receive());
                assertInstanceOf(SSLException.class, error.getCause());
            }
            assertThrows(BrokenResourceException.class, () -> session.client().send(new byte[1]));
            assertInstanceOf(SSLException.class,
                    assertThrows(BrokenResourceException.class, () -> session.server().receive()).getCause(),
                    "the alert");
        });
    }

    @AnyioTest
    void whatCameBeforeAForgedRecordIsStillReceived() throws IOException {
        Wire[] wire = new Wire[1];
        Session.with(context, o -> o, o -> o, stream -> wire[0] = new Wire(stream), session -> {
            session.server().send("good".getBytes(UTF_8));
            assertEquals("good", new String(session.client().receive(), UTF_8));
            session.server().send("first".getBytes(UTF_8));
            session.server().send("second".getBytes(UTF_8));
            wire[0].spoilAt = 60;
            ByteBuffer target = ByteBuffer.allocate(100);
            assertEquals(5, session.client().receive(target));
            assertThrows(BrokenResourceException.class, () -> session.client().receive(target));
        });
    }

    @AnyioTest
    void aServerThatIsSendingRefusesToNegotiateAgainToo() throws IOException {
        Session.with(context, o -> o.parameters(p -> p.setProtocols(new String[]{"TLSv1.2"})), o -> o, session -> {
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                TaskHandle<?> sending = group.spawn("send",
                        () -> assertThrows(BrokenResourceException.class, () -> session.server().send(new byte[BULK])));
                AnyIO.waitAllTasksBlocked();
                session.client().attribute(TlsAttribute.SSL_ENGINE).beginHandshake();
                session.client().send("again".getBytes(UTF_8));
                assertThrows(BrokenResourceException.class, () -> session.server().receive());
                BrokenResourceException told = assertThrows(BrokenResourceException.class,
                        () -> receive(session.client(), BULK));
                assertInstanceOf(SSLException.class, told.getCause(), "the alert");
                sending.await();
            });
        });
    }

    @AnyioTest
    void aServerRefusesToNegotiateAgain() throws IOException {
        Session.with(context, o -> o.parameters(p -> p.setProtocols(new String[]{"TLSv1.2"})), o -> o, session -> {
            session.client().attribute(TlsAttribute.SSL_ENGINE).beginHandshake();
            session.client().send("again".getBytes(UTF_8));
            for (int i = 0; i < 2; i++) {
                BrokenResourceException error = assertThrows(BrokenResourceException.class,
                        () -> session.server().receive());
                assertTrue(String.valueOf(error.getMessage()).contains("refused"), error.getMessage());
            }
            BrokenResourceException told = assertThrows(BrokenResourceException.class,
                    () -> session.client().receive());
            assertInstanceOf(SSLException.class, told.getCause(), "the alert");
        });
    }
}
