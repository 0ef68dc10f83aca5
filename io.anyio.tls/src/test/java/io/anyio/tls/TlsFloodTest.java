package io.anyio.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsAttribute;
import io.anyio.api.tls.TlsOptions;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A peer that sends records without data blocks no task, and the receiver can be cancelled. */
class TlsFloodTest {
    private static final int RECORDS = 60_000;
    private static final byte EMPTY = 0;

    private static SSLContext context;

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        context = TestKeys.make(folder).context("TLS");
    }

    /** A client for which a byte that is zero is a whole record without data. */
    private static final class Empties extends FaultyEngine {
        Empties(SSLEngine engine) {
            super(engine);
        }

        @Override
        public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer[] targets, int offset, int length)
                throws SSLException {
            if (source.hasRemaining() && source.get(source.position()) == EMPTY) {
                source.get();
                return new SSLEngineResult(Status.OK, HandshakeStatus.NOT_HANDSHAKING, 1, 0);
            }
            return super.unwrap(source, targets, offset, length);
        }
    }

    private static UnaryOperator<TlsOptions> takingEmpties() {
        SSLContext empties = FaultyEngine.context(context, (engine, _) -> new Empties(engine));
        return o -> o.context(empties);
    }

    /** Records without data, and then one with a byte. */
    private static void flood(Session session) throws IOException {
        session.transport().second().send(new byte[RECORDS]);
        session.server().send(new byte[]{7});
    }

    /** Counts the turns of a task that does nothing else. */
    private static int[] turnsOfAnother(TaskGroup<?> group) {
        int[] turns = new int[1];
        group.spawn("other", () -> {
            while (true) {
                turns[0]++;
                AnyIO.checkpoint();
            }
        });
        return turns;
    }

    @AnyioTest(timeout = 60)
    void recordsWithoutDataLetOthersRun() throws IOException {
        Session.with(context, takingEmpties(), o -> o,
                session -> AnyIO.createTaskGroup(IOException.class).run(group -> {
                    flood(session);
                    int[] turns = turnsOfAnother(group);
                    assertArrayEquals(new byte[]{7}, session.client().receive());
                    assertTrue(turns[0] > 2, () -> turns[0] + " turns beside the flood");
                    group.cancel();
                }));
    }

    @AnyioTest(timeout = 60) @Proves("TLS-31")
    void aReceiveOfRecordsWithoutDataCanBeCancelledAndLosesNothing() throws IOException {
        Session.with(context, takingEmpties(), o -> o,
                session -> AnyIO.createTaskGroup(IOException.class).run(group -> {
                    flood(session);
                    CancelScope scope = AnyIO.openCancelScope();
                    group.spawn("cancels", () -> scope.cancel());
                    scope.run(() -> session.client().receive());
                    assertTrue(scope.cancelledCaught());
                    assertArrayEquals(new byte[]{7}, session.client().receive());
                }));
    }

    @AnyioTest(timeout = 60) @Proves("TLS-33")
    void keyUpdatesWithoutEndAreAnsweredAndLetOthersRun() throws IOException {
        Session.with(context, session -> AnyIO.createTaskGroup(IOException.class).run(group -> {
            SSLEngine engine = session.server().attribute(TlsAttribute.SSL_ENGINE);
            group.spawn("flood", () -> {
                for (int i = 0; i < 500; i++) {
                    engine.beginHandshake();
                    session.server().send(new byte[0]);
                }
                session.server().send(new byte[]{7});
            });
            group.spawn("answers", () -> session.server().receive());
            int[] turns = turnsOfAnother(group);
            assertArrayEquals(new byte[]{7}, session.client().receive());
            assertTrue(turns[0] > 2, () -> turns[0] + " turns beside the flood");
            group.cancel();
        }));
    }

    @AnyioTest(timeout = 60)
    void aHandshakeThatNeverEndsCanBeCancelled() throws IOException {
        UnaryOperator<TlsOptions> server = takingEmpties();
        try (MemoryByteStreams memory = AnyIO.createMemoryByteStreams(1 << 16)) {
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                group.spawn("flood", () -> assertThrows(BrokenResourceException.class, () -> {
                    while (true) {
                        memory.second().send(new byte[RECORDS]);
                    }
                }));
                CancelScope scope = AnyIO.openCancelScope();
                group.spawn("cancels", () -> scope.cancel());
                scope.run(() -> AnyIO.service(Tls.class).wrap(memory.first(), server));
                assertTrue(scope.cancelledCaught());
                memory.first().close();
            });
        }
    }
}
