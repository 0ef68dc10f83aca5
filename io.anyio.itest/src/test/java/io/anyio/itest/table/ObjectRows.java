package io.anyio.itest.table;

import io.anyio.api.AnyIO;
import io.anyio.api.net.AddressFamily;
import io.anyio.api.net.ConnectedUdpSocket;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.net.UdpPacket;
import io.anyio.api.net.UdpSocket;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.MemoryObjectReceiveStream;
import io.anyio.api.stream.MemoryObjectSendStream;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.stream.StapledObjectStream;
import io.anyio.api.stream.TextReceiveStream;
import io.anyio.api.stream.TextSendStream;
import io.anyio.api.stream.TextStream;
import io.anyio.api.stream.UnreliableObjectReceiveStream;
import io.anyio.api.task.Block;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Streams of objects, text and datagrams. */
final class ObjectRows {
    private static final String LONG = "x".repeat(1 << 20);
    private static final byte[] ONE = {1};

    private ObjectRows() {}

    static void add(Rows rows) {
        memory(rows.kind("memory send stream", MemoryObjectSendStream.class),
                rows.kind("memory receive stream", MemoryObjectReceiveStream.class),
                rows.kind("memory object stream", MemoryObjectStream.class));
        stapled(rows.kind("stapled object stream", StapledObjectStream.class));
        text(rows.kind("text stream", TextStream.class), rows.kind("text receive stream", TextReceiveStream.class),
                rows.kind("text send stream", TextSendStream.class));
        udp(rows.kind("udp socket", UdpSocket.class));
        connectedUdp(rows.kind("connected udp socket", ConnectedUdpSocket.class));
    }

    private static <T> void hasNext(UnreliableObjectReceiveStream<T> stream) throws IOException {
        try {
            if (!stream.iterator().hasNext()) throw new EndOfStreamException();
        } catch (java.io.UncheckedIOException e) {
            throw e.getCause();
        }
    }

    // ---- in memory

    private static void memory(Rows.Kind send, Rows.Kind receive, Rows.Kind both) {
        send.row("send(Object)", stage -> {
            MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(1);
            stage.closing(stream);
            return Subject.of(() -> stream.sender().send("a")).ready(() -> drop(stream))
                    .waits(() -> stream.sender().send("full"), () -> {
                        stream.receiver().receiveNowait();
                        drop(stream);
                    }).closes(stream.sender()).breaks(stream.receiver()::close, BrokenResourceException.class);
        });
        send.row("sendNowait(Object)", stage -> {
            MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(5);
            stage.closing(stream);
            return Subject.of(() -> stream.sender().sendNowait("a")).closes(stream.sender())
                    .breaks(stream.receiver()::close, BrokenResourceException.class).noCheckpoint().anywhere();
        });
        send.row("close()",
                stage -> Subject.of(stage.closing(AnyIO.createMemoryObjectStream(1)).sender()::close).noCheckpoint()
                        .anywhere());
        for (String operation : new String[]{"receive()", "iterator()"}) {
            receive.row(operation, stage -> {
                MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(9);
                stage.closing(stream);
                Block<Exception> give = () -> stream.sender().send("a");
                return Subject.of(() -> {
                    if (operation.equals("receive()"))
                        stream.receiver().receive();
                    else
                        hasNext(stream.receiver());
                }).ready(give).waits(give).closes(stream.receiver()).breaks(stream.sender()::close,
                        EndOfStreamException.class);
            });
        }
        receive.row("receiveNowait()", stage -> {
            MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(9);
            stage.closing(stream);
            return Subject.of(stream.receiver()::receiveNowait).ready(() -> stream.sender().send("a"))
                    .closes(stream.receiver()).breaks(stream.sender()::close, EndOfStreamException.class).noCheckpoint()
                    .anywhere();
        });
        receive.row("close()",
                stage -> Subject.of(stage.closing(AnyIO.createMemoryObjectStream(1)).receiver()::close).noCheckpoint()
                        .anywhere());
        both.row("close()",
                stage -> Subject.of(stage.closing(AnyIO.createMemoryObjectStream(1))::close).noCheckpoint().anywhere());
    }

    /** Room for the next one, whatever is there. */
    private static void drop(MemoryObjectStream<String> stream) throws IOException {
        while (stream.sender().statistics().currentBufferUsed() > 0) stream.receiver().receiveNowait();
    }

    private static void stapled(Rows.Kind kind) {
        for (String operation : new String[]{"receive()", "iterator()"}) {
            kind.row(operation, stage -> {
                MemoryObjectStream<String> in = AnyIO.createMemoryObjectStream(9);
                StapledObjectStream<String> stream = staple(stage, AnyIO.createMemoryObjectStream(9), in);
                Block<Exception> give = () -> in.sender().send("a");
                return Subject.of(() -> {
                    if (operation.equals("receive()"))
                        stream.receive();
                    else
                        hasNext(stream);
                }).ready(give).waits(give).closes(stream).breaks(in.sender()::close, EndOfStreamException.class);
            });
        }
        kind.row("send(Object)", stage -> {
            MemoryObjectStream<String> out = AnyIO.createMemoryObjectStream(1);
            StapledObjectStream<String> stream = staple(stage, out, AnyIO.createMemoryObjectStream(9));
            return Subject.of(() -> stream.send("a")).ready(() -> drop(out)).waits(() -> stream.send("full"), () -> {
                out.receiver().receiveNowait();
                drop(out);
            }).closes(stream).breaks(out.receiver()::close, BrokenResourceException.class);
        });
        kind.row("sendEof()", stage -> Subject
                .of(staple(stage, AnyIO.createMemoryObjectStream(1), AnyIO.createMemoryObjectStream(1))::sendEof)
                .noCheckpoint()
                .anywhere());
        kind.row("close()", stage -> Subject
                .of(staple(stage, AnyIO.createMemoryObjectStream(1), AnyIO.createMemoryObjectStream(1))::close)
                .noCheckpoint().anywhere());
    }

    private static StapledObjectStream<String> staple(Stage stage, MemoryObjectStream<String> out,
            MemoryObjectStream<String> in) {
        stage.closing(out);
        stage.closing(in);
        return new StapledObjectStream<>(out.sender(), in.receiver());
    }

    // ---- text

    private static void text(Rows.Kind both, Rows.Kind receive, Rows.Kind send) {
        for (String operation : new String[]{"receive()", "iterator()"}) {
            both.row(operation, stage -> {
                ByteRows.Ends ends = ByteRows.memory(stage);
                return receiving(ends, operation, new TextStream(ends.left()));
            });
            receive.row(operation, stage -> {
                ByteRows.Ends ends = ByteRows.memory(stage);
                return receiving(ends, operation, new TextReceiveStream(ends.left()));
            });
        }
        both.row("send(String)", stage -> {
            ByteRows.Ends ends = ByteRows.memory(stage);
            TextStream stream = new TextStream(ends.left());
            return sending(stage, ends, () -> stream.send("a"), () -> stream.send(LONG)).closes(stream);
        });
        send.row("send(String)", stage -> {
            ByteRows.Ends ends = ByteRows.memory(stage);
            TextSendStream stream = new TextSendStream(ends.left());
            return sending(stage, ends, () -> stream.send("a"), () -> stream.send(LONG)).closes(stream);
        });
        both.row("sendEof()", stage -> {
            ByteRows.Ends ends = ByteRows.memory(stage);
            TextStream stream = new TextStream(ends.left());
            return Subject.of(stream::sendEof).busyWith(() -> stream.send(LONG)).closes(stream);
        });
        both.row("close()",
                stage -> Subject.of(new TextStream(ByteRows.memory(stage).left())::close).noCheckpoint().anywhere());
        receive.row("close()", stage -> Subject.of(new TextReceiveStream(ByteRows.memory(stage).left())::close)
                .noCheckpoint().anywhere());
        send.row("close()", stage -> Subject.of(new TextSendStream(ByteRows.memory(stage).left())::close).noCheckpoint()
                .anywhere());
    }

    private static Subject receiving(ByteRows.Ends ends, String operation,
            UnreliableObjectReceiveStream<String> stream) {
        Block<Exception> give = () -> ends.right().send("a".getBytes());
        return Subject.of(() -> {
            if (operation.equals("receive()"))
                stream.receive();
            else
                hasNext(stream);
        }).ready(give).waits(give).closes(stream).alone().breaks(ends.breakLeft(), EndOfStreamException.class);
    }

    private static Subject sending(Stage stage, ByteRows.Ends ends, Block<Exception> call, Block<Exception> flood) {
        return Subject.of(call).waitingCall(flood).waits(() -> stage.help("drains", () -> {
            for (byte[] _ : ends.right()) {
            }
        })).alone().breaks(ends.breakLeft(), BrokenResourceException.class);
    }

    // ---- datagrams

    private static UdpSocket udp(Stage stage) throws IOException {
        return stage.closing(AnyIO.service(Network.class).createUdpSocket(o -> o.localHost("127.0.0.1")));
    }

    private static InetSocketAddress address(UdpSocket socket) {
        return (InetSocketAddress) socket.attribute(SocketAttribute.LOCAL_ADDRESS);
    }

    private static void udp(Rows.Kind kind) {
        for (String operation : new String[]{"receive()", "iterator()"}) {
            kind.row(operation, stage -> {
                UdpSocket socket = udp(stage);
                UdpSocket other = udp(stage);
                Block<Exception> give = () -> other.send(new UdpPacket(ONE, address(socket)));
                return Subject.of(() -> {
                    if (operation.equals("receive()"))
                        socket.receive();
                    else
                        hasNext(socket);
                }).ready(give).waits(give).closes(socket).alone();
            });
        }
        kind.row("send(UdpPacket)", stage -> {
            UdpSocket socket = udp(stage);
            UdpSocket other = udp(stage);
            return Subject.of(() -> socket.send(new UdpPacket(ONE, address(other)))).closes(socket);
        });
        kind.row("sendTo(byte[], String, int)", stage -> {
            UdpSocket socket = udp(stage);
            UdpSocket other = udp(stage);
            return Subject.of(() -> socket.sendTo(ONE, "127.0.0.1", other.localPort())).closes(socket);
        });
        kind.row("close()", stage -> Subject.of(udp(stage)::close).noCheckpoint().anywhere());
    }

    private static ConnectedUdpSocket connected(Stage stage, UdpSocket other) throws IOException {
        return stage.closing(AnyIO.service(Network.class).createConnectedUdpSocket("127.0.0.1", other.localPort(),
                o -> o.family(AddressFamily.IPV4)));
    }

    private static void connectedUdp(Rows.Kind kind) {
        for (String operation : new String[]{"receive()", "iterator()"}) {
            kind.row(operation, stage -> {
                UdpSocket other = udp(stage);
                ConnectedUdpSocket socket = connected(stage, other);
                InetSocketAddress address = (InetSocketAddress) socket.attribute(SocketAttribute.LOCAL_ADDRESS);
                InetSocketAddress target = new InetSocketAddress("127.0.0.1", address.getPort());
                Block<Exception> give = () -> other.send(new UdpPacket(ONE, target));
                return Subject.of(() -> {
                    if (operation.equals("receive()"))
                        socket.receive();
                    else
                        hasNext(socket);
                }).ready(give).waits(give).closes(socket).alone();
            });
        }
        kind.row("send(byte[])", stage -> {
            ConnectedUdpSocket socket = connected(stage, udp(stage));
            return Subject.of(() -> socket.send(ONE)).closes(socket);
        });
        kind.row("close()", stage -> Subject.of(connected(stage, udp(stage))::close).noCheckpoint().anywhere());
    }
}
