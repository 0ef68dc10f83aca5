package io.anyio.impl.file;

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
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.task.Block;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every call in a class initializer, in which a task of {@code carrier} cannot wait: it says so, and begins nothing.
 */
class PinnedFilesTest {
    private static final String TEMPORARY = "anyio-pinned-" + System.nanoTime() + "-";
    private static final String LINE = "0123456789\n";

    /** What the class initializer does, and what came of it. */
    private static final Map<String, Block<Exception>> CALLS = new LinkedHashMap<>();
    private static final Map<String, String> OUTCOMES = new LinkedHashMap<>();

    @TempDir
    Path directory;

    private static final class Pinned {
        static final int CALLED = callAll();

        static int callAll() {
            CALLS.forEach((name, call) -> {
                try {
                    call.run();
                    OUTCOMES.put(name, "returned");
                } catch (IllegalStateException e) {
                    OUTCOMES.put(name, String.valueOf(e.getMessage()).contains("class initializer") ? "told" : "" + e);
                } catch (Exception e) {
                    OUTCOMES.put(name, "" + e);
                }
            });
            return CALLS.size();
        }
    }

    private static List<Path> temporaryPaths() throws IOException {
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.filter(path -> path.getFileName().toString().startsWith(TEMPORARY)).toList();
        }
    }

    private void addOpening(AsyncFiles files, Path path) {
        for (String mode : List.of("r", "r+", "w", "a", "x")) {
            Path opened = mode.startsWith("r") ? path : directory.resolve("never");
            CALLS.put("openFile " + mode, () -> files.openFile(opened, mode));
            CALLS.put("openTextFile " + mode, () -> files.openTextFile(opened, mode));
        }
        CALLS.put("openReadStream", () -> files.openReadStream(path));
        CALLS.put("openWriteStream", () -> files.openWriteStream(directory.resolve("never"), false));
        CALLS.put("createTemporaryFile", () -> files.createTemporaryFile(TEMPORARY, ""));
        CALLS.put("createTemporaryDirectory", () -> files.createTemporaryDirectory(TEMPORARY));
        CALLS.put("deleteTree", () -> files.deleteTree(path));
        CALLS.put("replaceFile", () -> files.replaceFile(path, new byte[1]));
    }

    private static void addUsing(AsyncFile file) {
        CALLS.put("read", file::read);
        CALLS.put("read n", () -> file.read(5));
        CALLS.put("read1", () -> file.read1(5));
        CALLS.put("readInto", () -> file.readInto(ByteBuffer.allocate(5)));
        CALLS.put("readInto1", () -> file.readInto1(ByteBuffer.allocate(5)));
        CALLS.put("readLine", file::readLine);
        CALLS.put("readLines", file::readLines);
        CALLS.put("iterator", () -> file.iterator().next());
        CALLS.put("write", () -> file.write(new byte[100_000]));
        CALLS.put("write buffer", () -> file.write(ByteBuffer.allocate(100_000)));
        CALLS.put("writeLines", () -> file.writeLines(List.of(new byte[1])));
        CALLS.put("truncate", file::truncate);
        CALLS.put("truncate n", () -> file.truncate(1));
        CALLS.put("seek", () -> file.seek(5));
        CALLS.put("seek end", () -> file.seek(0, SeekFrom.END));
        CALLS.put("tell", file::tell);
        CALLS.put("flush", file::flush);
    }

    private static void addUsing(AsyncTextFile file) {
        CALLS.put("text read", file::read);
        CALLS.put("text read n", () -> file.read(5));
        CALLS.put("text readLine", file::readLine);
        CALLS.put("text readLines", file::readLines);
        CALLS.put("text iterator", () -> file.iterator().next());
        CALLS.put("text write", () -> file.write("x".repeat(100_000)));
        CALLS.put("text writeLines", () -> file.writeLines(List.of("x".repeat(100_000))));
        CALLS.put("text truncate", file::truncate);
        CALLS.put("text truncate n", () -> file.truncate(1));
        CALLS.put("text seek", () -> file.seek(5));
        CALLS.put("text tell", file::tell);
        CALLS.put("text flush", file::flush);
    }

    @AnyioTest(backends = "carrier")
    void nothingIsBegunWhereATaskCannotWait() throws Exception {
        AsyncFiles files = AnyIO.service(AsyncFiles.class);
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(3);
        Path path = Files.writeString(directory.resolve("file"), LINE.repeat(3));
        Path large = Files.write(directory.resolve("large"), new byte[2 * Pieces.MOST]);
        Path left = directory.resolve("left");
        Path sent = directory.resolve("sent");
        TemporaryPath temporary = files.createTemporaryDirectory(TEMPORARY);
        try (AsyncFile file = files.openFile(path, "r+", o -> o.limiter(limiter).buffering(20));
                AsyncTextFile text = files.openTextFile(path, "r+", o -> o.limiter(limiter).buffering(20));
                ByteReceiveStream source = files.openReadStream(large);
                ByteSendStream target = files.openWriteStream(sent, false);
                AsyncFile closed = files.openFile(left, "w")) {
            file.seek(2);
            closed.write(LINE.getBytes());
            target.send(LINE.getBytes());
            long open = BadFilesTest.descriptors(directory);
            addOpening(files, path);
            addUsing(file);
            addUsing(text);
            CALLS.put("receive", source::receive);
            CALLS.put("receive into", () -> source.receive(ByteBuffer.allocate(5)));
            CALLS.put("send", () -> target.send(new byte[1_000_000]));
            CALLS.put("close", closed::close);
            CALLS.put("close temporary", temporary::close);
            assertEquals(CALLS.size(), Pinned.CALLED);
            OUTCOMES.forEach((name, outcome) -> assertEquals("told", outcome, name));
            // what must be done is done by a thread for which nobody could wait
            AnyIO.runInWorkerThread(() -> {
                while (Files.size(left) == 0 || !temporaryPaths().isEmpty()
                        || BadFilesTest.descriptors(directory) >= open) {
                    Thread.onSpinWait();
                }
            });
            assertEquals(LINE, Files.readString(left));
            assertEquals(open - 1, BadFilesTest.descriptors(directory));
            assertFalse(Files.exists(directory.resolve("never")));
            assertEquals(LINE.repeat(3), Files.readString(path));
            assertEquals(0, limiter.borrowedTokens());
            assertEquals(2, file.tell());
            assertEquals(LINE.substring(2), new String(file.readLine()));
            assertEquals(LINE, text.readLine());
            assertEquals(ByteReceiveStream.DEFAULT_MAX_BYTES, source.receive().length);
            assertTrue(closed.isClosed());
        }
        assertEquals(LINE, Files.readString(sent));
        assertEquals(0, BadFilesTest.descriptors(directory));
    }
}
