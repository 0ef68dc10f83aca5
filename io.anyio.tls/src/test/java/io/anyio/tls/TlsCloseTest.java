package io.anyio.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.ForwardingByteStream;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.sync.Event;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsStream;
import io.anyio.api.tls.Unwrapped;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class TlsCloseTest {
    private static SSLContext context;

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        context = TestKeys.make(folder).context("TLS");
    }

    @AnyioTest @Proves({"AR-09", "TLS-20"})
    void aCloseThatFailsWasNotGracefulButTheStreamIsClosed() throws IOException {
        Tls tls = AnyIO.service(Tls.class);
        try (MemoryByteStreams memory = AnyIO.createMemoryByteStreams(1 << 16)) {
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                TaskHandle<TlsStream> server = group.spawn("server",
                        () -> tls.wrap(memory.second(), o -> o.context(context)));
                TlsStream client = tls.wrap(memory.first(), o -> o.context(context).hostname("localhost"));
                server.await();
                memory.second().close();

                assertThrows(BrokenResourceException.class, client::close);
                assertThrows(ClosedResourceException.class, () -> memory.first().receive());
                assertThrows(ClosedResourceException.class, () -> client.send(new byte[1]));
                client.close();
            });
        }
    }

    /** A transport from which nothing is received until a gate is open. */
    private static final class Gated extends ForwardingByteStream {
        private Event gate = AnyIO.createEvent();

        Gated(ByteStream stream) {
            super(stream);
            gate.set();
        }

        @Override
        public byte[] receive(int maxBytes) throws IOException {
            gate.await();
            return super.receive(maxBytes);
        }
    }

    @AnyioTest @Proves({"TLS-27", "TLS-28"})
    void unwrappingLeavesAPlainTransportAndWhatWasReadBeyondTls() throws IOException {
        Gated[] gated = new Gated[1];
        Session.with(context, o -> o, o -> o, stream -> gated[0] = new Gated(stream),
                session -> AnyIO.createTaskGroup(IOException.class).run(group -> {
                    gated[0].gate = AnyIO.createEvent();
                    TaskHandle<Unwrapped> first = group.spawn("client", () -> session.client().unwrap());
                    assertThrows(EndOfStreamException.class, () -> session.server().receive());
                    Unwrapped server = session.server().unwrap();
                    assertFalse(server.rest().hasRemaining());
                    server.transport().send("plain".getBytes(UTF_8));
                    assertEquals(TaskHandle.Status.PENDING, first.status(), "waits for the answer");
                    gated[0].gate.set();

                    Unwrapped client = first.await();
                    assertSame(gated[0], client.transport());
                    assertEquals("plain", UTF_8.decode(client.rest()).toString());
                    client.transport().send("question".getBytes(UTF_8));
                    assertEquals("question", new String(server.transport().receive(), UTF_8));
                    server.transport().send("answer".getBytes(UTF_8));
                    assertEquals("answer", new String(client.transport().receive(), UTF_8));

                    assertThrows(ClosedResourceException.class, () -> session.client().receive());
                    assertThrows(ClosedResourceException.class, () -> session.client().unwrap());
                    session.client().close();
                    client.transport().send("still open".getBytes(UTF_8));
                    assertEquals("still open", new String(server.transport().receive(), UTF_8));
                }));
    }

    @AnyioTest @Proves("TLS-27")
    void unwrappingHandsOverWhatNobodyHasReceived() throws IOException {
        Session.with(context, session -> AnyIO.createTaskGroup(IOException.class).run(group -> {
            session.server().send("one two".getBytes(UTF_8));
            assertEquals("one", new String(session.client().receive(3), UTF_8));
            session.server().send(" three".getBytes(UTF_8));
            TaskHandle<Unwrapped> server = group.spawn("server", () -> session.server().unwrap());
            Unwrapped client = session.client().unwrap();
            assertEquals(" two three", UTF_8.decode(client.unread()).toString());
            assertFalse(server.await().unread().hasRemaining());
            server.await().transport().send("plain".getBytes(UTF_8));
            assertEquals("plain", client.rest().hasRemaining()
                    ? UTF_8.decode(client.rest()).toString()
                    : new String(client.transport().receive(), UTF_8));
        }));
    }

    @AnyioTest
    void unwrappingGivesUpOnASideThatGoesOnSending() throws IOException {
        Session.with(context, session -> AnyIO.createTaskGroup(IOException.class).run(group -> {
            group.spawn("server", () -> session.server().send(new byte[2 << 20]));
            BrokenResourceException error = assertThrows(BrokenResourceException.class,
                    () -> session.client().unwrap());
            assertTrue(String.valueOf(error.getMessage()).contains("goes on sending"), error.getMessage());
            group.cancel();
        }));
    }

    @AnyioTest
    void unwrappingWorksInTls12Too() throws IOException {
        Session.with(context, o -> o.parameters(p -> p.setProtocols(new String[]{"TLSv1.2"})), o -> o,
                session -> AnyIO.createTaskGroup(IOException.class).run(group -> {
                    TaskHandle<Unwrapped> first = group.spawn("client", () -> session.client().unwrap());
                    assertThrows(EndOfStreamException.class, () -> session.server().receive());
                    Unwrapped server = session.server().unwrap();
                    server.transport().send("plain".getBytes(UTF_8));
                    Unwrapped client = first.await();
                    assertEquals("plain", client.rest().hasRemaining()
                            ? UTF_8.decode(client.rest()).toString()
                            : new String(client.transport().receive(), UTF_8));
                }));
    }

    @AnyioTest(virtualClock = true)
    void aCancelledUnwrapLeavesNothingButClosing() throws IOException {
        Session.with(context, session -> {
            session.server().send("taken by the unwrap".getBytes(UTF_8));
            assertFalse(AnyIO.moveOnAfter(Duration.ofSeconds(1), () -> {
                session.client().unwrap();
            }));
            session.server().send("behind a gap".getBytes(UTF_8));
            session.server().sendEof();
            assertThrows(ClosedResourceException.class, () -> session.client().receive());
            assertThrows(ClosedResourceException.class, () -> session.client().receive(ByteBuffer.allocate(9)));
            assertThrows(ClosedResourceException.class, () -> session.client().receive(_ -> {}));
            assertThrows(ClosedResourceException.class, () -> session.client().unwrap());
            assertThrows(ClosedResourceException.class, () -> session.client().sendEof());
            assertThrows(ClosedResourceException.class, () -> session.client().send(new byte[1]));
            AnyIO.closeForcefully(session.client());
            assertThrows(ClosedResourceException.class, () -> session.transport().first().receive());
        });
    }

    @AnyioTest
    void aCloseWhileAnotherTaskReceivesStillDoesTheClosingHandshake() throws IOException {
        Session.with(context, session -> AnyIO.createTaskGroup(IOException.class).run(group -> {
            TaskHandle<?> receiving = group.spawn("receive",
                    () -> assertThrows(ClosedResourceException.class, () -> session.client().receive()));
            AnyIO.waitAllTasksBlocked();
            TaskHandle<?> closing = group.spawn("close", () -> session.client().close());
            AnyIO.waitAllTasksBlocked();
            session.server().send("too late".getBytes(UTF_8));
            receiving.await();
            AnyIO.waitAllTasksBlocked();
            assertEquals(TaskHandle.Status.PENDING, closing.status(), "waits for the answer");
            assertThrows(EndOfStreamException.class, () -> session.server().receive());
            session.server().close();
            closing.await();
        }));
    }

    @AnyioTest
    void aCloseWhileAnotherTaskSendsLetsItsRecordOutFirst() throws IOException {
        Session.with(context, session -> AnyIO.createTaskGroup(IOException.class).run(group -> {
            TaskHandle<?> sending = group.spawn("send",
                    () -> assertThrows(ClosedResourceException.class, () -> session.client().send(new byte[1 << 20])));
            AnyIO.waitAllTasksBlocked();
            TaskHandle<?> closing = group.spawn("close", () -> session.client().close());
            AnyIO.waitAllTasksBlocked();
            int count = 0;
            for (byte[] chunk : session.server()) {
                count += chunk.length;
            }
            assertTrue(count < 1 << 20, "the end came after " + count + " bytes");
            sending.await();
            session.server().close();
            closing.await();
        }));
    }

    @AnyioTest
    void whoHasSentTheEndNeedNotWaitForTheAnswer() throws IOException {
        Session.with(context, session -> AnyIO.createTaskGroup(IOException.class).run(group -> {
            TaskHandle<?> closing = group.spawn("close", () -> session.server().close());
            AnyIO.waitAllTasksBlocked();
            closing.cancel();
            closing.awaitEnd();
            assertThrows(EndOfStreamException.class, () -> session.client().receive());
            session.client().close();
        }));
    }
}
