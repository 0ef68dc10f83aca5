package io.anyio.bench.server;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.SocketListener;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ServeOptions;
import io.anyio.api.task.BlockWith;
import io.anyio.api.tls.Tls;
import java.io.IOException;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
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
    public void serve(Service service, IntConsumer listening) throws IOException {
        SSLContext context = service.tls();
        UnaryOperator<ServeOptions> isolated = options -> options.isolated(true).loops(service.loops());
        AnyIO.run(
                () -> {
                    try (SocketListener listener = AnyIO.service(Listeners.class).tcp(0,
                            options -> options.host("127.0.0.1").backlog(4096))) {
                        listening.accept(listener.localPort());
                        BlockWith<ByteStream, IOException> echo = service.bufferSize() < BULK
                                ? stream -> echoArrays(stream, service)
                                : stream -> echoLent(stream, service);
                        if (context == null) {
                            listener.serve(echo, isolated);
                        } else {
                            Tls tls = AnyIO.service(Tls.class);
                            listener.serve(
                                    stream -> echo
                                            .run(tls.wrap(stream, o -> o.context(context).standardCompatible(false))),
                                    isolated);
                        }
                    }
                },
                options -> options.backend(backend));
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
}
