package io.anyio.impl.file;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.file.AsyncFiles;
import io.anyio.api.file.AsyncTextFile;
import io.anyio.api.file.FileOptions;
import io.anyio.api.file.Newline;
import io.anyio.api.file.SeekFrom;
import io.anyio.api.spi.TaskContext;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFilesTest {
    @TempDir
    Path directory;

    private static AsyncFiles files() {
        return AnyIO.service(AsyncFiles.class);
    }

    private Path file(String content) throws IOException {
        return Files.writeString(directory.resolve("text"), content);
    }

    private static List<String> lines(Path path, Newline newline, int buffering) throws IOException {
        List<String> lines = new ArrayList<>();
        try (AsyncTextFile file = files().openTextFile(path, "r", o -> o.newline(newline).buffering(buffering))) {
            file.iterator().forEachRemaining(lines::add);
        }
        return lines;
    }

    @AnyioTest @Proves({"FI-13", "FI-07"})
    void linesEndByTheRuleWhereverTheBufferEnds() throws Exception {
        Path path = file("a\nb\rc\r\nd\r\r\n\u00e9");
        for (int size : List.of(1, 2, 3, 4, 5, 64)) {
            assertEquals(List.of("a\n", "b\n", "c\n", "d\n", "\n", "\u00e9"), lines(path, Newline.UNIVERSAL, size));
            assertEquals(List.of("a\n", "b\r", "c\r\n", "d\r", "\r\n", "\u00e9"), lines(path, Newline.UNCHANGED, size));
            assertEquals(List.of("a\n", "b\rc\r\n", "d\r\r\n", "\u00e9"), lines(path, Newline.LF, size));
            assertEquals(List.of("a\nb\r", "c\r", "\nd\r", "\r", "\n\u00e9"), lines(path, Newline.CR, size));
            assertEquals(List.of("a\nb\rc\r\n", "d\r\r\n", "\u00e9"), lines(path, Newline.CRLF, size));
            try (AsyncTextFile file = files().openTextFile(path, "rt", o -> o.buffering(size))) {
                assertEquals("a\nb\nc\nd\n\n\u00e9", file.read());
                file.seek(0);
                assertEquals("a\nb\nc", file.read(5));
                assertEquals("\n", file.read(1));
                assertEquals("d\n", file.readLine());
            }
        }
    }

    /** Each byte order, with and without its mark, at every place and in every size of the buffer. */
    @AnyioTest
    void aMarkCountsBehindItToo() throws Exception {
        String content = "\u00d8a\n\ud83d\ude00\u00d8\n\u00dc\u0100b\n";
        for (String name : List.of("UTF-16", "UTF-32")) {
            for (String order : List.of("BE", "LE")) {
                byte[] marked = ("\uFEFF" + content).getBytes(Charset.forName(name + order));
                Path path = Files.write(directory.resolve("marked"), marked);
                for (int size : List.of(1, 2, 3, 4, 5, 6, 7, 64)) {
                    try (AsyncTextFile file = files().openTextFile(path, "r+",
                            o -> o.charset(name).buffering(size))) {
                        List<Long> places = new ArrayList<>();
                        List<String> rest = new ArrayList<>();
                        for (int read = 0; read < content.length();) {
                            places.add(file.tell());
                            rest.add(content.substring(read));
                            read += file.read(1).length();
                        }
                        assertEquals("", file.read());
                        for (int i = places.size() - 1; i >= 0; i--) {
                            file.seek(places.get(i));
                            assertEquals(rest.get(i), file.read(), name + order + " at " + places.get(i));
                        }
                        // and what grows
                        file.write("\u00d8!");
                        file.seek(places.getLast());
                        assertEquals("\n\u00d8!", file.read());
                        assertArrayEquals(("\uFEFF" + content + "\u00d8!").getBytes(Charset.forName(name + order)),
                                Files.readAllBytes(path));
                        file.truncate(marked.length);
                    }
                }
                try (AsyncTextFile file = files().openTextFile(path, "a+", o -> o.charset(name))) {
                    file.write("c");
                }
                assertArrayEquals(("\uFEFF" + content + "c").getBytes(Charset.forName(name + order)),
                        Files.readAllBytes(path));
            }
        }
    }

    @AnyioTest
    void aCharsetWithStatesIsReadFromTheBeginningOnly() throws Exception {
        for (String name : List.of("ISO-2022-JP", "ISO-2022-KR", "x-IBM930")) {
            String content = name.endsWith("KR") ? "a\uac00\uac00\n" : "a\u3042\u3042\n";
            Path path = directory.resolve("states");
            Files.write(path, content.getBytes(name));
            try (AsyncTextFile file = files().openTextFile(path, "r+", o -> o.charset(name).buffering(2))) {
                assertEquals(content.substring(0, 2), file.read(2));
                long middle = file.tell();
                String message = assertThrows(UnsupportedOperationException.class, () -> file.seek(middle))
                        .getMessage();
                assertTrue(message.contains(name) && message.contains("position " + middle), message);
                assertThrows(UnsupportedOperationException.class, () -> file.write("b"));
                assertEquals(content.substring(2), file.read());
                file.seek(0);
                assertEquals(content, file.read());
                file.seek(0, SeekFrom.END);
                file.write(content);
                file.seek(0);
                assertEquals(content + content, file.read());
            }
        }
        for (String name : List.of("UTF-8", "Shift_JIS", "EUC-JP", "GB18030", "ISO-8859-1", "IBM037")) {
            Path path = Files.write(directory.resolve("none"), "ab\n".getBytes(name));
            try (AsyncTextFile file = files().openTextFile(path, "r", o -> o.charset(name))) {
                file.seek(1);
                assertEquals("b\n", file.read());
            }
        }
    }

    @Test
    void onlyWithStatesASeekAsksForTheSize() throws IOException {
        Path path = file("\u00e9 and more");
        for (Charset charset : List.of(UTF_8, UTF_16, Charset.forName("ISO-2022-JP"))) {
            WatchedChannel channel = new WatchedChannel(FileChannel.open(path));
            try (Opened opened = new Opened("file", Mode.of("test", "r", 't'), channel, null)) {
                FileOptions options = FileOptions.DEFAULT.charset(charset).errors(CodingErrorAction.REPLACE);
                Text text = new Text(new Bytes(opened, 64), opened, options);
                text.seek(0, SeekFrom.START);
                text.read(1);
                assertFalse(channel.called.contains("size"), charset::name);
                text.seek(1000, SeekFrom.START);
                assertEquals(charset.name().startsWith("ISO"), channel.called.contains("size"), charset::name);
            }
        }
    }

    @AnyioTest @Proves({"FI-13", "FI-14"})
    void newlinesAreWrittenByTheRule() throws Exception {
        Path path = directory.resolve("out");
        for (Newline newline : Newline.values()) {
            try (AsyncTextFile file = files().openTextFile(path, "w", o -> o.newline(newline))) {
                file.write("a\n");
                file.writeLines(List.of("b\n", "c"));
            }
            assertEquals("a\nb\nc".replace("\n", newline.written()), Files.readString(path), newline.name());
        }
    }

    @AnyioTest @Proves("FI-13")
    void aPositionInTheTextCanBeVisitedAgain() throws Exception {
        String text = "\u00e9\ud83d\ude00a\n\u4e16second\nthird";
        Path path = file(text);
        for (int size : List.of(1, 3, 64)) {
            try (AsyncTextFile file = files().openTextFile(path, "r+", o -> o.buffering(size))) {
                List<Long> positions = new ArrayList<>();
                List<String> pieces = new ArrayList<>();
                for (String piece = "-"; !piece.isEmpty();) {
                    positions.add(file.tell());
                    piece = file.read(1);
                    pieces.add(piece);
                }
                assertEquals(text, String.join("", pieces));
                for (int i = 0; i < pieces.size(); i++) {
                    file.seek(positions.get(i));
                    assertEquals(pieces.get(i), file.read(1));
                }
                file.seek(0);
                file.readLine();
                file.write("XYZ");
                assertEquals("second\n", file.readLine());
                assertThrows(IllegalArgumentException.class, () -> file.seek(1, SeekFrom.CURRENT));
                assertEquals(Files.size(path), file.seek(0, SeekFrom.END));
            }
            Files.writeString(path, text);
        }
    }

    @AnyioTest
    void whatCannotBeDecodedCountsInThePosition() throws Exception {
        byte[] wrong = "??abc\ndef\n".getBytes(UTF_8);
        wrong[0] = wrong[1] = (byte) 0xff;
        Path path = Files.write(directory.resolve("wrong"), wrong);
        for (CodingErrorAction action : List.of(CodingErrorAction.IGNORE, CodingErrorAction.REPLACE)) {
            for (int size : List.of(1, 3, 64)) {
                try (AsyncTextFile file = files().openTextFile(path, "r", o -> o.errors(action).buffering(size))) {
                    assertTrue(file.readLine().endsWith("abc\n"));
                    assertEquals(6, file.tell());
                    assertEquals("def\n", file.readLine());
                    assertEquals(10, file.tell());
                }
            }
        }
    }

    @AnyioTest
    void aFileThatGrowsIsReadOnAfterAnError() throws Exception {
        Path path = Files.write(directory.resolve("log"), new byte[]{'a', '\n', (byte) 0xc3});
        try (AsyncTextFile file = files().openTextFile(path, "r")) {
            assertEquals("a\n", file.readLine());
            assertThrows(CharacterCodingException.class, file::readLine);
            Files.writeString(path, "b\n", StandardOpenOption.APPEND);
            assertEquals("b\n", file.readLine());
        }
    }

    @AnyioTest @Proves("FI-13")
    void aByteOrderMarkIsWrittenOnce() throws Exception {
        Path path = directory.resolve("utf16");
        try (AsyncTextFile file = files().openTextFile(path, "w", o -> o.charset("UTF-16"))) {
            file.write("a");
            file.write("b");
        }
        try (AsyncTextFile file = files().openTextFile(path, "a+", o -> o.charset(UTF_16))) {
            file.write("c");
            file.seek(0);
            assertEquals("abc", file.read());
        }
        assertArrayEquals("abc".getBytes(UTF_16), Files.readAllBytes(path));
    }

    @AnyioTest @Proves("FI-13")
    void codingErrorsAreThrownReplacedOrIgnored() throws Exception {
        Path path = Files.write(directory.resolve("bad"), new byte[]{'a', (byte) 0xff, 'b', '\n'});
        try (AsyncTextFile file = files().openTextFile(path, "r")) {
            assertEquals("a", file.readLine());
            assertTrue(assertThrows(CharacterCodingException.class, file::readLine).getMessage().contains("ff"));
            assertEquals("b\n", file.readLine());
        }
        try (AsyncTextFile file = files().openTextFile(path, "r", o -> o.errors(CodingErrorAction.REPLACE))) {
            assertEquals("a\ufffdb\n", file.read());
        }
        try (AsyncTextFile file = files().openTextFile(path, "w",
                o -> o.charset("US-ASCII").errors(CodingErrorAction.IGNORE))) {
            file.write("x\u00e9y");
        }
        assertEquals("xy", Files.readString(path, UTF_8));
        try (AsyncTextFile file = files().openTextFile(path, "w", o -> o.charset("US-ASCII"))) {
            assertThrows(CharacterCodingException.class, () -> file.write("x\u00e9y"));
        }
        assertThrows(UnsupportedCharsetException.class,
                () -> files().openTextFile(path, "r", o -> o.charset("klingon")));
        assertThrows(IllegalArgumentException.class, () -> files().openTextFile(path, "r", o -> o.buffering(0)));
    }

    /** UTF-8 that remembers in whose threads it encodes. */
    private static final class WatchedCharset extends Charset {
        final Set<Boolean> encodedByTasks = ConcurrentHashMap.newKeySet();

        WatchedCharset() {
            super("x-watched", new String[0]);
        }

        @Override
        public boolean contains(Charset other) {
            return UTF_8.contains(other);
        }

        @Override
        public CharsetDecoder newDecoder() {
            return UTF_8.newDecoder();
        }

        @Override
        public CharsetEncoder newEncoder() {
            CharsetEncoder encoder = UTF_8.newEncoder();
            return new CharsetEncoder(this, encoder.averageBytesPerChar(), encoder.maxBytesPerChar()) {
                @Override
                protected CoderResult encodeLoop(CharBuffer in, ByteBuffer out) {
                    encodedByTasks.add(TaskContext.currentOrNull() != null);
                    return encoder.encode(in, out, false);
                }
            };
        }
    }

    @AnyioTest @Proves("FI-02")
    void aLargeTextIsEncodedByAWorker() throws Exception {
        Path path = directory.resolve("large");
        String large = "\u00e9".repeat(1_000_000);
        WatchedCharset charset = new WatchedCharset();
        try (AsyncTextFile file = files().openTextFile(path, "w", o -> o.charset(charset))) {
            charset.encodedByTasks.clear();
            file.write(large);
            file.writeLines(List.of("a".repeat(10_000), "b".repeat(10_000)));
            assertEquals(Set.of(false), charset.encodedByTasks);
            file.write("small");
            assertEquals(Set.of(false, true), charset.encodedByTasks);
        }
        assertEquals(large + "a".repeat(10_000) + "b".repeat(10_000) + "small", Files.readString(path));
    }
}
