package io.anyio.impl.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.ForwardingByteStream;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.ByteStreamContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Nested;

/** A wrapper behaves like what it wraps, and sees each byte in two methods. */
class ForwardingByteStreamTest {
    @Nested
    class Contract extends ByteStreamContract {
        @Override
        protected Ends open() {
            MemoryByteStreams streams = AnyIO.createMemoryByteStreams(1000);
            return new Ends(new ForwardingByteStream(streams.first()) {},
                    new ForwardingByteStream(streams.second()) {});
        }
    }

    /** Notes what passes. */
    private static final class Noting extends ForwardingByteStream {
        private final List<String> received = new ArrayList<>();
        private final List<String> sent = new ArrayList<>();

        Noting(ByteStream stream) {
            super(stream);
        }

        @Override
        public byte[] receive(int maxBytes) throws IOException {
            byte[] bytes = super.receive(maxBytes);
            received.add(new String(bytes, UTF_8));
            return bytes;
        }

        @Override
        public void send(ByteBuffer source) throws IOException {
            sent.add(UTF_8.decode(source.duplicate()).toString());
            super.send(source);
        }
    }

    @AnyioTest
    void eachByteThatIsReceivedPassesThroughOneMethod() throws IOException {
        try (MemoryByteStreams streams = AnyIO.createMemoryByteStreams(100)) {
            Noting stream = new Noting(streams.first());
            streams.second().send("abcdefgh".getBytes(UTF_8));
            streams.second().sendEof();
            stream.receive(2);
            stream.receive(ByteBuffer.allocate(2));
            stream.receive(ByteBuffer.allocateDirect(2));
            stream.receive(buffer -> assertEquals("gh", UTF_8.decode(buffer).toString()));
            assertThrows(EndOfStreamException.class, stream::receive);
            assertEquals(List.of("ab", "cd", "ef", "gh"), stream.received);
        }
        try (MemoryByteStreams streams = AnyIO.createMemoryByteStreams(100)) {
            Noting stream = new Noting(streams.first());
            streams.second().send("i".getBytes(UTF_8));
            Iterator<byte[]> all = stream.iterator();
            all.next();
            streams.second().send("j".getBytes(UTF_8));
            stream.receive();
            assertEquals(List.of("i", "j"), stream.received);
        }
    }

    @AnyioTest
    void eachByteThatIsSentPassesThroughOneMethod() throws IOException {
        try (MemoryByteStreams streams = AnyIO.createMemoryByteStreams(100)) {
            Noting stream = new Noting(streams.first());
            stream.send("ab".getBytes(UTF_8));
            stream.send(ByteBuffer.wrap("cd".getBytes(UTF_8)));
            assertEquals(List.of("ab", "cd"), stream.sent);
            assertEquals("abcd", new String(streams.second().receive(), UTF_8));
        }
    }
}
