package io.anyio.bench.server;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Listeners;
import io.anyio.api.stream.ServeOptions;
import io.anyio.api.net.SocketListener;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.task.BlockWith;
import io.anyio.api.tls.Tls;
import java.io.IOException;
import java.util.function.IntConsumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * AnyIO for OSGi on one loop, as a user writes it: arrays for small messages, and for bulk a buffer that is lent to
 * each message, which spares two copies and an array.
 */
final class OursServer implements EchoServer {
    private static final int BULK = 8192;

    private final String backend;

    OursServer(String backend) {
        this.backend = backend;
    }

    @Override
    public void serve(int bufferSize, @Nullable SSLContext tls, IntConsumer listening) throws IOException {
        AnyIO.run(
                () -> {
                    try (SocketListener listener = AnyIO.service(Listeners.class).tcp(0,
                            options -> options.host("127.0.0.1").backlog(4096))) {
                        listening.accept(listener.localPort());
                        BlockWith<ByteStream, IOException> echo = bufferSize < BULK
                                ? OursServer::echoArrays
                                : OursServer::echoLent;
                        if (tls == null) {
                            listener.serve(echo, OursServer::isolated);
                        } else {
                            Tls service = AnyIO.service(Tls.class);
                            listener.serve(
                                    stream -> echo
                                            .run(service.wrap(stream, o -> o.context(tls).standardCompatible(false))),
                                    OursServer::isolated);
                        }
                    }
                },
                options -> options.backend(backend));
    }

    /** A connection ends with its handler, and one that fails leaves the others alone. */
    private static ServeOptions isolated(ServeOptions options) {
        return options.isolated(true);
    }

    private static void echoArrays(ByteStream stream) throws IOException {
        for (byte[] chunk : stream) {
            stream.send(chunk);
        }
    }

    private static void echoLent(ByteStream stream) throws IOException {
        while (stream.receive(buffer -> stream.send(buffer))) {
            // Until the end of the stream.
        }
    }
}
