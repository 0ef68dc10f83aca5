package io.anyio.itest.table;

import io.anyio.api.AnyIO;
import io.anyio.api.net.ConnectedUdpSocket;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.net.UdpSocket;
import io.anyio.api.stream.AsyncResource;
import io.anyio.api.stream.Listener;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.stream.MultiListener;
import io.anyio.api.stream.StapledObjectStream;
import io.anyio.api.task.Block;
import io.anyio.api.task.Body;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Listeners of every kind, and what opens sockets. */
final class NetRows {
    private NetRows() {}

    static void add(Rows rows) {
        sockets(rows.kind("tcp listener", SocketListener.class), "127.0.0.1");
        sockets(rows.kind("tcp listener on several addresses", SocketListener.class), "localhost");
        unix(rows.kind("unix listener", SocketListener.class));
        serving(rows.kind("multi listener", MultiListener.class),
                stage -> new MultiListener<>(List.of(tcp(stage, "127.0.0.1"), tcp(stage, "127.0.0.1"))));
        serving(rows.kind("tls listener", TlsListener.class),
                stage -> AnyIO.service(Tls.class).listen(tcp(stage, "127.0.0.1"), o -> o.context(stage.tls)));
        network(rows.kind("network", Network.class));
        listeners(rows.kind("listeners", Listeners.class));
        tls(rows.kind("tls", Tls.class));
    }

    // ---- listeners

    private static SocketListener tcp(Stage stage, String host) throws IOException {
        return stage.closing(AnyIO.service(Listeners.class).tcp(0, o -> o.host(host)));
    }

    private static SocketStream connect(Stage stage, SocketListener listener) throws IOException {
        return stage.closing(AnyIO.service(Network.class).connectTcp("127.0.0.1", listener.localPort()));
    }

    private static void sockets(Rows.Kind kind, String host) {
        kind.row("accept()", stage -> {
            SocketListener listener = tcp(stage, host);
            Block<Exception> connect = () -> connect(stage, listener);
            return Subject.of(() -> listener.accept().close()).ready(connect).waits(connect).closes(listener).alone();
        });
        serving(kind, stage -> tcp(stage, host));
    }

    private static void unix(Rows.Kind kind) {
        kind.row("accept()", stage -> {
            Path path = socketPath(stage);
            SocketListener listener = stage.closing(AnyIO.service(Listeners.class).unix(path));
            Block<Exception> connect = () -> stage.closing(AnyIO.service(Network.class).connectUnix(path));
            return Subject.of(() -> listener.accept().close()).ready(connect).waits(connect).closes(listener).alone();
        });
        serving(kind, stage -> stage.closing(AnyIO.service(Listeners.class).unix(socketPath(stage))));
    }

    /** A path that is free, and will be again. */
    private static Path socketPath(Stage stage) throws IOException {
        Path folder = Files.createTempDirectory("table");
        Path path = folder.resolve("socket");
        stage.closing((AsyncResource) () -> {
            Files.deleteIfExists(path);
            Files.deleteIfExists(folder);
        });
        return path;
    }

    /** Makes a listener. */
    private interface Open {
        Listener<?> open(Stage stage) throws Exception;
    }

    private static void serving(Rows.Kind kind, Open open) {
        kind.row("serve(BlockWith)", stage -> {
            Listener<?> listener = stage.closing(open.open(stage));
            return Subject.of(() -> listener.serve(_ -> {})).waitsForEver().closes(listener).alone();
        });
        kind.row("serve(BlockWith, TaskGroup)", stage -> {
            Listener<?> listener = stage.closing(open.open(stage));
            return Subject.of(() -> listener.serve(_ -> {}, stage.group)).waitsForEver().closes(listener).alone();
        });
        kind.row("serve(BlockWith, TaskGroup, UnaryOperator)", stage -> {
            Listener<?> listener = stage.closing(open.open(stage));
            return Subject.of(() -> listener.serve(_ -> {}, stage.group, o -> o.isolated(true))).waitsForEver()
                    .closes(listener).alone();
        });
        kind.row("serve(BlockWith, UnaryOperator)", stage -> {
            Listener<?> listener = stage.closing(open.open(stage));
            return Subject.of(() -> listener.serve(_ -> {}, o -> o.isolated(true))).waitsForEver().closes(listener)
                    .alone();
        });
        kind.row("drain()", stage -> Subject.of(stage.closing(open.open(stage))::drain).noCheckpoint().anywhere());
        kind.row("close()", stage -> Subject.of(stage.closing(open.open(stage))::close).noCheckpoint().anywhere());
    }

    // ---- opening

    /** What opens something is closed again by the call. */
    private static Subject opens(Body<AsyncResource, Exception> open) {
        return Subject.of(() -> open.call().close());
    }

    private static void network(Rows.Kind kind) {
        String host = "127.0.0.1";
        InetAddress address = InetAddress.ofLiteral(host);
        connect(kind, "connectTcp(String, int)", (network, port) -> network.connectTcp(host, port));
        connect(kind, "connectTcp(String, int, UnaryOperator)",
                (network, port) -> network.connectTcp(host, port, o -> o));
        connect(kind, "connectTcp(InetAddress, int)", (network, port) -> network.connectTcp(address, port));
        connect(kind, "connectTcp(InetAddress, int, UnaryOperator)",
                (network, port) -> network.connectTcp(address, port, o -> o));
        for (boolean text : new boolean[]{true, false}) {
            kind.row(text ? "connectUnix(String)" : "connectUnix(Path)", stage -> {
                Path path = socketPath(stage);
                stage.closing(AnyIO.service(Listeners.class).unix(path));
                Network network = AnyIO.service(Network.class);
                return opens(() -> text ? network.connectUnix(path.toString()) : network.connectUnix(path));
            });
        }
        kind.row("createUdpSocket(UnaryOperator)", _ -> {
            Network network = AnyIO.service(Network.class);
            return opens(() -> network.createUdpSocket(o -> o.localHost(host)));
        });
        connectUdp(kind, "createConnectedUdpSocket(String, int)",
                (network, port) -> network.createConnectedUdpSocket(host, port));
        connectUdp(kind, "createConnectedUdpSocket(String, int, UnaryOperator)",
                (network, port) -> network.createConnectedUdpSocket(host, port, o -> o));
        connectUdp(kind, "createConnectedUdpSocket(InetAddress, int)",
                (network, port) -> network.createConnectedUdpSocket(address, port));
        connectUdp(kind, "createConnectedUdpSocket(InetAddress, int, UnaryOperator)",
                (network, port) -> network.createConnectedUdpSocket(address, port, o -> o));
        lookup(kind, "getAddrInfo(String, int)", network -> network.getAddrInfo(host, 80));
        lookup(kind, "getAddrInfo(String, int, UnaryOperator)", network -> network.getAddrInfo(host, 80, o -> o));
        lookup(kind, "getAddrInfo(String, String, UnaryOperator)",
                network -> network.getAddrInfo(host, "http", o -> o));
        lookup(kind, "getNameInfo(InetSocketAddress)", network -> network.getNameInfo(new InetSocketAddress(host, 80)));
        foreign(kind);
    }

    private static void foreign(Rows.Kind kind) {
        kind.row("awaitReadable(SelectableChannel)", stage -> {
            Pipe pipe = pipe(stage);
            Network network = AnyIO.service(Network.class);
            Block<Exception> write = () -> pipe.sink().write(ByteBuffer.allocate(1));
            return Subject.of(() -> network.awaitReadable(pipe.source())).ready(write).waits(write)
                    .closes(pipe.source()::close).alone();
        });
        kind.row("awaitWritable(SelectableChannel)", stage -> {
            Pipe pipe = pipe(stage);
            Network network = AnyIO.service(Network.class);
            ByteBuffer much = ByteBuffer.allocateDirect(1_000_000);
            Block<Exception> fill = () -> {
                while (pipe.sink().write(much.clear()) > 0) {
                    // goes on until there is no room
                }
            };
            return Subject.of(() -> network.awaitWritable(pipe.sink()))
                    .waits(fill, () -> pipe.source().read(much.clear())).closes(pipe.sink()::close).alone();
        });
        kind.row("notifyClosing(SelectableChannel)", stage -> {
            Pipe pipe = pipe(stage);
            Network network = AnyIO.service(Network.class);
            return Subject.of(() -> network.notifyClosing(pipe.source())).noCheckpoint().anywhere();
        });
    }

    private static Pipe pipe(Stage stage) throws IOException {
        Pipe pipe = Pipe.open();
        stage.closing((AsyncResource) pipe.source()::close);
        stage.closing((AsyncResource) pipe.sink()::close);
        pipe.source().configureBlocking(false);
        pipe.sink().configureBlocking(false);
        return pipe;
    }

    /** Connects to a port of this machine. */
    private interface Connect<R extends AsyncResource> {
        R connect(Network network, int port) throws IOException;
    }

    private static void connect(Rows.Kind kind, String operation, Connect<SocketStream> connect) {
        kind.row(operation, stage -> {
            SocketListener listener = tcp(stage, "127.0.0.1");
            Network network = AnyIO.service(Network.class);
            return opens(() -> connect.connect(network, listener.localPort()));
        });
    }

    private static void connectUdp(Rows.Kind kind, String operation, Connect<ConnectedUdpSocket> connect) {
        kind.row(operation, stage -> {
            Network network = AnyIO.service(Network.class);
            UdpSocket other = stage.closing(network.createUdpSocket(o -> o.localHost("127.0.0.1")));
            return opens(() -> connect.connect(network, other.localPort()));
        });
    }

    /** Looks something up. */
    private interface Lookup {
        Object look(Network network) throws IOException;
    }

    private static void lookup(Rows.Kind kind, String operation, Lookup lookup) {
        kind.row(operation, _ -> {
            Network network = AnyIO.service(Network.class);
            return Subject.of(() -> lookup.look(network));
        });
    }

    /**
     * In plain Java what is opened belongs to the run, so a task is needed; a bundle may open listeners from any
     * thread.
     */
    private static void listeners(Rows.Kind kind) {
        kind.row("tcp(int)", _ -> {
            Listeners listeners = AnyIO.service(Listeners.class);
            return opens(() -> listeners.tcp(0));
        });
        kind.row("tcp(int, UnaryOperator)", _ -> {
            Listeners listeners = AnyIO.service(Listeners.class);
            return opens(() -> listeners.tcp(0, o -> o.host("localhost")));
        });
        for (boolean options : new boolean[]{true, false}) {
            kind.row(options ? "unix(String, UnaryOperator)" : "unix(String)", stage -> {
                String path = socketPath(stage).toString();
                Listeners listeners = AnyIO.service(Listeners.class);
                return opens(() -> options ? listeners.unix(path, o -> o) : listeners.unix(path));
            });
            kind.row(options ? "unix(Path, UnaryOperator)" : "unix(Path)", stage -> {
                Path path = socketPath(stage);
                Listeners listeners = AnyIO.service(Listeners.class);
                return opens(() -> options ? listeners.unix(path, o -> o) : listeners.unix(path));
            });
        }
    }

    private static void tls(Rows.Kind kind) {
        kind.row("wrap(ByteStream, UnaryOperator)", stage -> {
            ByteRows.Ends ends = ByteRows.memory(stage);
            Tls tls = AnyIO.service(Tls.class);
            Block<Exception> answer = () -> stage.help("handshake",
                    () -> tls.wrap(ends.right(), o -> o.context(stage.tls).serverSide(true)));
            return Subject.of(() -> tls.wrap(ends.left(), o -> o.context(stage.tls).hostname("localhost")))
                    .ready(answer).waits(answer)
                    .once()
                    .closes(ends.left());
        });
        kind.row("wrap(ObjectStream, UnaryOperator)", stage -> {
            MemoryObjectStream<byte[]> there = stage.closing(AnyIO.createMemoryObjectStream(99));
            MemoryObjectStream<byte[]> back = stage.closing(AnyIO.createMemoryObjectStream(99));
            StapledObjectStream<byte[]> left = new StapledObjectStream<>(there.sender(), back.receiver());
            StapledObjectStream<byte[]> right = new StapledObjectStream<>(back.sender(), there.receiver());
            Tls tls = AnyIO.service(Tls.class);
            Block<Exception> answer = () -> stage.help("handshake",
                    () -> tls.wrap(right, o -> o.context(stage.tls).serverSide(true)));
            return Subject.of(() -> tls.wrap(left, o -> o.context(stage.tls).hostname("localhost"))).ready(answer)
                    .waits(answer).once().closes(left);
        });
    }
}
