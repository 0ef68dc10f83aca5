package io.anyio.tls;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsStream;
import io.anyio.testing.ByteStreamContract;
import java.io.IOException;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A TLS stream is a byte stream like any other. */
class TlsStreamContractTest extends ByteStreamContract {
    private static SSLContext context;

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        context = TestKeys.make(folder).context("TLS");
    }

    @Override
    protected Ends open() throws IOException {
        Tls tls = AnyIO.service(Tls.class);
        MemoryByteStreams transport = AnyIO.createMemoryByteStreams(1 << 16);
        return AnyIO.createTaskGroup(IOException.class).call(group -> {
            TaskHandle<TlsStream> server = group.spawn("server handshake",
                    () -> tls.wrap(transport.second(), o -> o.context(context).standardCompatible(false)));
            TlsStream client = tls.wrap(transport.first(),
                    o -> o.hostname("localhost").context(context).standardCompatible(false));
            return new Ends(client, server.await());
        });
    }
}
