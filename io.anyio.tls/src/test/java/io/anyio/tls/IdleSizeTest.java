package io.anyio.tls;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.sync.Event;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsStream;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** What a connection holds that waits. */
class IdleSizeTest {
    private static final int SESSIONS = 100;

    /** Both sides, with their tasks and the memory between them; the buffers of one side alone would be more. */
    private static final int BYTES_PER_SESSION = 80_000;

    private static SSLContext context;

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        context = TestKeys.make(folder).context("TLS");
    }

    @AnyioTest(backends = "carrier", timeout = 60)
    void aSessionThatWaitsHoldsNoBuffers() throws IOException {
        Tls tls = AnyIO.service(Tls.class);
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5 && least > BYTES_PER_SESSION; round++) {
            least = Math.min(least, AnyIO.createTaskGroup(IOException.class).call(group -> {
                open(tls, group, 10);
                long before = usedMemory();
                open(tls, group, SESSIONS);
                long each = (usedMemory() - before) / SESSIONS;
                group.cancel();
                return each;
            }));
        }
        assertTrue(least <= BYTES_PER_SESSION, least + " bytes for each session");
    }

    private static void open(Tls tls, TaskGroup<?> group, int count) {
        int[] pending = {2 * count};
        Event ready = AnyIO.createEvent();
        Runnable greeted = () -> {
            if (--pending[0] == 0) {
                ready.set();
            }
        };
        for (int i = 0; i < count; i++) {
            MemoryByteStreams memory = AnyIO.createMemoryByteStreams(1024);
            group.spawn("server",
                    () -> greet(tls.wrap(memory.second(), o -> o.context(context).standardCompatible(false)), greeted));
            group.spawn("client", () -> greet(
                    tls.wrap(memory.first(), o -> o.hostname("localhost").context(context).standardCompatible(false)),
                    greeted));
        }
        ready.await();
        AnyIO.waitAllTasksBlocked();
    }

    /** Each side sends a little, gets that of the other one, and waits for more than comes. */
    private static void greet(TlsStream stream, Runnable greeted) throws IOException {
        try (stream) {
            stream.send(new byte[10]);
            stream.receive();
            greeted.run();
            stream.receive();
        } catch (EndOfStreamException _) {
            // the other side was cancelled first
        }
    }

    private static long usedMemory() {
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
