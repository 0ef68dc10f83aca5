package io.anyio.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ForwardingByteStream;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.task.BlockWith;
import io.anyio.testing.AnyioTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.io.TempDir;

/** Each byte reaches a sink, whatever is thrown on its way; or else none that follows does. */
class IncomingTest {
    /** Takes two bytes at a time, and throws at some of its calls. */
    private static final class Pairs implements Incoming.Sink {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private int calls;
        private int throwsAt;

        @Override
        public Status accept(ByteBuffer encrypted) {
            if (++calls == throwsAt) {
                throw new OutOfMemoryError("as good as");
            }
            if (encrypted.remaining() < 2) {
                return Status.BUFFER_UNDERFLOW;
            }
            taken.write(encrypted.get());
            taken.write(encrypted.get());
            return Status.OK;
        }
    }

    @AnyioTest
    void whatASinkHasNotTakenItGetsAgainWithoutWaiting() throws IOException {
        for (int throwsAt = 1; throwsAt <= 4; throwsAt++) {
            try (MemoryByteStreams memory = AnyIO.createMemoryByteStreams(100)) {
                Incoming incoming = new Incoming(memory.first(), new Buffers());
                Pairs sink = new Pairs();
                sink.throwsAt = throwsAt;
                memory.second().send(new byte[]{1});
                feed(incoming, sink);
                memory.second().send(new byte[]{2, 3, 4});
                AnyIO.failAfter(Duration.ofSeconds(5), () -> {
                    while (sink.taken.size() < 4) {
                        feed(incoming, sink);
                    }
                });
                assertArrayEquals(new byte[]{1, 2, 3, 4}, sink.taken.toByteArray());
            }
        }
    }

    private static void feed(Incoming incoming, Pairs sink) throws IOException {
        try {
            assertTrue(incoming.feed(sink));
        } catch (OutOfMemoryError e) {
            assertEquals(sink.throwsAt, sink.calls);
        }
    }

    /** Lends more than any array holds. */
    private static final class Huge extends ForwardingByteStream {
        private final ByteBuffer lent;

        Huge(ByteStream stream, ByteBuffer lent) {
            super(stream);
            this.lent = lent;
        }

        @Override
        public <X extends Exception> boolean receive(BlockWith<ByteBuffer, X> block) throws X {
            block.run(lent.duplicate());
            return true;
        }
    }

    @AnyioTest
    void afterBytesThatCannotBeKeptNoneIsReceived(@TempDir Path folder) throws IOException {
        try (FileChannel file = FileChannel.open(folder.resolve("sparse"), StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ, StandardOpenOption.WRITE);
                MemoryByteStreams memory = AnyIO.createMemoryByteStreams(1)) {
            ByteBuffer lent = file.map(MapMode.READ_WRITE, 0, Integer.MAX_VALUE);
            Incoming incoming = new Incoming(new Huge(memory.first(), lent), new Buffers());
            Pairs sink = new Pairs();
            assertThrows(OutOfMemoryError.class, () -> incoming.feed(sink));
            for (int i = 0; i < 2; i++) {
                assertThrows(SSLException.class, () -> incoming.feed(sink));
            }
            assertEquals(0, sink.calls);
        }
    }
}
