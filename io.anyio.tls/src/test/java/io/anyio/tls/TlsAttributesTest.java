package io.anyio.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsAttribute;
import io.anyio.api.tls.TlsStream;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** What a wrapper tells of what it wraps. */
class TlsAttributesTest {
    private static final TypedAttribute<String> WIRE = TypedAttribute.of(String.class, "wire");
    private static SSLContext context;

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        context = TestKeys.make(folder).context("TLS");
    }

    /** A transport with attributes, of which one is also TLS's. */
    private record Wire(ByteStream stream) implements ByteStream {
        @Override
        public Map<TypedAttribute<?>, Supplier<?>> attributes() {
            return Map.of(WIRE, () -> "memory", TlsAttribute.CIPHER, () -> "none");
        }

        @Override
        public byte[] receive(int maxBytes) throws IOException {
            return stream.receive(maxBytes);
        }

        @Override
        public void send(byte[] bytes) throws IOException {
            stream.send(bytes);
        }

        @Override
        public void sendEof() throws IOException {
            stream.sendEof();
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }

    @AnyioTest @Proves({"TA-07", "TA-08", "TA-09"})
    void aWrapperTellsWhatItWrapsAtAnyDepthAndItsOwnValueWins() throws IOException {
        Tls tls = AnyIO.service(Tls.class);
        try (MemoryByteStreams memory = AnyIO.createMemoryByteStreams(1 << 16)) {
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                TaskHandle<TlsStream> other = group.spawn("other side", () -> {
                    TlsStream inner = tls.wrap(memory.second(), o -> o.context(context));
                    return tls.wrap(inner, o -> o.context(context).hostname("localhost"));
                });
                TlsStream inner = tls.wrap(new Wire(memory.first()), o -> o.context(context).hostname("localhost"));
                assertEquals("memory", inner.attribute(WIRE));
                assertTrue(inner.attribute(TlsAttribute.CIPHER).startsWith("TLS_"));
                assertFalse(inner.attribute(TlsAttribute.SERVER_SIDE));

                TlsStream outer = tls.wrap(inner, o -> o.context(context));
                other.await();
                assertTrue(outer.attributes().keySet().containsAll(inner.attributes().keySet()));
                assertEquals("memory", outer.attribute(WIRE));
                assertTrue(outer.attribute(TlsAttribute.SERVER_SIDE));
            });
        }
    }
}
