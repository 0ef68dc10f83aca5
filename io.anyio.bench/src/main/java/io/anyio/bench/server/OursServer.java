package io.anyio.bench.server;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.UdpPacket;
import io.anyio.api.net.UdpSocket;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ServeOptions;
import io.anyio.api.task.BlockWith;
import io.anyio.api.tls.Tls;
import io.anyio.bench.option.EchoCase;
import io.anyio.bench.option.EchoCase.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/**
 * AnyIO for OSGi, by default on one loop, as a user writes it: arrays for small messages, and for bulk a buffer that is
 * lent to each message, which spares two copies and an array.
 */
final class OursServer implements EchoServer {
    private static final int BULK = 8192;

    private final String backend;

    OursServer(String backend) {
        this.backend = backend;
    }

    @Override
    public void serve(Service service, Consumer<String> listening) throws IOException {
        AnyIO.run(
                () -> {
                    if (service.load().transport() == Transport.UDP) {
                        echoDatagrams(service, listening);
                    } else {
                        serveStreams(service, listening);
                    }
                },
                options -> options.backend(backend));
    }

    private static void echoDatagrams(Service service, Consumer<String> listening) throws IOException {
        try (UdpSocket socket = AnyIO.service(Network.class).createUdpSocket(o -> o.localHost("127.0.0.1"))) {
            listening.accept(String.valueOf(socket.localPort()));
            for (UdpPacket packet : socket) {
                service.compute();
                socket.send(packet);
            }
        }
    }

    private static void serveStreams(Service service, Consumer<String> listening) throws IOException {
        try (SocketListener listener = listen(service, listening)) {
            BlockWith<ByteStream, IOException> handler = handler(service);
            SSLContext context = service.tls();
            if (context == null) {
                listener.serve(handler, options -> serving(service, options));
            } else {
                Tls tls = AnyIO.service(Tls.class);
                listener.serve(
                        stream -> handler.run(tls.wrap(stream, o -> o.context(context).standardCompatible(false))),
                        options -> serving(service, options));
            }
        }
    }

    private static ServeOptions serving(Service service, ServeOptions options) {
        ServeOptions isolated = options.isolated(true).loops(service.loops());
        int timeout = service.load().timeout();
        return timeout == 0 ? isolated : isolated.idleTimeout(Duration.ofSeconds(timeout));
    }

    private static SocketListener listen(Service service, Consumer<String> listening) throws IOException {
        Listeners listeners = AnyIO.service(Listeners.class);
        if (service.load().transport() == Transport.UNIX) {
            SocketListener listener = listeners.unix(service.socket(), o -> o.backlog(4096));
            listening.accept(service.socket());
            return listener;
        }
        SocketListener listener = listeners.tcp(0, o -> o.host("127.0.0.1").backlog(4096));
        listening.accept(String.valueOf(listener.localPort()));
        return listener;
    }

    private static BlockWith<ByteStream, IOException> handler(Service service) {
        EchoCase load = service.load();
        return switch (load.flow()) {
            case UP -> OursServer::discard;
            case DOWN -> {
                ByteBuffer chunk = ByteBuffer.allocateDirect(load.size());
                yield stream -> flood(stream, chunk.duplicate());
            }
            case ECHO -> {
                if (load.burst() > 1) {
                    yield stream -> echoMessages(stream, service);
                }
                yield load.bufferSize() < BULK
                        ? stream -> echoArrays(stream, service)
                        : stream -> echoLent(stream, service);
            }
        };
    }

    private static void echoArrays(ByteStream stream, Service service) throws IOException {
        for (byte[] chunk : stream) {
            service.compute();
            stream.send(chunk);
        }
    }

    private static void echoLent(ByteStream stream, Service service) throws IOException {
        while (stream.receive(buffer -> {
            service.compute();
            stream.send(buffer);
        })) {
            // Until the end of the stream.
        }
    }

    /** Answers each message by itself, but sends the answers to those that came together in one piece. */
    private static void echoMessages(ByteStream stream, Service service) throws IOException {
        int size = service.load().size();
        byte[] message = new byte[size];
        ByteBuffer in = ByteBuffer.allocate(service.load().bufferSize());
        ByteBuffer out = ByteBuffer.allocate(service.load().bufferSize());
        while (stream.receive(in) >= 0) {
            in.flip();
            while (in.remaining() >= size) {
                in.get(message);
                service.compute();
                out.put(message);
            }
            in.compact();
            stream.send(out.flip());
            out.clear();
        }
    }

    private static void discard(ByteStream stream) throws IOException {
        while (stream.receive(_ -> {})) {
            // Until the end of the stream.
        }
    }

    private static void flood(ByteStream stream, ByteBuffer chunk) throws IOException {
        try {
            while (true) {
                stream.send(chunk.clear());
            }
        } catch (BrokenResourceException e) {
            // The other side has had enough.
        }
    }
}
