package io.anyio.impl.stream;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.BufferedByteStream;
import io.anyio.api.stream.ByteSendStream;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.testing.ByteStreamContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Streams that have only what the interfaces do not give them, and what is put on such streams. */
class DefaultMethodsTest {
    private record OnlyArrays(ByteStream stream) implements ByteStream {
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

    private abstract static class CannotCount extends ByteStreamContract {
        @Override
        protected boolean survivesCancelledSend() {
            return false;
        }
    }

    @Nested
    class Plain extends CannotCount {
        @Override
        protected Ends open() {
            MemoryByteStreams streams = AnyIO.createMemoryByteStreams(1000);
            return new Ends(new OnlyArrays(streams.first()), new OnlyArrays(streams.second()));
        }
    }

    @Nested
    class Buffered extends CannotCount {
        @Override
        protected Ends open() {
            MemoryByteStreams streams = AnyIO.createMemoryByteStreams(1000);
            return new Ends(new BufferedByteStream(new OnlyArrays(streams.first())), streams.second());
        }
    }

    @Test
    void whoDoesNotKnowWhatWasSentLeavesNothingThatCouldBeSentTwice() {
        ByteSendStream failing = new ByteSendStream() {
            @Override
            public void send(byte[] bytes) throws IOException {
                throw new IOException("after some of " + bytes.length + " bytes");
            }

            @Override
            public void close() {}
        };
        ByteBuffer source = ByteBuffer.allocate(5).position(2);
        assertThrows(IOException.class, () -> failing.send(source));
        assertFalse(source.hasRemaining());
    }
}
