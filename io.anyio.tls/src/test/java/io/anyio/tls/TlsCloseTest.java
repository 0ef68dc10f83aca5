package io.anyio.tls;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsStream;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class TlsCloseTest {
    private static SSLContext context;

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        context = TestKeys.make(folder).context("TLS");
    }

    @AnyioTest @Proves("AR-09")
    void aCloseThatFailsWasNotGracefulButTheStreamIsClosed() throws IOException {
        Tls tls = AnyIO.service(Tls.class);
        try (MemoryByteStreams memory = AnyIO.createMemoryByteStreams(1 << 16)) {
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                TaskHandle<TlsStream> server = group.spawn("server", () -> tls.wrap(memory.second(), o -> o.context(context)));
                TlsStream client = tls.wrap(memory.first(), o -> o.context(context).hostname("localhost"));
                server.await();
                memory.second().close();

                assertThrows(BrokenResourceException.class, client::close);
                assertThrows(ClosedResourceException.class, () -> memory.first().receive());
                assertThrows(ClosedResourceException.class, () -> client.send(new byte[1]));
                client.close();
            });
        }
    }
}
