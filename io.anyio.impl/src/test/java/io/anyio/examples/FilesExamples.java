package io.anyio.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.file.AsyncFile;
import io.anyio.api.file.AsyncFiles;
import io.anyio.api.file.AsyncTextFile;
import io.anyio.api.file.SeekFrom;
import io.anyio.api.file.TemporaryPath;
import io.anyio.api.stream.ByteReceiveStream;
import io.anyio.api.stream.ByteSendStream;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/files.md. */
class FilesExamples {
    @TempDir
    Path directory;

    private int longest;
    private Path unpacked;

    private void unpack(Path to) throws IOException {
        unpacked = to;
        Files.writeString(to.resolve("part"), "x");
    }

    @AnyioTest
    void text() throws IOException {
        Path path = directory.resolve("notes.txt");
        AsyncFiles files = AnyIO.service(AsyncFiles.class);
        try (AsyncTextFile file = files.openTextFile(path, "w")) {
            file.write("first line\n");
            file.write("second line\n");
        }
        try (AsyncTextFile file = files.openTextFile(path, "r")) {
            for (String line : file) {
                longest = Math.max(longest, line.length());
            }
        }
        assertEquals("second line\n".length(), longest);
    }

    @AnyioTest
    void bytes() throws IOException {
        Path path = Files.writeString(directory.resolve("data"), "header of 16 byte and the rest");
        byte[] trailer = "!".getBytes(StandardCharsets.UTF_8);
        byte[] header;
        AsyncFiles files = AnyIO.service(AsyncFiles.class);
        try (AsyncFile file = files.openFile(path, "r+")) {
            header = file.read(16);
            file.seek(0, SeekFrom.END);
            file.write(trailer);
        }
        assertEquals(16, header.length);
        assertTrue(Files.readString(path).endsWith("rest!"));
    }

    @AnyioTest
    void options() throws IOException {
        Path path = Files.write(directory.resolve("old.txt"), new byte[]{'a', (byte) 0xe9});
        AsyncFiles files = AnyIO.service(AsyncFiles.class);
        try (AsyncTextFile file = files.openTextFile(path, "r",
                o -> o.charset("latin1").errors(CodingErrorAction.REPLACE))) {
            assertEquals("a\u00e9", file.read());
        }
    }

    @AnyioTest
    void streams() throws IOException {
        Path from = Files.write(directory.resolve("from"), new byte[300_000]);
        Path to = directory.resolve("to");
        AsyncFiles files = AnyIO.service(AsyncFiles.class);
        try (ByteReceiveStream source = files.openReadStream(from);
                ByteSendStream target = files.openWriteStream(to, false)) {
            for (byte[] chunk : source) {
                target.send(chunk);
            }
        }
        assertEquals(300_000, Files.size(to));
    }

    @AnyioTest
    void temporary() throws IOException {
        AsyncFiles files = AnyIO.service(AsyncFiles.class);
        AnyIO.moveOnAfter(Duration.ofMillis(20), _ -> {
            try (TemporaryPath directory = files.createTemporaryDirectory("unpacked-")) {
                unpack(directory.path());
                AnyIO.sleepForever();
            }
        });
        assertFalse(Files.exists(unpacked));
    }

    @AnyioTest
    void replace() throws IOException {
        Path path = Files.writeString(directory.resolve("settings"), "old");
        AsyncFiles files = AnyIO.service(AsyncFiles.class);
        files.replaceFile(path, "new".getBytes(StandardCharsets.UTF_8));
        assertEquals("new", Files.readString(path));
    }
}
