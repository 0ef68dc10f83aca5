package io.anyio.impl.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.file.AsyncFile;
import io.anyio.api.file.AsyncFiles;
import io.anyio.api.file.AsyncTextFile;
import io.anyio.api.stream.ByteSendStream;
import io.anyio.api.task.Block;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A real disk of a megabyte that becomes full. What is left open there would keep it from being unmounted. */
class FullDiskTest {
    private static final byte[] MUCH = new byte[2 << 20];

    @TempDir
    Path directory;

    @BeforeEach
    void mount() throws Exception {
        Assumptions.assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", directory.toString()),
                "this user may not mount a tmpfs; BadFilesTest uses /dev/full");
    }

    @AfterEach
    void unmount() throws Exception {
        if (run("mountpoint", "-q", directory.toString())) {
            assertTrue(run("umount", directory.toString()), "something is open there");
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static AsyncFiles files() {
        return AnyIO.service(AsyncFiles.class);
    }

    private static void refused(Path path, Block<Exception> operation) {
        FileSystemException e = assertThrows(FileSystemException.class, operation::run);
        assertTrue(e.getMessage().contains(path.toString()) && e.getMessage().contains("No space left on device"),
                e::toString);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> found = Files.list(directory)) {
            return found.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    @AnyioTest
    void eachWriteSaysWhichFileHasNoSpace() throws Exception {
        Path path = directory.resolve("file");
        refused(path, () -> {
            try (AsyncFile file = files().openFile(path, "w")) {
                file.write(MUCH);
            }
        });
        refused(path, () -> {
            try (AsyncFile file = files().openFile(path, "w", o -> o.buffering(4 << 20))) {
                file.write(MUCH);
            }
        });
        refused(path, () -> {
            try (AsyncTextFile file = files().openTextFile(path, "w")) {
                file.write("x".repeat(MUCH.length));
            }
        });
        refused(path, () -> {
            try (ByteSendStream stream = files().openWriteStream(path, false)) {
                stream.send(MUCH);
            }
        });
        Files.delete(path);
        try (AsyncFile file = files().openFile(path, "w")) {
            file.write(new byte[10]);
        }
        assertEquals(10, Files.size(path), "it goes on when there is space");
    }

    @AnyioTest
    void aReplacementThatFailsLeavesTheFileAndNothingElse() throws Exception {
        Path path = Files.write(directory.resolve("file"), new byte[]{1, 2, 3});
        refused(path, () -> files().replaceFile(path, MUCH));
        assertArrayEquals(new byte[]{1, 2, 3}, Files.readAllBytes(path));
        assertEquals(List.of("file"), names());
        files().replaceFile(path, new byte[]{4});
        assertArrayEquals(new byte[]{4}, Files.readAllBytes(path));
    }
}
