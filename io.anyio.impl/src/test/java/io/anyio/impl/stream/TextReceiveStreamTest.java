package io.anyio.impl.stream;

import static io.anyio.impl.stream.Chunks.bytes;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.stream.TextReceiveStream;
import io.anyio.api.sync.BusyResourceException;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.Checkpoints;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

class TextReceiveStreamTest {
    private static TextReceiveStream replacing(String... chunks) {
        return new TextReceiveStream(Chunks.of(chunks), o -> o.errors(CodingErrorAction.REPLACE));
    }

    @AnyioTest @Proves({"TX-01", "TX-02", "TX-03"})
    void charactersComeAsSoonAsTheyAreComplete() throws IOException {
        // å is C3 A5, ä is C3 A4, ö is C3 B6
        TextReceiveStream stream = new TextReceiveStream(
                Chunks.of("\u00c3\u00a5\u00c3", "\u00a4", "x\u00c3", "\u00b6"));
        assertEquals("å", stream.receive());
        assertEquals("ä", stream.receive());
        assertEquals("x", stream.receive());
        assertEquals("ö", stream.receive());
        TextReceiveStream wrong = new TextReceiveStream(Chunks.of("\u00ff"));
        assertThrows(CharacterCodingException.class, () -> wrong.receive());
    }

    @AnyioTest @Proves("TX-03")
    void aPartOfACharacterIsWaitedFor(TaskGroup<Exception> group) throws Exception {
        try (MemoryByteStreams streams = AnyIO.createMemoryByteStreams(10)) {
            TextReceiveStream stream = new TextReceiveStream(streams.first());
            TaskHandle<String> text = group.spawn(() -> stream.receive());
            // U+1F600, a pair of surrogates in Java
            for (byte part : "\uD83D\uDE00".getBytes(UTF_8)) {
                AnyIO.waitAllTasksBlocked();
                assertEquals(TaskHandle.Status.PENDING, text.status());
                streams.second().send(new byte[]{part});
            }
            assertEquals("\uD83D\uDE00", text.await());
        }
    }

    @AnyioTest @Proves("TX-04")
    void badBytesAreReplacedOrLeftOut() throws IOException {
        assertEquals("a\uFFFDb", replacing("a\u00ffb").receive());
        assertEquals("ab",
                new TextReceiveStream(Chunks.of("a\u00ffb"), o -> o.errors(CodingErrorAction.IGNORE)).receive());
    }

    @AnyioTest @Proves("TX-05")
    void afterAnErrorTheStreamGoesOn() throws IOException {
        TextReceiveStream stream = new TextReceiveStream(Chunks.of("\u00c3\u00c3", "ab\u00ffcd", "ef"));
        String message = assertThrows(CharacterCodingException.class, () -> stream.receive()).getMessage();
        assertTrue(message.contains("c3") && message.contains("UTF-8"), message);
        // the second C3 could begin a character, but a does not continue it
        assertThrows(CharacterCodingException.class, () -> stream.receive());
        assertEquals("ab", stream.receive());
        assertThrows(CharacterCodingException.class, () -> stream.receive());
        assertEquals("cd", stream.receive());
        assertEquals("ef", stream.receive());
        assertThrows(EndOfStreamException.class, () -> stream.receive());
    }

    @AnyioTest @Proves("TX-06")
    void anEndInsideOfACharacterIsAnError() throws IOException {
        TextReceiveStream stream = new TextReceiveStream(Chunks.of("a\u00e2\u0082"));
        assertEquals("a", stream.receive());
        assertThrows(CharacterCodingException.class, () -> stream.receive());
        assertThrows(EndOfStreamException.class, () -> stream.receive());
        assertThrows(EndOfStreamException.class, () -> stream.receive());

        TextReceiveStream replacing = replacing("a\u00e2\u0082");
        assertEquals("a", replacing.receive());
        assertEquals("\uFFFD", replacing.receive());
        assertThrows(EndOfStreamException.class, () -> replacing.receive());
    }

    @AnyioTest @Proves("TX-11")
    void anUnknownCharsetIsRefused() {
        assertThrows(UnsupportedCharsetException.class,
                () -> new TextReceiveStream(Chunks.of(), o -> o.charset("no-such-charset")));
    }

    @AnyioTest
    void aByteOrderMarkAtTheBeginningIsRead() throws IOException {
        byte[] bytes = "\uD83D\uDE00é".getBytes(Charset.forName("x-UTF-16LE-BOM"));
        TextReceiveStream stream = new TextReceiveStream(
                new Chunks(Arrays.copyOf(bytes, 1), Arrays.copyOfRange(bytes, 1, 5),
                        Arrays.copyOfRange(bytes, 5, bytes.length)),
                o -> o.charset(UTF_16));
        assertEquals("\uD83D\uDE00é", stream.receive());
    }

    @AnyioTest @Proves({"TX-13", "TX-14"})
    void objectsAreDecodedTooAndAClosedStreamGivesNoRest() throws IOException {
        MemoryObjectStream<byte[]> objects = AnyIO.createMemoryObjectStream(3);
        objects.sender().send(new byte[0]);
        objects.sender().send(bytes("a\u00ffrest\u00c3"));
        TextReceiveStream stream = new TextReceiveStream(objects.receiver());
        assertEquals("a", stream.receive());
        stream.close();
        stream.close();
        assertThrows(ClosedResourceException.class, () -> stream.receive());
        assertThrows(ClosedResourceException.class, () -> objects.receiver().receive());
        objects.close();
    }

    @AnyioTest
    void attributesComeFromTheWrappedStream() {
        assertEquals("chunks", new TextReceiveStream(Chunks.of()).attribute(Chunks.NAME));
    }

    @AnyioTest
    void aCancelledReceiveLosesNothing(TaskGroup<Exception> group) throws Exception {
        try (MemoryByteStreams streams = AnyIO.createMemoryByteStreams(10)) {
            TextReceiveStream stream = new TextReceiveStream(streams.first());
            streams.second().send(bytes("\u00c3"));
            CancelScope scope = AnyIO.openCancelScope();
            group.spawn(() -> scope.run(() -> stream.receive()));
            AnyIO.waitAllTasksBlocked();
            assertThrows(BusyResourceException.class, () -> stream.receive());
            scope.cancel();
            AnyIO.waitAllTasksBlocked();
            assertTrue(scope.cancelledCaught());
            streams.second().send(bytes("\u00a4"));
            assertEquals("ä", Checkpoints.assertCheckpoint(() -> stream.receive()));
        }
    }

    @AnyioTest
    void aCloseWakesWhoReceives(TaskGroup<Exception> group) throws Exception {
        try (MemoryByteStreams streams = AnyIO.createMemoryByteStreams(10)) {
            TextReceiveStream stream = new TextReceiveStream(streams.first());
            group.spawn(() -> assertThrows(ClosedResourceException.class, () -> stream.receive()));
            AnyIO.waitAllTasksBlocked();
            stream.close();
        }
    }

    private static byte[][] cut(byte[] bytes, Random random) {
        int[] cuts = random.ints(random.nextInt(40), 0, bytes.length + 1).sorted().toArray();
        byte[][] chunks = new byte[cuts.length + 1][];
        for (int i = 0; i <= cuts.length; i++) {
            chunks[i] = Arrays.copyOfRange(bytes, i == 0 ? 0 : cuts[i - 1], i == cuts.length ? bytes.length : cuts[i]);
        }
        return Arrays.stream(chunks).filter(chunk -> chunk.length > 0).toArray(byte[][]::new);
    }

    /** Without controls, which the escapes of ISO-2022-JP consist of, and without byte order marks. */
    private static String randomText(Random random, Charset charset) {
        StringBuilder text = new StringBuilder();
        int[] limits = {0x80, 0x800, 0xD800, 0x20000};
        while (text.length() < 60) {
            int codePoint = random.nextInt(limits[random.nextInt(limits.length)]);
            String character = Character.toString(codePoint);
            if (codePoint >= ' ' && (codePoint < 0xD800 || codePoint > 0xFFFF) && codePoint != 0xFEFF
                    && charset.newEncoder().canEncode(character)) {
                text.append(character);
            }
        }
        return text.toString();
    }

    /** However the bytes of a text are cut, the text is the same. */
    @AnyioTest @Proves("TX-02")
    void anyChunksGiveTheSameText() throws IOException {
        long seed = ThreadLocalRandom.current().nextLong();
        Random random = new Random(seed);
        for (Charset charset : List.of(UTF_8, UTF_16, UTF_16BE, Charset.forName("GB18030"),
                Charset.forName("ISO-2022-JP"), Charset.forName("UTF-32LE"))) {
            for (int round = 0; round < 50; round++) {
                String text = randomText(random, charset);
                TextReceiveStream stream = new TextReceiveStream(new Chunks(cut(text.getBytes(charset), random)),
                        o -> o.charset(charset));
                StringBuilder received = new StringBuilder();
                for (String part : stream) {
                    assertTrue(!Character.isHighSurrogate(part.charAt(part.length() - 1)),
                            "seed " + seed + ": a pair was cut");
                    received.append(part);
                }
                assertEquals(text, received.toString(), "seed " + seed + ", " + charset + ", round " + round);
            }
        }
    }

    /** However bytes that are no text are cut, the replacements are the same as if all were decoded at once. */
    @AnyioTest @Proves("TX-04")
    void anyChunksGiveTheSameReplacements() throws IOException {
        long seed = ThreadLocalRandom.current().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            byte[] bytes = randomText(random, UTF_8).getBytes(UTF_8);
            for (int i = 0; i < 5; i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            TextReceiveStream stream = new TextReceiveStream(new Chunks(cut(bytes, random)),
                    o -> o.errors(CodingErrorAction.REPLACE));
            StringBuilder received = new StringBuilder();
            stream.forEach(received::append);
            assertEquals(new String(bytes, UTF_8), received.toString(), "seed " + seed + ", round " + round);
        }
    }
}
