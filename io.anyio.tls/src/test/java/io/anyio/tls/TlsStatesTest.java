package io.anyio.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.task.Block;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsAttribute;
import io.anyio.api.tls.TlsStream;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every operation in every state that a stream can be in, from everywhere: a forced close never throws, and after it
 * there is nothing but closed streams.
 */
class TlsStatesTest {
    private static SSLContext context;

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        context = TestKeys.make(folder).context("TLS");
    }

    /** What a test of a state gets. */
    private record Situation(Session session, TlsRecordsTest.Wire wire, TaskGroup<IOException> group) {
        TlsStream client() {
            return session.client();
        }
    }

    private enum State {
        OPEN(_ -> {}),

        WITH_UNREAD_DATA(s -> {
            s.session.server().send(new byte[100]);
            assertEquals(1, s.client().receive(1).length);
        }),

        END_SENT(s -> s.client().sendEof()),

        END_RECEIVED(s -> {
            s.session.server().sendEof();
            assertThrows(EndOfStreamException.class, () -> s.client().receive());
        }),

        TRANSPORT_ENDED(s -> {
            s.session.transport().second().sendEof();
            assertThrows(BrokenResourceException.class, () -> s.client().receive());
        }),

        TRANSPORT_CLOSED(s -> s.session.transport().first().close()),

        TRANSPORT_BROKEN(s -> {
            s.wire.failure = new IOException("the wire is cut");
            assertThrows(BrokenResourceException.class, () -> s.client().send(new byte[1]));
            assertThrows(BrokenResourceException.class, () -> s.client().receive());
        }),

        FORGED(s -> {
            s.wire.spoilAt = 10;
            s.session.server().send(new byte[10]);
            assertThrows(BrokenResourceException.class, () -> s.client().receive());
        }),

        SEND_CANCELLED(s -> assertFalse(during(s, () -> s.client().send(new byte[1 << 20])))),

        UNWRAP_CANCELLED(s -> assertFalse(during(s, () -> s.client().unwrap()))),

        SOMEBODY_RECEIVES(s -> {
            s.group.spawn("receive", () -> assertThrows(ClosedResourceException.class, () -> s.client().receive()));
            AnyIO.waitAllTasksBlocked();
        }),

        SOMEBODY_SENDS(s -> {
            s.group.spawn("send",
                    () -> assertThrows(ClosedResourceException.class, () -> s.client().send(new byte[1 << 20])));
            AnyIO.waitAllTasksBlocked();
        }),

        SOMEBODY_UNWRAPS(s -> {
            s.group.spawn("unwrap", () -> assertThrows(ClosedResourceException.class, () -> s.client().unwrap()));
            AnyIO.waitAllTasksBlocked();
        }),

        SOMEBODY_CLOSES(s -> {
            s.group.spawn("close", () -> s.client().close());
            AnyIO.waitAllTasksBlocked();
        }),

        CLOSED(s -> {
            s.session.close();
        });

        final BlockWith<Situation, IOException> reach;

        State(BlockWith<Situation, IOException> reach) {
            this.reach = reach;
        }

        private static boolean during(Situation s, Block<IOException> operation) throws IOException {
            CancelScope scope = AnyIO.openCancelScope();
            s.group.spawn("canceller", () -> {
                AnyIO.waitAllTasksBlocked();
                scope.cancel();
            });
            scope.run(operation);
            return !scope.cancelledCaught();
        }
    }

    private enum From {
        THE_SAME_TASK {
            @Override
            void close(Situation s) throws IOException {
                AnyIO.closeForcefully(s.client());
            }
        },

        A_CANCELLED_SCOPE {
            @Override
            void close(Situation s) throws IOException {
                CancelScope scope = AnyIO.openCancelScope();
                scope.cancel();
                scope.run(() -> s.client().close());
            }
        },

        ANOTHER_TASK {
            @Override
            void close(Situation s) throws IOException {
                TaskHandle<?> other = s.group.spawn("closes forcefully", () -> AnyIO.closeForcefully(s.client()));
                other.await();
            }
        },

        ANOTHER_LOOP {
            @Override
            void close(Situation s) throws IOException {
                AnyIO.runInWorkerThread(() -> AnyIO.run(() -> AnyIO.closeForcefully(s.client())));
            }
        },

        AN_ORDINARY_THREAD {
            @Override
            void close(Situation s) throws IOException {
                AnyIO.runInWorkerThread(() -> s.client().close());
            }
        };

        abstract void close(Situation s) throws IOException;
    }

    private static void in(State state, BlockWith<Situation, IOException> test) throws IOException {
        TlsRecordsTest.Wire[] wire = new TlsRecordsTest.Wire[1];
        Session.with(context, o -> o, o -> o, stream -> wire[0] = new TlsRecordsTest.Wire(stream),
                session -> AnyIO.createTaskGroup(IOException.class).run(group -> {
                    Situation situation = new Situation(session, wire[0], group);
                    state.reach.run(situation);
                    test.run(situation);
                }));
    }

    @AnyioTest(timeout = 60) @Proves({"AR-05", "TLS-26"})
    void aForcedCloseNeverThrowsAndLeavesNothingOpen() throws IOException {
        for (State state : State.values()) {
            for (From from : From.values()) {
                String which = state + " from " + from;
                in(state, s -> {
                    assertDoesNotThrow(() -> from.close(s), which);
                    assertDoesNotThrow(() -> from.close(s), () -> which + " again");
                    s.client().close();
                    assertThrows(ClosedResourceException.class, () -> s.session.transport().first().receive(), which);
                    assertThrows(ClosedResourceException.class, () -> s.client().send(new byte[1]), which);
                    assertThrows(ClosedResourceException.class, () -> s.client().send(ByteBuffer.allocate(1)), which);
                    assertThrows(ClosedResourceException.class, () -> s.client().receive(), which);
                    assertThrows(ClosedResourceException.class, () -> s.client().receive(ByteBuffer.allocate(1)),
                            which);
                    assertThrows(ClosedResourceException.class, () -> s.client().receive(_ -> {}), which);
                    assertThrows(ClosedResourceException.class, () -> s.client().sendEof(), which);
                    assertThrows(ClosedResourceException.class, () -> s.client().unwrap(), which);
                    assertEquals("TLSv1.3", s.client().attribute(TlsAttribute.TLS_VERSION), which);
                });
            }
        }
    }

    @AnyioTest(timeout = 60)
    void aGracefulCloseIsBrokenAtTheMost() throws IOException {
        for (State state : State.values()) {
            in(state, s -> {
                TaskHandle<?> closing = s.group.spawn("close", () -> {
                    try {
                        s.client().close();
                    } catch (BrokenResourceException _) {
                        // it was not graceful
                    }
                });
                AnyIO.waitAllTasksBlocked();
                AnyIO.closeForcefully(s.session.server());
                closing.await();
                AnyIO.closeForcefully(s.client());
                assertThrows(ClosedResourceException.class, () -> s.session.transport().first().receive(),
                        state.name());
            });
        }
    }

    @AnyioTest
    void anUnwrappedStreamIsClosedAndItsTransportIsNot() throws IOException {
        for (From from : From.values()) {
            in(State.OPEN, s -> {
                TaskHandle<?> other = s.group.spawn("unwrap", () -> s.session.server().unwrap());
                s.client().unwrap();
                other.await();
                assertDoesNotThrow(() -> from.close(s));
                s.session.transport().first().send(new byte[]{7});
                assertEquals(7, s.session.transport().second().receive()[0]);
            });
        }
    }

    @AnyioTest
    void aTransportThatIsClosedInTheHandshakeEndsIt() throws IOException {
        Tls tls = AnyIO.service(Tls.class);
        MemoryByteStreams memory = AnyIO.createMemoryByteStreams(1 << 16);
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            TaskHandle<?> handshake = group.spawn("handshake", () -> assertThrows(ClosedResourceException.class,
                    () -> tls.wrap(memory.first(), o -> o.hostname("localhost").context(context))));
            memory.second().receive();
            AnyIO.waitAllTasksBlocked();
            AnyIO.closeForcefully(memory.first());
            handshake.await();
        });
        memory.close();
    }

    @AnyioTest
    void afterAFailedHandshakeTheTransportIsStillThere() throws IOException {
        Tls tls = AnyIO.service(Tls.class);
        MemoryByteStreams memory = AnyIO.createMemoryByteStreams(1 << 16);
        memory.second().send("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
        assertThrows(SSLException.class, () -> tls.wrap(memory.first(), o -> o.context(context)));
        assertEquals(21, memory.second().receive()[0], "an alert");
        memory.first().sendEof();
        assertTrue(assertDoesNotThrow(() -> memory.second().receive(ByteBuffer.allocate(10))) == -1);
        AnyIO.closeForcefully(memory.first());
        AnyIO.closeForcefully(memory.first());
        memory.close();
    }
}
