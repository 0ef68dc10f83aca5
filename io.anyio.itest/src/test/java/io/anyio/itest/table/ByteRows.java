package io.anyio.itest.table;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.BufferedByteReceiveStream;
import io.anyio.api.stream.BufferedByteStream;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.ForwardingByteStream;
import io.anyio.api.stream.IncompleteReadException;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.stream.StapledByteStream;
import io.anyio.api.task.Block;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsStream;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Streams of bytes of every kind. */
final class ByteRows {
    /** More than the buffers of two sockets hold. */
    private static final byte[] FLOOD = new byte[24 << 20];
    private static final byte[] ONE = {1};

    /** Two connected streams; the first one is tried. */
    record Ends(ByteStream left, ByteStream right, Block<Exception> breakLeft,
            Class<? extends Throwable> receiveError) {}

    /** Connects two streams. */
    interface Open {
        Ends open(Stage stage) throws Exception;
    }

    private ByteRows() {}

    static void add(Rows rows) {
        stream(rows.kind("tcp stream", SocketStream.class), ByteRows::tcp);
        stream(rows.kind("unix stream", SocketStream.class), ByteRows::unix);
        stream(rows.kind("tls stream", TlsStream.class), ByteRows::tls);
        stream(rows.kind("memory byte stream", ByteStream.class), ByteRows::memory);
        stream(rows.kind("buffered stream", BufferedByteStream.class), ByteRows::buffered);
        stream(rows.kind("stapled byte stream", StapledByteStream.class), ByteRows::stapled);
        stream(rows.kind("forwarding stream", ForwardingByteStream.class), ByteRows::forwarding);
        Rows.Kind buffered = rows.kind("buffered receive stream", BufferedByteReceiveStream.class);
        receive(buffered, ByteRows::bufferedReceive);
        exact(buffered, ByteRows::bufferedReceive);
        exact(rows.kind("buffered stream", BufferedByteStream.class), ByteRows::buffered);
        unwrap(rows.kind("tls stream", TlsStream.class));
        both(rows.kind("memory byte streams", MemoryByteStreams.class));
    }

    // ---- kinds

    private static void both(Rows.Kind kind) {
        kind.row("close()",
                stage -> Subject.of(stage.closing(AnyIO.createMemoryByteStreams(1))::close).noCheckpoint().anywhere());
    }

    static Ends tcp(Stage stage) throws Exception {
        try (SocketListener listener = AnyIO.service(Listeners.class).tcp(0, o -> o.host("127.0.0.1"))) {
            SocketStream left = stage
                    .closing(AnyIO.service(Network.class).connectTcp("127.0.0.1", listener.localPort()));
            SocketStream right = stage.closing(listener.accept());
            return new Ends(left, right, () -> {
                right.attribute(SocketAttribute.RAW_SOCKET).setOption(StandardSocketOptions.SO_LINGER, 0);
                right.close();
                awaitBroken(left);
            }, BrokenResourceException.class);
        }
    }

    /** A reset of TCP is seen when it has arrived. */
    private static void awaitBroken(ByteStream stream) throws IOException {
        AnyIO.sleep(java.time.Duration.ofMillis(20));
    }

    private static Ends unix(Stage stage) throws Exception {
        Path folder = Files.createTempDirectory("table");
        Path path = folder.resolve("socket");
        try (SocketListener listener = AnyIO.service(Listeners.class).unix(path)) {
            SocketStream left = stage.closing(AnyIO.service(Network.class).connectUnix(path));
            SocketStream right = stage.closing(listener.accept());
            return new Ends(left, right, right::close, EndOfStreamException.class);
        } finally {
            Files.deleteIfExists(path);
            Files.delete(folder);
        }
    }

    static Ends memory(Stage stage) {
        MemoryByteStreams streams = AnyIO.createMemoryByteStreams(1 << 16);
        return new Ends(stage.closing(streams.first()), stage.closing(streams.second()), streams.second()::close,
                EndOfStreamException.class);
    }

    private static Ends tls(Stage stage) throws Exception {
        Ends transport = tcp(stage);
        Tls tls = AnyIO.service(Tls.class);
        TaskHandle<TlsStream> server = stage.group.spawn("handshake",
                () -> tls.wrap(transport.right, o -> o.context(stage.tls).serverSide(true).standardCompatible(false)));
        TlsStream client = stage.closing(tls.wrap(transport.left,
                o -> o.context(stage.tls).hostname("localhost").standardCompatible(false)));
        TlsStream right = stage.closing(server.await());
        right.send(ONE); // the tickets of the session are read with it
        client.receive();
        return new Ends(client, right, transport.breakLeft, BrokenResourceException.class);
    }

    private static Ends buffered(Stage stage) {
        Ends ends = memory(stage);
        return new Ends(stage.closing(new BufferedByteStream(ends.left)), ends.right, ends.breakLeft,
                ends.receiveError);
    }

    private static Ends forwarding(Stage stage) {
        Ends ends = memory(stage);
        return new Ends(stage.closing(new ForwardingByteStream(ends.left) {}), ends.right, ends.breakLeft,
                ends.receiveError);
    }

    private static Ends bufferedReceive(Stage stage) {
        Ends ends = memory(stage);
        BufferedByteReceiveStream left = stage.closing(new BufferedByteReceiveStream(ends.left));
        return new Ends(new ReceiveOnly(left), ends.right, ends.breakLeft, ends.receiveError);
    }

    private static Ends stapled(Stage stage) {
        MemoryByteStreams there = AnyIO.createMemoryByteStreams(1 << 16);
        MemoryByteStreams back = AnyIO.createMemoryByteStreams(1 << 16);
        StapledByteStream left = stage.closing(new StapledByteStream(there.first(), back.second()));
        StapledByteStream right = stage.closing(new StapledByteStream(back.first(), there.second()));
        return new Ends(left, right, right::close, EndOfStreamException.class);
    }

    /** So that a stream that only receives passes through the same rows. */
    record ReceiveOnly(BufferedByteReceiveStream stream) implements ByteStream {
        @Override
        public byte[] receive(int maxBytes) throws IOException {
            return stream.receive(maxBytes);
        }

        @Override
        public void send(byte[] bytes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void sendEof() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }

    // ---- operations

    private static void stream(Rows.Kind kind, Open open) {
        receive(kind, open);
        send(kind, open);
    }

    /** One way to receive. */
    private interface Receive {
        void from(ByteStream stream) throws Exception;
    }

    private static void receive(Rows.Kind kind, Open open) {
        receive(kind, "receive()", open, ByteStream::receive);
        receive(kind, "receive(int)", open, stream -> stream.receive(7));
        receive(kind, "receive(ByteBuffer)", open, stream -> {
            if (stream.receive(ByteBuffer.allocate(7)) < 0) throw new EndOfStreamException();
        });
        receive(kind, "receive(BlockWith)", open, stream -> {
            if (!stream.receive(buffer -> {})) throw new EndOfStreamException();
        });
        receive(kind, "iterator()", open, stream -> {
            try {
                if (!stream.iterator().hasNext()) throw new EndOfStreamException();
            } catch (java.io.UncheckedIOException e) {
                throw e.getCause();
            }
        });
        kind.row("close()", stage -> {
            Ends ends = open.open(stage);
            return Subject.of(ends.left::close).noCheckpoint().anywhere();
        });
    }

    private static void receive(Rows.Kind kind, String operation, Open open, Receive receive) {
        kind.row(operation, stage -> {
            Ends ends = open.open(stage);
            Block<Exception> send = () -> ends.right.send(ONE);
            return Subject.of(() -> receive.from(ends.left)).ready(send).waits(send).closes(ends.left).alone()
                    .breaks(ends.breakLeft, ends.receiveError);
        });
    }

    private static void send(Rows.Kind kind, Open open) {
        kind.row("send(byte[])", stage -> {
            Ends ends = open.open(stage);
            return sending(stage, ends, () -> ends.left.send(ONE), () -> ends.left.send(FLOOD));
        });
        kind.row("send(ByteBuffer)", stage -> {
            Ends ends = open.open(stage);
            return sending(stage, ends, () -> ends.left.send(ByteBuffer.wrap(ONE)),
                    () -> ends.left.send(ByteBuffer.wrap(FLOOD)));
        });
        kind.row("sendEof()", stage -> {
            Ends ends = open.open(stage);
            // closes a half
            if (ends.left instanceof StapledByteStream) return Subject.of(ends.left::sendEof).noCheckpoint().anywhere();
            return Subject.of(ends.left::sendEof).busyWith(() -> ends.left.send(FLOOD)).closes(ends.left);
        });
    }

    private static Subject sending(Stage stage, Ends ends, Block<Exception> call, Block<Exception> flood) {
        return Subject.of(call).waitingCall(flood).waits(() -> stage.help("drains", () -> {
            for (byte[] _ : ends.right) {
            }
        })).closes(ends.left).alone().breaks(ends.breakLeft, BrokenResourceException.class);
    }

    private static void exact(Rows.Kind kind, Open open) {
        exact(kind, "receiveExactly(int)", open, stream -> stream.receiveExactly(1));
        exact(kind, "receiveUntil(byte[], int)", open, stream -> stream.receiveUntil(ONE, 10));
        kind.row("feedData(byte[])", stage -> {
            BufferedByteReceiveStream stream = buffer(open.open(stage));
            return Subject.of(() -> stream.feedData(ONE)).noCheckpoint().anywhere();
        });
    }

    /** One way to receive from a buffer. */
    private interface Exact {
        void from(BufferedByteReceiveStream stream) throws Exception;
    }

    private static void exact(Rows.Kind kind, String operation, Open open, Exact exact) {
        kind.row(operation, stage -> {
            Ends ends = open.open(stage);
            BufferedByteReceiveStream stream = buffer(ends);
            Block<Exception> send = () -> ends.right.send(ONE);
            return Subject.of(() -> exact.from(stream)).ready(send).waits(send).closes(ends.left).alone()
                    .breaks(ends.breakLeft, IncompleteReadException.class);
        });
    }

    private static BufferedByteReceiveStream buffer(Ends ends) {
        return ends.left instanceof ReceiveOnly only ? only.stream : (BufferedByteReceiveStream) ends.left;
    }

    private static void unwrap(Rows.Kind kind) {
        kind.row("unwrap()", stage -> {
            Ends ends = tls(stage);
            TlsStream left = (TlsStream) ends.left;
            return Subject.of(left::unwrap).ready(() -> stage.help("unwraps", ((TlsStream) ends.right)::unwrap))
                    .closes(left).once();
        });
    }
}
