package io.anyio.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.stream.StapledObjectStream;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.Checkpoints;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Users get it back from {@code unwrap}, as a byte stream like any other. */
class ObjectTransportTest {
    @AnyioTest
    void whateverIsAskedForEachByteIsReceivedOnce() throws Exception {
        MemoryObjectStream<byte[]> items = AnyIO.createMemoryObjectStream(10);
        ByteStream transport = new ObjectTransport(new StapledObjectStream<>(items.sender(), items.receiver()));
        transport.send(new byte[]{1, 2, 3, 4, 5, 6});
        transport.send(new byte[0]);
        transport.send(ByteBuffer.wrap(new byte[]{6, 7, 8}, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> transport.receive(0));
        assertThrows(IllegalArgumentException.class, () -> transport.receive(-1));
        assertArrayEquals(new byte[]{1}, transport.receive(1));
        assertThrows(IllegalArgumentException.class, () -> transport.receive(0));
        assertThrows(IllegalArgumentException.class, () -> transport.receive(-1));
        Checkpoints.assertCheckpoint(() -> assertArrayEquals(new byte[]{2}, transport.receive(1)));
        ByteBuffer target = ByteBuffer.allocate(2);
        assertEquals(2, transport.receive(target));
        assertArrayEquals(new byte[]{3, 4}, target.array());
        assertTrue(transport.receive(lent -> {
            assertTrue(lent.isReadOnly());
            assertEquals(ByteBuffer.wrap(new byte[]{5, 6}), lent);
        }));
        assertArrayEquals(new byte[]{7}, transport.receive());
        transport.sendEof();
        assertThrows(EndOfStreamException.class, transport::receive);
        assertEquals(-1, transport.receive(target.clear()));
        assertFalse(transport.receive(_ -> {}));
        transport.close();
    }

    @AnyioTest
    void afterACloseNothingIsReceived() throws IOException {
        MemoryObjectStream<byte[]> items = AnyIO.createMemoryObjectStream(1);
        ByteStream transport = new ObjectTransport(new StapledObjectStream<>(items.sender(), items.receiver()));
        transport.send(new byte[]{1, 2});
        transport.receive(1);
        transport.close();
        assertThrows(ClosedResourceException.class, () -> transport.receive(1));
    }
}
