package io.anyio.tls;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsOptions;
import io.anyio.api.tls.TlsStream;
import java.io.IOException;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;

/** Both sides of a session over memory; the server's handshake runs as a task beside the client's. */
record Session(MemoryByteStreams transport, TlsStream client, TlsStream server) {
    private static final int BUFFER = 1 << 16;

    static void with(SSLContext context, BlockWith<Session, IOException> test) throws IOException {
        with(context, o -> o, o -> o, test);
    }

    static void with(SSLContext context, UnaryOperator<TlsOptions> client, UnaryOperator<TlsOptions> server,
            BlockWith<Session, IOException> test) throws IOException {
        with(context, client, server, o -> o, test);
    }

    /** With something between the client and its end of the memory. */
    static void with(SSLContext context, UnaryOperator<TlsOptions> client, UnaryOperator<TlsOptions> server,
            UnaryOperator<ByteStream> between,
            BlockWith<Session, IOException> test) throws IOException {
        Tls tls = AnyIO.service(Tls.class);
        try (MemoryByteStreams transport = AnyIO.createMemoryByteStreams(BUFFER)) {
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                TaskHandle<TlsStream> accepted = group.spawn("server handshake",
                        () -> tls.wrap(transport.second(), o -> server.apply(o.context(context))));
                TlsStream stream = tls.wrap(between.apply(transport.first()),
                        o -> client.apply(o.hostname("localhost").context(context)));
                test.run(new Session(transport, stream, accepted.await()));
                group.cancel();
            });
        }
    }

    /** Closes both sides at once, as each waits for the other. */
    void close() throws IOException {
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            group.spawn("close", server::close);
            client.close();
        });
    }
}
