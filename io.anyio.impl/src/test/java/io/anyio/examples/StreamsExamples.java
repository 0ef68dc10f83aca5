package io.anyio.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.BufferedByteStream;
import io.anyio.api.stream.ByteReceiveStream;
import io.anyio.api.stream.ByteSendStream;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ForwardingByteStream;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.stream.StapledByteStream;
import io.anyio.api.stream.TextStream;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CodingErrorAction;
import java.time.Duration;

/** The examples of docs/streams.md. */
class StreamsExamples {
    private static final byte[] CRLF = {'\r', '\n'};

    @AnyioTest
    void linesAndFrames() throws IOException {
        try (MemoryByteStreams streams = AnyIO.createMemoryByteStreams(100)) {
            ByteStream connection = streams.first();
            streams.second().send("PUT\r\n\0\0\0\3abcde".getBytes(US_ASCII));
            BufferedByteStream stream = new BufferedByteStream(connection);
            String command = new String(stream.receiveUntil(CRLF, 512), US_ASCII);
            int length = ByteBuffer.wrap(stream.receiveExactly(4)).getInt();
            byte[] frame = stream.receiveExactly(length);
            assertEquals("PUT", command);
            assertEquals("abc", new String(frame, US_ASCII));

            boolean complete = AnyIO.moveOnAfter(Duration.ofMillis(10), () -> stream.receiveExactly(4));
            assertFalse(complete);
            assertEquals(2, stream.buffer().length);
        }
    }

    @AnyioTest
    void text() throws IOException {
        try (MemoryByteStreams streams = AnyIO.createMemoryByteStreams(100)) {
            ByteStream connection = streams.first();
            ByteStream otherSide = streams.second();
            TextStream text = new TextStream(connection,
                    o -> o.charset("ISO-8859-1").errors(CodingErrorAction.REPLACE));
            text.send("größer als 5 €");
            assertEquals("größer als 5 ?", new TextStream(otherSide, o -> o.charset(ISO_8859_1)).receive());
        }
    }

    @AnyioTest
    void twoHalves() throws IOException {
        try (MemoryByteStreams streams = AnyIO.createMemoryByteStreams(100)) {
            ByteSendStream out = streams.first();
            ByteReceiveStream in = streams.second();
            StapledByteStream both = new StapledByteStream(out, in);
            both.send(CRLF);
            assertEquals(2, both.receive().length);
        }
    }

    static final class Counting extends ForwardingByteStream {
        private long received;
        private long sent;

        Counting(ByteStream stream) {
            super(stream);
        }

        @Override
        public byte[] receive(int maxBytes) throws IOException {
            byte[] bytes = super.receive(maxBytes);
            received += bytes.length;
            return bytes;
        }

        @Override
        public void send(ByteBuffer source) throws IOException {
            int start = source.position();
            try {
                super.send(source);
            } finally {
                sent += source.position() - start;
            }
        }
    }

    @AnyioTest
    void aStreamOfYourOwn() throws IOException {
        try (MemoryByteStreams streams = AnyIO.createMemoryByteStreams(100)) {
            Counting counting = new Counting(streams.first());
            counting.send("four".getBytes(US_ASCII));
            streams.second().send("seven".getBytes(US_ASCII));
            assertEquals(5, counting.receive(ByteBuffer.allocate(10)));
            assertEquals(4, counting.sent);
            assertEquals(5, counting.received);
        }
    }
}
