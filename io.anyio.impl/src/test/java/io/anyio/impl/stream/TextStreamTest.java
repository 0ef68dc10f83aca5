package io.anyio.impl.stream;

import static io.anyio.impl.stream.Chunks.bytes;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.stream.StapledByteStream;
import io.anyio.api.stream.StapledObjectStream;
import io.anyio.api.stream.TextReceiveStream;
import io.anyio.api.stream.TextSendStream;
import io.anyio.api.stream.TextStream;
import io.anyio.api.sync.WouldBlockException;
import io.anyio.api.task.CancelScope;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.Checkpoints;
import io.anyio.testing.ObjectStreamContract;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Nested;

class TextStreamTest {
    /** Over objects it is a stream of objects like any other. */
    @Nested
    class Contract extends ObjectStreamContract<String> {
        @Override
        protected Ends<String> open() {
            MemoryObjectStream<byte[]> objects = AnyIO.createMemoryObjectStream();
            return new Ends<>(new TextSendStream(objects.sender()), new TextReceiveStream(objects.receiver()));
        }

        @Override
        protected String item(int number) {
            return "text " + number;
        }
    }

    /** A text stream whose bytes come back as objects. */
    private static byte[] sent(String text, Charset charset, CodingErrorAction errors) throws IOException {
        try (MemoryObjectStream<byte[]> objects = AnyIO.createMemoryObjectStream(1)) {
            new TextSendStream(objects.sender(), o -> o.charset(charset).errors(errors)).send(text);
            return objects.receiver().receiveNowait();
        }
    }

    @AnyioTest @Proves({"TX-01", "TX-07", "TX-13"})
    void textIsSentInTheCharset() throws IOException {
        assertArrayEquals(bytes("\u00e5\u00e4"), sent("åä", ISO_8859_1, CodingErrorAction.REPORT));
        assertArrayEquals("\uD83D\uDE00é".getBytes(UTF_8), sent("\uD83D\uDE00é", UTF_8, CodingErrorAction.REPORT));
        try (MemoryByteStreams streams = AnyIO.createMemoryByteStreams(100)) {
            TextSendStream stream = new TextSendStream(streams.first());
            Checkpoints.assertCheckpoint(() -> stream.send("å"));
            stream.send("");
            assertThrows(CharacterCodingException.class, () -> stream.send("\uD83D"));
            assertArrayEquals(bytes("\u00c3\u00a5"), streams.second().receive());
            new TextSendStream(streams.first(), o -> o.charset("latin1")).send("å");
            assertArrayEquals(bytes("\u00e5"), streams.second().receive());
        }
    }

    @AnyioTest @Proves("TX-08")
    void whatHasNoBytesIsReplacedOrLeftOut() throws IOException {
        assertArrayEquals(bytes("a?b"), sent("a€b", ISO_8859_1, CodingErrorAction.REPLACE));
        assertArrayEquals(bytes("ab"), sent("a€b", ISO_8859_1, CodingErrorAction.IGNORE));
        assertArrayEquals(bytes("a?"), sent("a\uD83D", UTF_8, CodingErrorAction.REPLACE));
    }

    @AnyioTest @Proves("TX-09")
    void textThatHasNoBytesIsNotSentAtAll() throws IOException {
        try (MemoryObjectStream<byte[]> objects = AnyIO.createMemoryObjectStream(1)) {
            TextSendStream stream = new TextSendStream(objects.sender(), o -> o.charset(ISO_8859_1));
            String message = assertThrows(CharacterCodingException.class, () -> stream.send("ab€")).getMessage();
            assertTrue(message.contains("U+20AC at index 2") && message.contains("ISO-8859-1"), message);
            assertThrows(WouldBlockException.class, () -> objects.receiver().receiveNowait());
            stream.send("ab");
            assertArrayEquals(bytes("ab"), objects.receiver().receive());
        }
    }

    @AnyioTest @Proves({"TX-10", "TX-14"})
    void bothDirectionsAndTheEndPass() throws IOException {
        try (MemoryByteStreams streams = AnyIO.createMemoryByteStreams(100)) {
            TextStream left = new TextStream(streams.first());
            TextStream right = new TextStream(streams.second(), o -> o.charset(UTF_8));
            left.send("größe");
            assertEquals("größe", right.receive());
            left.sendEof();
            left.sendEof();
            assertThrows(EndOfStreamException.class, () -> right.receive());
            right.send("ok");
            assertEquals("ok", left.receive());
            left.close();
            assertThrows(ClosedResourceException.class, () -> left.receive());
            assertThrows(ClosedResourceException.class, () -> left.send("late"));
            assertThrows(ClosedResourceException.class, () -> streams.first().receive());
        }
    }

    @AnyioTest @Proves({"TX-10", "TX-13"})
    void objectsOfBytesDoAsWell() throws IOException {
        MemoryObjectStream<byte[]> objects = AnyIO.createMemoryObjectStream(1);
        TextStream stream = new TextStream(new StapledObjectStream<>(objects.sender(), objects.receiver()),
                o -> o.charset(ISO_8859_1));
        stream.send("é");
        assertEquals("é", stream.receive());
        stream.sendEof();
        assertThrows(EndOfStreamException.class, () -> stream.receive());
        stream.close();
        assertThrows(ClosedResourceException.class, () -> objects.receiver().receive());
    }

    @AnyioTest @Proves("TX-11")
    void aCharsetThatCannotSendIsRefused() throws IOException {
        try (MemoryByteStreams streams = AnyIO.createMemoryByteStreams(1)) {
            assertThrows(UnsupportedCharsetException.class,
                    () -> new TextStream(streams.first(), o -> o.charset("no-such-charset")));
            assertThrows(UnsupportedCharsetException.class,
                    () -> new TextSendStream(streams.first(), o -> o.charset("no-such-charset")));
            assertThrows(IllegalArgumentException.class,
                    () -> new TextSendStream(streams.first(), o -> o.charset("ISO-2022-CN")));
        }
    }

    /** A stream with an attribute. */
    private static ByteStream named(MemoryByteStreams streams) {
        Chunks named = Chunks.of();
        return new StapledByteStream(streams.first(), named);
    }

    @AnyioTest @Proves("TX-12")
    void attributesComeFromTheWrappedStream() throws IOException {
        try (MemoryByteStreams streams = AnyIO.createMemoryByteStreams(1)) {
            TextStream stream = new TextStream(named(streams));
            assertEquals("chunks", stream.attribute(Chunks.NAME));
            Map<TypedAttribute<?>, Supplier<?>> all = stream.attributes();
            assertEquals(named(streams).attributes().keySet(), all.keySet());
            assertEquals("chunks", new TextSendStream(named(streams)).attribute(Chunks.NAME));
        }
    }

    @AnyioTest @Proves("TX-15")
    void aByteOrderMarkIsSentOnce() throws IOException {
        try (MemoryObjectStream<byte[]> objects = AnyIO.createMemoryObjectStream(10)) {
            TextSendStream stream = new TextSendStream(objects.sender(), o -> o.charset(UTF_16));
            stream.send("");
            assertEquals(0, objects.receiver().receive().length);
            assertThrows(CharacterCodingException.class, () -> stream.send("a\uD83D"));
            CancelScope cancelled = AnyIO.openCancelScope();
            cancelled.cancel();
            cancelled.run(() -> stream.send("a"));
            stream.send("ab");
            assertArrayEquals("ab".getBytes(UTF_16), objects.receiver().receive(),
                    "what was not sent took no mark along");
            stream.send("c");
            assertArrayEquals(new byte[]{0, 'c'}, objects.receiver().receive());
            assertArrayEquals(new byte[]{'c'}, sent("c", ISO_8859_1, CodingErrorAction.REPORT));
        }
    }

    @AnyioTest @Proves("TX-15")
    void aCharsetWithShiftsBeginsEachTextAnew() throws IOException {
        Charset charset = Charset.forName("ISO-2022-JP");
        try (MemoryByteStreams streams = AnyIO.createMemoryByteStreams(100)) {
            TextStream left = new TextStream(streams.first(), o -> o.charset(charset));
            TextStream right = new TextStream(streams.second(), o -> o.charset(charset));
            left.send("日");
            left.send("本");
            left.send("x");
            assertEquals("日本x", right.receive());
        }
    }
}
