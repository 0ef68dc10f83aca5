package io.anyio.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.ForwardingByteStream;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.sync.BusyResourceException;
import io.anyio.api.tls.Tls;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a transport throws: it is closed by the close of its stream, and it hides no reason of TLS. */
class TransportErrorsTest {
    private static final List<Supplier<Throwable>> THROWN = List.of(() -> new IOException("cut"),
            () -> new BrokenResourceException("reset", null), () -> new ClosedResourceException("This direction"),
            () -> new BusyResourceException("writing to"), IllegalStateException::new, StackOverflowError::new);

    /** A record that was not encrypted. */
    private static final byte[] FORGED = Arrays.copyOf(new byte[]{23, 3, 3, 0, 32}, 5 + 32);

    private static SSLContext context;

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        context = TestKeys.make(folder).context("TLS");
    }

    private enum In {
        SEND,

        RECEIVE,

        END
    }

    /** Looks like a socket. */
    private static final class Throwing extends ForwardingByteStream {
        private final Set<In> where = EnumSet.noneOf(In.class);
        private @Nullable Throwable thrown;
        private boolean closed;

        Throwing(ByteStream stream) {
            super(stream);
        }

        void failIn(In step, Throwable error) {
            where.add(step);
            thrown = error;
        }

        private void step(In step) throws IOException {
            if (where.contains(step)) {
                Throwing.<IOException>sneak(thrown);
            }
        }

        @SuppressWarnings("unchecked")
        private static <X extends Throwable> void sneak(@Nullable Throwable error) throws X {
            throw (X) error;
        }

        @Override
        public byte[] receive(int maxBytes) throws IOException {
            step(In.RECEIVE);
            return super.receive(maxBytes);
        }

        @Override
        public void send(ByteBuffer source) throws IOException {
            step(In.SEND);
            super.send(source);
        }

        @Override
        public void sendEof() throws IOException {
            step(In.END);
            super.sendEof();
        }

        @Override
        public void close() throws IOException {
            closed = true;
            super.close();
        }

        @Override
        public Map<TypedAttribute<?>, Supplier<?>> attributes() {
            return Map.of(SocketAttribute.REMOTE_ADDRESS, () -> new InetSocketAddress(1));
        }
    }

    @AnyioTest
    void aCloseThatFailsClosesTheTransport() throws IOException {
        for (boolean standard : List.of(true, false)) {
            for (In step : In.values()) {
                for (Supplier<Throwable> each : THROWN) {
                    Throwing[] wire = new Throwing[1];
                    Session.with(context, o -> o.standardCompatible(standard), o -> o.standardCompatible(standard),
                            stream -> wire[0] = new Throwing(stream), session -> {
                                wire[0].failIn(step, each.get());
                                session.server().sendEof();
                                session.transport().second().sendEof();
                                try {
                                    session.client().close();
                                } catch (IOException | RuntimeException | StackOverflowError e) {
                                    // it says so
                                }
                                assertTrue(wire[0].closed, () -> step + " throws " + each.get() + ", " + standard);
                            });
                }
            }
        }
    }

    /** The alert cannot be sent. */
    @AnyioTest
    void theReasonOfAFailedHandshakeStays() throws IOException {
        Tls tls = AnyIO.service(Tls.class);
        for (Supplier<Throwable> each : THROWN.subList(0, THROWN.size() - 1)) {
            try (MemoryByteStreams memory = AnyIO.createMemoryByteStreams(1 << 16)) {
                memory.second().send("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
                Throwing wire = new Throwing(memory.first());
                Throwable thrown = each.get();
                wire.failIn(In.SEND, thrown);
                SSLException error = assertThrows(SSLException.class, () -> tls.wrap(wire, o -> o.context(context)));
                assertEquals(1, error.getSuppressed().length);
                assertTrue(error.getSuppressed()[0] == thrown || error.getSuppressed()[0].getCause() == thrown);
            }
        }
    }

    @AnyioTest
    void theReasonOfABrokenSessionStays() throws IOException {
        for (Supplier<Throwable> each : THROWN.subList(0, THROWN.size() - 1)) {
            Throwing[] wire = new Throwing[1];
            Session.with(context, o -> o, o -> o, stream -> wire[0] = new Throwing(stream), session -> {
                session.transport().second().send(FORGED);
                wire[0].failIn(In.SEND, each.get());
                BrokenResourceException first = assertThrows(BrokenResourceException.class, () -> {
                    session.client().receive();
                });
                SSLException reason = assertInstanceOf(SSLException.class, first.getCause());
                assertSame(reason,
                        assertThrows(BrokenResourceException.class, () -> session.client().receive()).getCause());
            });
        }
    }
}
