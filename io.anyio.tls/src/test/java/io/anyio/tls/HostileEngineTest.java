package io.anyio.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.tls.Tls;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * An engine, and what it calls, that throws what it should not: the session is over for good, nothing is garbled, and
 * the next one works.
 */
class HostileEngineTest {
    private static final List<Supplier<Throwable>> THROWN = List.of(() -> new SSLException("no"),
            () -> new IllegalStateException("bad state"),
            () -> new OutOfMemoryError("as good as"), StackOverflowError::new, () -> new NoClassDefFoundError("gone"));

    private static SSLContext context;

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        context = TestKeys.make(folder).context("TLS");
    }

    /** Where it is thrown. */
    private enum At {
        WRAP, UNWRAP, TASK
    }

    /** Throws once, after so many calls. */
    private static final class Throwing extends FaultyEngine {
        private final At at;
        private final Throwable thrown;
        private int calls;

        Throwing(SSLEngine engine, At at, Throwable thrown, int calls) {
            super(engine);
            this.at = at;
            this.thrown = thrown;
            this.calls = calls;
        }

        private void disturb(At here) throws SSLException {
            if (here == at && --calls == 0) {
                HostileEngineTest.<SSLException>sneak(thrown);
            }
        }

        @Override
        public SSLEngineResult wrap(ByteBuffer[] sources, int offset, int length, ByteBuffer target)
                throws SSLException {
            SSLEngineResult result = super.wrap(sources, offset, length, target);
            disturb(At.WRAP);
            return result;
        }

        @Override
        public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer[] targets, int offset, int length)
                throws SSLException {
            SSLEngineResult result = super.unwrap(source, targets, offset, length);
            disturb(At.UNWRAP);
            return result;
        }

        @Override
        public @Nullable Runnable getDelegatedTask() {
            Runnable task = super.getDelegatedTask();
            return task == null || at != At.TASK ? task : () -> {
                HostileEngineTest.<RuntimeException>sneak(thrown);
            };
        }
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> void sneak(Throwable thrown) throws X {
        throw (X) thrown;
    }

    @AnyioTest(timeout = 60)
    void whatIsThrownInAHandshakeEndsItAndNotTheLoop() throws IOException {
        Tls tls = AnyIO.service(Tls.class);
        for (At at : At.values()) {
            for (Supplier<Throwable> each : THROWN) {
                Throwable thrown = each.get();
                SSLContext hostile = FaultyEngine.context(context, (engine, _) -> new Throwing(engine, at, thrown, 1));
                MemoryByteStreams memory = AnyIO.createMemoryByteStreams(1 << 16);
                AnyIO.createTaskGroup(IOException.class).run(group -> {
                    TaskHandle<?> server = group.spawn("server",
                            () -> assertThrows(IOException.class,
                                    () -> tls.wrap(memory.second(), o -> o.context(context))));
                    Throwable error = assertThrows(Throwable.class,
                            () -> tls.wrap(memory.first(), o -> o.hostname("localhost").context(hostile)));
                    assertTrue(error == thrown || (error instanceof SSLException && error.getCause() == thrown),
                            () -> at + ": " + error);
                    memory.first().close();
                    server.await();
                });
                memory.close();
            }
        }
        Session.with(context, session -> session.client().send(new byte[1]));
    }

    @AnyioTest(timeout = 60)
    void whatIsThrownInASessionBreaksItForGood() throws IOException {
        for (Supplier<Throwable> each : THROWN) {
            Throwable thrown = each.get();
            for (At at : List.of(At.WRAP, At.UNWRAP)) {
                Throwing[] engines = new Throwing[1];
                SSLContext hostile = FaultyEngine.context(context,
                        (engine, _) -> engines[0] = new Throwing(engine, at, thrown, 0));
                Session.with(context, o -> o.context(hostile), o -> o, session -> {
                    session.server().send(new byte[]{1});
                    assertArrayEquals(new byte[]{1}, session.client().receive());
                    engines[0].calls = 1;
                    session.server().send(new byte[]{2});
                    Throwable error = assertThrows(Throwable.class,
                            () -> {
                                if (at == At.WRAP) {
                                    session.client().send(new byte[1]);
                                } else {
                                    session.client().receive(); // perhaps what came before
                                    session.client().receive();
                                }
                            });
                    if (error != thrown) {
                        SSLException reason = assertInstanceOf(SSLException.class,
                                assertInstanceOf(BrokenResourceException.class, error).getCause());
                        assertTrue(reason == thrown || reason.getCause() == thrown, () -> at + ": " + error);
                    }
                    if (at == At.UNWRAP) {
                        assertThrows(BrokenResourceException.class, () -> {
                            session.client().receive(); // perhaps what came before
                            session.client().receive();
                        });
                    }
                    assertDoesNotThrow(() -> AnyIO.closeForcefully(session.client()));
                    assertThrows(ClosedResourceException.class, () -> session.transport().first().receive());
                });
            }
        }
    }

    /** Wants to answer the next record, as to a key update, and fails once when it does. */
    private static final class Answering extends FaultyEngine {
        private final SSLException thrown = new SSLException("no answer");
        private boolean asked;
        private boolean failed;

        Answering(SSLEngine engine) {
            super(engine);
        }

        private boolean wantsToAnswer() {
            return asked && !failed;
        }

        @Override
        public SSLEngineResult wrap(ByteBuffer[] sources, int offset, int length, ByteBuffer target)
                throws SSLException {
            if (wantsToAnswer()) {
                failed = true;
                throw thrown;
            }
            return super.wrap(sources, offset, length, target);
        }

        @Override
        public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer[] targets, int offset, int length)
                throws SSLException {
            SSLEngineResult result = super.unwrap(source, targets, offset, length);
            return wantsToAnswer()
                    ? new SSLEngineResult(result.getStatus(), HandshakeStatus.NEED_WRAP, result.bytesConsumed(),
                            result.bytesProduced())
                    : result;
        }

        @Override
        public HandshakeStatus getHandshakeStatus() {
            return wantsToAnswer() ? HandshakeStatus.NEED_WRAP : super.getHandshakeStatus();
        }
    }

    @AnyioTest
    void anAnswerThatFailsBreaksTheSessionForGood() throws IOException {
        Answering[] engines = new Answering[1];
        SSLContext hostile = FaultyEngine.context(context, (engine, _) -> engines[0] = new Answering(engine));
        Session.with(context, o -> o.context(hostile), o -> o, session -> {
            session.server().send(new byte[]{1});
            assertArrayEquals(new byte[]{1}, session.client().receive());
            engines[0].asked = true;
            session.server().send(new byte[]{2});
            session.server().send(new byte[]{3});
            assertArrayEquals(new byte[]{2}, session.client().receive());
            for (int i = 0; i < 2; i++) {
                Throwable error = assertThrows(BrokenResourceException.class, () -> session.client().receive());
                assertSame(engines[0].thrown, error.getCause());
            }
            // the other side is told: this engine has no alert of its own, so that it is close_notify
            assertThrows(EndOfStreamException.class, () -> session.server().receive());
            AnyIO.closeForcefully(session.client());
        });
    }

    @AnyioTest
    void aHookThatThrowsEndsTheListenerAndTheConnectionIsClosed() throws IOException {
        Tls tls = AnyIO.service(Tls.class);
        for (Throwable thrown : List.of(new IllegalStateException("hook"), new StackOverflowError("hook"))) {
            MemoryByteStreams memory = AnyIO.createMemoryByteStreams(1 << 16);
            memory.second().send("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
            Throwable error = assertThrows(Throwable.class, () -> tls.listen(new OneStream(memory.first()),
                    o -> o.context(context).onHandshakeError((_, _) -> HostileEngineTest.<Exception>sneak(thrown)))
                    .serve(_ -> {}));
            assertSame(thrown, error);
            assertThrows(ClosedResourceException.class, () -> memory.first().receive());
            memory.close();
        }
    }
}
