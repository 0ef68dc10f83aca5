package io.anyio.impl.stream;

import static io.anyio.impl.stream.Chunks.bytes;
import static io.anyio.impl.stream.Chunks.string;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.BufferedByteReceiveStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.DelimiterNotFoundException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.IncompleteReadException;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.stream.ObjectReceiveStream;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.Checkpoints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

class BufferedByteReceiveStreamTest {
    private static BufferedByteReceiveStream buffered(String... chunks) {
        return new BufferedByteReceiveStream(Chunks.of(chunks));
    }

    @AnyioTest @Proves({"BU-01", "BU-02"})
    void exactlyTheNumberOfBytesComesFromAsManyChunksAsItTakes() throws IOException {
        BufferedByteReceiveStream stream = buffered("abcd", "efgh", "ij");
        assertEquals("", string(stream.receiveExactly(0)));
        assertEquals("ab", string(stream.receiveExactly(2)));
        assertEquals("cdefghi", string(stream.receiveExactly(7)));
        assertEquals("j", string(stream.receiveExactly(1)));
        assertEquals("", string(stream.receiveExactly(0)), "also at the end");
        assertThrows(IllegalArgumentException.class, () -> stream.receiveExactly(-1));
    }

    @AnyioTest @Proves({"BU-03", "BU-04", "BU-05"})
    void anEndBeforeTheNumberOfBytesLeavesThemInTheBuffer() throws IOException {
        BufferedByteReceiveStream stream = buffered("ab", "c");
        IncompleteReadException error = assertThrows(IncompleteReadException.class, () -> stream.receiveExactly(8));
        assertInstanceOf(EndOfStreamException.class, error.getCause());
        assertEquals("abc", string(stream.buffer()));
        assertThrows(IncompleteReadException.class, () -> stream.receiveExactly(4));
        assertEquals("ab", string(stream.receiveExactly(2)));
        assertEquals("c", string(stream.receive()));
        assertThrows(EndOfStreamException.class, () -> stream.receive());
    }

    @AnyioTest @Proves("BU-06")
    void aStreamOfBytesIsAskedForTheMissingBytesOnly() throws IOException {
        Chunks chunks = Chunks.of("abc", "defghi");
        BufferedByteReceiveStream stream = new BufferedByteReceiveStream(chunks);
        assertEquals("abcdef", string(stream.receiveExactly(6)));
        assertEquals(List.of(6, 3), chunks.asked);
        assertEquals(0, stream.buffer().length);
    }

    @AnyioTest @Proves("BU-18")
    void theBufferIsShownAsACopy() throws IOException {
        BufferedByteReceiveStream stream = buffered("ghij");
        assertEquals("", string(stream.buffer()));
        stream.feedData(bytes("abcdef"));
        assertEquals("a", string(stream.receive(1)));
        assertEquals("bcdef", string(stream.buffer()));
        assertArrayEquals(stream.buffer(), stream.buffer());
        Arrays.fill(stream.buffer(), (byte) 'x');
        assertEquals("bcdefg", string(stream.receiveExactly(6)), "what is shown is not what is given");
        stream.feedData(bytes("xyz"));
        byte[] shown = stream.buffer();
        assertEquals("xyz", string(shown));
        assertEquals("xyz", string(stream.receive()));
        stream.feedData(bytes("123"));
        assertEquals("xyz", string(shown), "what was shown stays");
        assertEquals("123", string(stream.receive()));
        assertEquals("", string(stream.buffer()));
    }

    @AnyioTest @Proves({"BU-07", "BU-08", "BU-09", "BU-18"})
    void whatIsBeforeADelimiterComesWithoutIt() throws IOException {
        BufferedByteReceiveStream stream = buffered("abcd", "efgh");
        assertEquals("abc", string(stream.receiveUntil(bytes("de"), 10)));
        byte[] rest = stream.buffer();
        assertEquals("fgh", string(rest));
        rest[0] = 'x';
        assertEquals("f", string(stream.receiveUntil(bytes("g"), 10)), "the buffer was a copy");
        assertEquals("", string(stream.receiveUntil(bytes("h"), 10)));
    }

    @AnyioTest @Proves("BU-08")
    void aDelimiterIsFoundWhereverItIsCut() throws IOException {
        String delimiter = "aab";
        String text = "aaaab" + "x" + delimiter;
        for (int first = 1; first < text.length(); first++) {
            for (int second = first; second < text.length(); second++) {
                BufferedByteReceiveStream stream = new BufferedByteReceiveStream(
                        objects(text.substring(0, first), text.substring(first, second), text.substring(second)));
                assertEquals("aa", string(stream.receiveUntil(bytes(delimiter), 100)),
                        "cut at " + first + " and " + second);
                assertEquals("x", string(stream.receiveUntil(bytes(delimiter), 100)),
                        "cut at " + first + " and " + second);
                stream.close();
            }
        }
    }

    @AnyioTest @Proves("BU-10")
    void anEndBeforeTheDelimiterLeavesTheBytesInTheBuffer() throws IOException {
        BufferedByteReceiveStream stream = buffered("ab", "cd");
        assertInstanceOf(EndOfStreamException.class,
                assertThrows(IncompleteReadException.class, () -> stream.receiveUntil(bytes("x"), 10)).getCause());
        assertEquals("abcd", string(stream.buffer()));
        assertEquals("ab", string(stream.receiveUntil(bytes("c"), 10)));
    }

    @AnyioTest @Proves("BU-11")
    void tooManyBytesWithoutADelimiterStayInTheBuffer() throws IOException {
        BufferedByteReceiveStream stream = buffered("abc", "def", "|");
        String message = assertThrows(DelimiterNotFoundException.class, () -> stream.receiveUntil(bytes("|"), 5))
                .getMessage();
        assertTrue(message.contains("5"), message);
        assertEquals("abcdef", string(stream.buffer()));
        assertEquals("abcdef", string(stream.receiveUntil(bytes("|"), 7)));
    }

    @AnyioTest @Proves("BU-12")
    void aDelimiterBeyondTheLimitIsNotFoundAlsoIfItIsInTheBuffer() throws IOException {
        String forty = "0123456789".repeat(4);
        BufferedByteReceiveStream stream = buffered(forty + "|rest");
        assertThrows(DelimiterNotFoundException.class, () -> stream.receiveUntil(bytes("|"), 10));
        assertThrows(DelimiterNotFoundException.class, () -> stream.receiveUntil(bytes("|"), 40));
        assertEquals(forty + "|rest", string(stream.buffer()));
        assertEquals(forty, string(stream.receiveUntil(bytes("|"), 41)));
    }

    @AnyioTest
    void badArgumentsOfReceiveUntilAreRefused() {
        BufferedByteReceiveStream stream = buffered("ab");
        assertThrows(IllegalArgumentException.class, () -> stream.receiveUntil(new byte[0], 10));
        assertThrows(IllegalArgumentException.class, () -> stream.receiveUntil(bytes("a"), 0));
    }

    @AnyioTest @Proves({"BU-13", "BU-15"})
    void receiveGivesTheBufferFirst() throws IOException {
        Chunks chunks = Chunks.of("abcdef", "ghi");
        BufferedByteReceiveStream stream = new BufferedByteReceiveStream(chunks);
        assertEquals("a", string(stream.receiveUntil(bytes("b"), 10)));
        assertEquals("cd", string(stream.receive(2)));
        ByteBuffer target = ByteBuffer.allocate(5);
        assertEquals(2, stream.receive(target));
        assertEquals(1, chunks.asked.size());
        assertEquals("gh", string(stream.receive(2)));
        assertThrows(IllegalArgumentException.class, () -> stream.receive(0));
        assertEquals("i", string(stream.receive()));
        assertEquals(-1, stream.receive(target));
    }

    private static ObjectReceiveStream<byte[]> objects(String... chunks) throws IOException {
        MemoryObjectStream<byte[]> stream = AnyIO.createMemoryObjectStream(MemoryObjectStream.UNLIMITED);
        for (String chunk : chunks) {
            stream.sender().sendNowait(bytes(chunk));
        }
        stream.sender().close();
        return stream.receiver();
    }

    @AnyioTest @Proves("BU-14")
    void anObjectLongerThanWantedIsSplit() throws IOException {
        BufferedByteReceiveStream stream = new BufferedByteReceiveStream(objects("", "abcdef", "", "gh"));
        assertEquals("ab", string(stream.receive(2)));
        assertEquals("cdef", string(stream.buffer()));
        assertEquals("cdefg", string(stream.receiveExactly(5)));
        assertEquals("h", string(stream.receive(5)));
        assertThrows(EndOfStreamException.class, () -> stream.receive());
        stream.close();
    }

    @AnyioTest
    void anObjectThatWasReceivedIsNotWrittenTo() throws IOException {
        byte[] first = bytes("abcd");
        MemoryObjectStream<byte[]> objects = AnyIO.createMemoryObjectStream(1);
        objects.sender().send(first);
        BufferedByteReceiveStream stream = new BufferedByteReceiveStream(objects.receiver());
        assertEquals("abc", string(stream.receiveExactly(3)));
        stream.feedData(bytes("xyz"));
        assertEquals("dxyz", string(stream.buffer()));
        assertArrayEquals(bytes("abcd"), first);
        objects.close();
    }

    @AnyioTest @Proves({"BU-16", "BU-17", "BU-19"})
    void nothingIsReceivedFromAClosedStream() throws IOException {
        Chunks chunks = Chunks.of("ab|cd");
        BufferedByteReceiveStream stream = new BufferedByteReceiveStream(chunks);
        assertEquals("a", string(stream.receiveExactly(1)));
        stream.feedData(bytes("b|cd"));
        assertFalse(chunks.closed);
        stream.close();
        stream.close();
        assertTrue(chunks.closed);
        assertThrows(ClosedResourceException.class, () -> stream.receive());
        assertThrows(ClosedResourceException.class, () -> stream.receiveExactly(1));
        assertThrows(ClosedResourceException.class, () -> stream.receiveExactly(0));
        assertThrows(ClosedResourceException.class, () -> stream.receiveUntil(bytes("|"), 10));
    }

    @AnyioTest @Proves("BU-20")
    void attributesComeFromTheWrappedStream() {
        assertEquals("chunks", buffered().attribute(Chunks.NAME));
    }

    @AnyioTest @Proves("BU-22")
    void whatIsFedComesBeforeWhatIsReceivedLater() throws IOException {
        BufferedByteReceiveStream stream = buffered("abcd");
        stream.feedData(bytes("xy"));
        stream.feedData(bytes("z|"));
        assertEquals("xyz", string(stream.receiveUntil(bytes("|"), 10)));
        stream.feedData(bytes("w"));
        assertEquals("wabcd", string(stream.receiveExactly(5)));
    }

    @AnyioTest
    void whatComesFromTheBufferPassesACheckpointToo() throws IOException {
        BufferedByteReceiveStream stream = buffered();
        stream.feedData(bytes("ab|cd"));
        Checkpoints.assertCheckpoint(() -> stream.receive(1));
        Checkpoints.assertCheckpoint(() -> stream.receiveUntil(bytes("|"), 10));
        Checkpoints.assertCheckpoint(() -> stream.receiveExactly(1));
        Checkpoints.assertCheckpoint(() -> stream.receiveExactly(0));
    }
}
