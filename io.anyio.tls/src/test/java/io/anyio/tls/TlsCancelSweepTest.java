package io.anyio.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.task.Block;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsOptions;
import io.anyio.api.tls.TlsStream;
import io.anyio.api.tls.Unwrapped;
import io.anyio.testing.AnyioTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * Handshakes and ends of TLS, cancelled at each of their waits: before it, while it lasts, and after it was granted. An
 * operation that did not come to its end throws the cancellation and leaves its transport as the documentation says;
 * the other side sees that the transport ended, and never garbage.
 */
class TlsCancelSweepTest {
    /** Small, so that the sender of a record has to wait for its receiver. */
    private static final int BUFFER = 500;
    private static final byte[] UNREAD = new byte[5000];
    private static final byte[] PLAIN = "plain".getBytes(US_ASCII);
    private static SSLContext context;

    private final Tls tls = AnyIO.service(Tls.class);

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        context = TestKeys.make(folder).context("TLS");
    }

    /** One side of a session; the other side behaves as usual. */
    private record Stage(TaskGroup<?> group, MemoryByteStreams memory, CancellingWire wire,
            UnaryOperator<TlsOptions> mine,
            UnaryOperator<TlsOptions> others, int cancelAt) {
        /** Runs what is cancelled; false if it was. */
        boolean completes(Block<IOException> operation) throws IOException {
            CancelScope scope = AnyIO.openCancelScope();
            wire.arm(scope, cancelAt);
            boolean[] completed = {false};
            scope.run(() -> {
                operation.run();
                completed[0] = true;
            });
            assertEquals(!completed[0], scope.cancelledCaught(), "it completes, or throws the cancellation");
            return completed[0];
        }
    }

    private static UnaryOperator<TlsOptions> side(boolean server, SSLContext used, String protocol) {
        return o -> (server ? o : o.hostname("localhost")).serverSide(server).context(used)
                .parameters(p -> p.setProtocols(new String[]{protocol}));
    }

    /** Cancels an operation at each step that it has without that; for both sides and versions. */
    private void sweep(BlockWith<Stage, IOException> operation) throws IOException {
        for (String protocol : List.of("TLSv1.3", "TLSv1.2")) {
            for (boolean server : List.of(false, true)) {
                int steps = run(operation, server, protocol, -1);
                assertTrue(steps > 3, () -> steps + " steps");
                for (int step = 0; step < steps; step++) {
                    try {
                        run(operation, server, protocol, step);
                    } catch (Throwable e) {
                        throw new AssertionError("%s of %s, cancelled at step %d of %d".formatted(
                                server ? "The server's side" : "The client's side",
                                protocol, step, steps), e);
                    }
                }
            }
        }
    }

    private int run(BlockWith<Stage, IOException> operation, boolean server, String protocol, int cancelAt)
            throws IOException {
        int[] steps = new int[1];
        try (MemoryByteStreams memory = AnyIO.createMemoryByteStreams(BUFFER)) {
            CancellingWire wire = new CancellingWire(memory.first());
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                operation.run(new Stage(group, memory, wire, side(server, wire.counted(context), protocol),
                        side(!server, context, protocol), cancelAt));
                steps[0] = wire.steps();
            });
        }
        return steps[0];
    }

    /** The other side: receives all, and then does something. What goes wrong there is its value. */
    private TaskHandle<@Nullable Throwable> other(Stage stage, ByteArrayOutputStream received,
            BlockWith<TlsStream, IOException> then) {
        return stage.group.spawn("other side", () -> {
            ByteStream transport = stage.memory.second();
            try (transport) {
                TlsStream stream = tls.wrap(transport, stage.others);
                while (stream.<IOException>receive(bytes -> {
                    byte[] chunk = new byte[bytes.remaining()];
                    bytes.get(chunk);
                    received.writeBytes(chunk);
                })) {
                }
                then.run(stream);
                return null;
            } catch (IOException e) {
                return e;
            }
        });
    }

    /** A transport that ended is no forged record: the other side has no reason by the engine. */
    private static void sawNoGarbage(TaskHandle<@Nullable Throwable> other) {
        Throwable error = other.await();
        if (error != null && !(error instanceof BrokenResourceException && error.getCause() == null)) {
            throw new AssertionError("The other side has seen garbage", error);
        }
    }

    /** Checks that the owner can use it: bytes that are under way can be received, and the end can be sent. */
    private static void isOpen(ByteStream transport) throws IOException {
        transport.sendEof();
        assertThrows(EndOfStreamException.class, () -> {
            while (true) {
                transport.receive();
            }
        });
    }

    /** By this side; the other one may have done its part. */
    private static void isNotClosed(ByteStream transport) throws IOException {
        try {
            transport.send(new byte[0]);
        } catch (BrokenResourceException _) {
            // it has
        }
    }

    private static void isClosed(ByteStream transport) {
        assertThrows(ClosedResourceException.class, () -> transport.send(new byte[1]));
        assertThrows(ClosedResourceException.class, transport::receive);
    }

    // ---- handshakes

    @AnyioTest(timeout = 120)
    void aWrapLeavesItsTransportOpen() throws IOException {
        sweep(stage -> {
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            TaskHandle<@Nullable Throwable> other = other(stage, received, TlsStream::close);
            TlsStream[] made = new TlsStream[1];
            if (stage.completes(() -> made[0] = tls.wrap(stage.wire, stage.mine))) {
                made[0].send(PLAIN);
                made[0].close();
                assertEquals(null, other.await());
                assertArrayEquals(PLAIN, received.toByteArray());
            } else {
                isOpen(stage.memory.first());
                sawNoGarbage(other);
            }
        });
    }

    @AnyioTest(timeout = 120)
    void aListenerClosesItsConnection() throws IOException {
        sweep(stage -> {
            TaskHandle<@Nullable Throwable> other = other(stage, new ByteArrayOutputStream(), TlsStream::close);
            boolean completed = stage.completes(
                    () -> tls.listen(new OneStream(stage.wire), o -> o.session(stage.mine)).serve(TlsStream::close));
            isClosed(stage.memory.first());
            if (completed) {
                assertEquals(null, other.await());
            }
            sawNoGarbage(other);
        });
    }

    /** Over sockets; its steps are those of the engine. */
    @AnyioTest(timeout = 120)
    void connectTcpClosesItsConnection() throws IOException {
        try (SocketListener listener = AnyIO.service(Listeners.class).tcp(0, o -> o.host("127.0.0.1"))) {
            int steps = connect(listener, -1);
            assertTrue(steps >= 3, () -> steps + " steps");
            for (int step = 0; step < steps; step++) {
                connect(listener, step);
            }
        }
    }

    private int connect(SocketListener listener, int cancelAt) throws IOException {
        int[] steps = new int[1];
        try (MemoryByteStreams memory = AnyIO.createMemoryByteStreams(1)) {
            CancellingWire wire = new CancellingWire(memory.first());
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                Stage stage = new Stage(group, memory, wire, side(false, wire.counted(context), "TLSv1.3"), o -> o,
                        cancelAt);
                List<SocketStream> made = new ArrayList<>();
                TaskHandle<@Nullable Throwable> other = group.spawn("server", () -> {
                    try (SocketStream socket = listener.accept()) {
                        tls.wrap(socket, o -> o.context(context)).receive();
                        return null;
                    } catch (IOException e) {
                        return e;
                    }
                });
                boolean completed = stage.completes(
                        () -> made.add(AnyIO.service(Network.class).connectTcp("127.0.0.1", listener.localPort(),
                                o -> o.tls(t -> stage.mine.apply(t)))));
                steps[0] = wire.steps();
                if (completed) {
                    made.getFirst().send(PLAIN);
                    AnyIO.closeForcefully(made.getFirst());
                }
                Throwable error = other.await(); // ends only if the connection was closed
                assertTrue(error == null ? completed : error instanceof BrokenResourceException,
                        () -> String.valueOf(error));
            });
        }
        return steps[0];
    }

    // ---- the end

    @AnyioTest(timeout = 120)
    void anUnwrapIsDoneOrLeavesNothingButTheClose() throws IOException {
        unwrap(AnyIO::closeForcefully);
    }

    /** What the unwrap has begun to send is finished first. */
    @AnyioTest(timeout = 120)
    void afterACancelledUnwrapTheCloseIsAGoodOne() throws IOException {
        unwrap(TlsStream::close);
    }

    private void unwrap(BlockWith<TlsStream, IOException> close) throws IOException {
        sweep(stage -> {
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            TaskHandle<@Nullable Throwable> other = stage.group.spawn("other side", () -> {
                ByteStream transport = stage.memory.second();
                try (transport) {
                    TlsStream stream = tls.wrap(transport, stage.others);
                    stream.send(UNREAD);
                    received.writeBytes(stream.receive());
                    assertThrows(EndOfStreamException.class, stream::receive);
                    stream.unwrap();
                    transport.send(PLAIN);
                    return null;
                } catch (IOException e) {
                    return e;
                }
            });
            TlsStream stream = tls.wrap(stage.wire, stage.mine);
            stream.send(PLAIN);
            Unwrapped[] unwrapped = new Unwrapped[1];
            if (stage.completes(() -> unwrapped[0] = stream.unwrap())) {
                assertEquals(UNREAD.length, unwrapped[0].unread().remaining());
                ByteArrayOutputStream plain = new ByteArrayOutputStream();
                plain.write(unwrapped[0].rest().array(),
                        unwrapped[0].rest().arrayOffset() + unwrapped[0].rest().position(),
                        unwrapped[0].rest().remaining());
                unwrapped[0].transport().forEach(plain::writeBytes);
                assertArrayEquals(PLAIN, plain.toByteArray());
                assertEquals(null, other.await());
                assertArrayEquals(PLAIN, received.toByteArray());
                assertThrows(ClosedResourceException.class, stream::receive);
            } else {
                assertThrows(ClosedResourceException.class, () -> stream.send(PLAIN));
                assertThrows(ClosedResourceException.class, stream::receive);
                isNotClosed(stage.memory.first());
                close.run(stream);
                isClosed(stage.memory.first());
                sawNoGarbage(other);
            }
        });
    }

    @AnyioTest(timeout = 120)
    void aCloseClosesItsTransport() throws IOException {
        sweep(stage -> {
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            TaskHandle<@Nullable Throwable> other = other(stage, received, TlsStream::close);
            TlsStream stream = tls.wrap(stage.wire, stage.mine);
            stream.send(PLAIN);
            boolean completed = stage.completes(stream::close);
            isClosed(stage.memory.first());
            if (completed) {
                assertEquals(null, other.await());
            }
            sawNoGarbage(other);
            assertArrayEquals(PLAIN, received.toByteArray());
        });
    }
}
