package io.anyio.impl.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.stream.ByteReceiveStream;
import io.anyio.api.stream.ByteSendStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.stream.StapledByteStream;
import io.anyio.api.stream.StapledObjectStream;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.Supplier;

class StapledStreamTest {
    private static final TypedAttribute<String> SHARED = TypedAttribute.of(String.class, "shared");
    private static final TypedAttribute<String> OF_SENDER = TypedAttribute.of(String.class, "ofSender");
    private static final TypedAttribute<String> OF_RECEIVER = TypedAttribute.of(String.class, "ofReceiver");

    /** Two connections in memory; the stapled stream sends into the one and receives from the other. */
    private record Stapled(MemoryByteStreams out, MemoryByteStreams in, StapledByteStream stream) {
        static Stapled open() {
            MemoryByteStreams out = AnyIO.createMemoryByteStreams(16);
            MemoryByteStreams in = AnyIO.createMemoryByteStreams(16);
            return new Stapled(out, in, new StapledByteStream(out.first(), in.first()));
        }

        void close() throws IOException {
            stream.close();
            out.close();
            in.close();
        }
    }

    @AnyioTest @Proves({"ST-01", "ST-02"})
    void bytesGoToTheOneHalfAndComeFromTheOther() throws IOException {
        Stapled stapled = Stapled.open();
        stapled.stream().send(new byte[]{1, 2});
        stapled.stream().send(ByteBuffer.wrap(new byte[]{3}));
        assertArrayEquals(new byte[]{1, 2, 3}, stapled.out().second().receive());
        stapled.in().second().send(new byte[]{7, 8, 9});
        assertArrayEquals(new byte[]{7, 8}, stapled.stream().receive(2));
        ByteBuffer target = ByteBuffer.allocate(4);
        assertEquals(1, stapled.stream().receive(target));
        assertEquals(9, target.get(0));
        stapled.close();
    }

    @AnyioTest @Proves({"ST-03", "ST-04"})
    void anEndClosesTheSendingHalfOnly() throws IOException {
        Stapled stapled = Stapled.open();
        stapled.stream().sendEof();
        stapled.stream().sendEof();
        assertThrows(EndOfStreamException.class, () -> stapled.out().second().receive());
        assertThrows(ClosedResourceException.class, () -> stapled.stream().send(new byte[1]));
        stapled.in().second().send(new byte[]{5});
        assertArrayEquals(new byte[]{5}, stapled.stream().receive());
        stapled.close();

        MemoryObjectStream<String> items = AnyIO.createMemoryObjectStream(1);
        StapledObjectStream<String> objects = new StapledObjectStream<>(items.sender(), items.receiver());
        objects.send("left");
        objects.sendEof();
        objects.sendEof();
        assertThrows(ClosedResourceException.class, () -> objects.send("late"));
        assertEquals("left", objects.receive());
        objects.close();
    }

    @AnyioTest @Proves("ST-05")
    void closeClosesBothHalves() throws IOException {
        Stapled stapled = Stapled.open();
        stapled.close();
        assertThrows(ClosedResourceException.class, () -> stapled.out().first().send(new byte[1]));
        assertThrows(ClosedResourceException.class, () -> stapled.in().first().receive());
        stapled.stream().close();

        MemoryObjectStream<String> items = AnyIO.createMemoryObjectStream(1);
        new StapledObjectStream<>(items.sender(), items.receiver()).close();
        assertThrows(ClosedResourceException.class, () -> items.sender().send("late"));
        assertThrows(ClosedResourceException.class, () -> items.receiver().receive());
    }

    /** A half whose close fails. */
    private static final class Failing implements ByteSendStream, ByteReceiveStream {
        private final String name;
        private boolean closed;

        Failing(String name) {
            this.name = name;
        }

        @Override
        public void send(byte[] bytes) {}

        @Override
        public byte[] receive(int maxBytes) {
            return new byte[1];
        }

        @Override
        public void close() throws IOException {
            closed = true;
            throw new IOException(name);
        }

        @Override
        public Map<TypedAttribute<?>, Supplier<?>> attributes() {
            return Map.of(SHARED, () -> name, name.equals("sender") ? OF_SENDER : OF_RECEIVER, () -> name);
        }
    }

    @AnyioTest @Proves("ST-06")
    void theReceivingHalfIsClosedEvenIfTheSendingHalfFails() {
        Failing sender = new Failing("sender");
        Failing receiver = new Failing("receiver");
        IOException error = assertThrows(IOException.class, () -> new StapledByteStream(sender, receiver).close());
        assertEquals("sender", error.getMessage());
        assertEquals("receiver", error.getSuppressed()[0].getMessage());
        assertTrue(sender.closed && receiver.closed);
    }

    @AnyioTest @Proves("ST-07")
    void anObjectStreamPassesTheEndOn() throws IOException {
        MemoryObjectStream<String> items = AnyIO.createMemoryObjectStream(1);
        StapledObjectStream<String> objects = new StapledObjectStream<>(items.sender(), items.receiver());
        objects.send("hello");
        assertSame("hello", objects.receive());
        objects.sendEof();
        assertThrows(EndOfStreamException.class, () -> objects.receive());
        objects.close();
    }

    @AnyioTest @Proves({"TA-10", "ST-08"})
    void attributesOfBothAreThereAndTheReceivingHalfWins() {
        StapledByteStream stream = new StapledByteStream(new Failing("sender"), new Failing("receiver"));
        assertEquals("receiver", stream.attribute(SHARED));
        assertEquals("sender", stream.attribute(OF_SENDER));
        assertEquals("receiver", stream.attribute(OF_RECEIVER));
    }
}
