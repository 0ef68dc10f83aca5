package io.anyio.tls;

import io.anyio.api.AnyIO;
import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketListener;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.Listener;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.stream.MultiListener;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.tls.Tls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/** A listener of some kind, and how one connects to it: each server has to serve all kinds alike. */
record Serving(Kind kind, Listener<? extends ByteStream> listener, Connector connector) implements AutoCloseable {
    private static final AtomicInteger PATHS = new AtomicInteger();

    enum Kind {
        TCP, UNIX, TLS, JOINED, OWN
    }

    interface Connector {
        ByteStream connect() throws IOException;
    }

    static Serving open(Kind kind, SSLContext context, Path folder) throws IOException {
        return switch (kind) {
            case TCP -> tcp();
            case UNIX -> unix(folder);
            case TLS -> {
                Serving tcp = tcp();
                Tls tls = AnyIO.service(Tls.class);
                yield new Serving(kind, tls.listen(tcp.listener, o -> o.context(context).standardCompatible(false)),
                        () -> tls.wrap(tcp.connect(),
                                o -> o.hostname("localhost").context(context).standardCompatible(false)));
            }
            case JOINED -> {
                Serving tcp = tcp();
                Serving unix = unix(folder);
                AtomicInteger next = new AtomicInteger();
                yield new Serving(kind, new MultiListener<ByteStream>(List.of(tcp.listener, unix.listener)),
                        () -> (next.getAndIncrement() % 2 == 0 ? tcp : unix).connect());
            }
            case OWN -> {
                Own own = new Own();
                yield new Serving(kind, own, own::connect);
            }
        };
    }

    private static Serving tcp() throws IOException {
        SocketListener listener = AnyIO.service(Listeners.class).tcp(0, o -> o.host("127.0.0.1"));
        int port = listener.localPort();
        return new Serving(Kind.TCP, listener, () -> AnyIO.service(Network.class).connectTcp("127.0.0.1", port));
    }

    private static Serving unix(Path folder) throws IOException {
        Path path = folder.resolve("s" + PATHS.incrementAndGet());
        return new Serving(Kind.UNIX, AnyIO.service(Listeners.class).unix(path),
                () -> AnyIO.service(Network.class).connectUnix(path));
    }

    ByteStream connect() throws IOException {
        return connector.connect();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    @Override
    public String toString() {
        return kind.toString();
    }

    /** A listener that a user has written, without sockets, and without a thought of limits. */
    private static final class Own implements Listener<ByteStream> {
        private final MemoryObjectStream<ByteStream> incoming = AnyIO.createMemoryObjectStream(1000);
        private volatile boolean drained;

        ByteStream connect() throws IOException {
            MemoryByteStreams streams = AnyIO.createMemoryByteStreams(100);
            try {
                incoming.sender().sendNowait(streams.first());
                return streams.second();
            } catch (ClosedResourceException e) {
                streams.close();
                throw e;
            }
        }

        @Override
        public void serve(BlockWith<? super ByteStream, ?> handler, TaskGroup<?> group) throws IOException {
            if (drained) {
                throw new ClosedResourceException("The listener of memory");
            }
            try {
                while (true) {
                    ByteStream stream = incoming.receiver().receive();
                    group.spawn("own", () -> handler.run(stream));
                }
            } catch (EndOfStreamException | ClosedResourceException e) {
                if (!drained) {
                    throw new ClosedResourceException("The listener of memory");
                }
            }
        }

        @Override
        public void drain() throws IOException {
            drained = true;
            close();
        }

        @Override
        public void close() throws IOException {
            incoming.close();
        }

        @Override
        public Map<TypedAttribute<?>, Supplier<?>> attributes() {
            return Map.of();
        }
    }
}
