package io.anyio.impl.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.file.AsyncFile;
import io.anyio.api.file.AsyncFiles;
import io.anyio.api.file.AsyncTextFile;
import io.anyio.api.stream.ByteSendStream;
import io.anyio.api.task.Block;
import io.anyio.proof.ChildJvm;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.EachBackend;
import java.io.IOException;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be opened, read or written: the exception names the path and the cause, and nothing stays open. */
class BadFilesTest {
    @TempDir
    Path directory;

    private static AsyncFiles files() {
        return AnyIO.service(AsyncFiles.class);
    }

    /** How many descriptors of this process lead there or below. */
    static long descriptors(Path path) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(link -> {
                try {
                    return Files.readSymbolicLink(link).startsWith(path);
                } catch (IOException _) {
                    return false; // closed meanwhile
                }
            }).count();
        }
    }

    private static <E extends Exception> void refused(Class<E> error, Path path, String cause, Block<Exception> call)
            throws IOException {
        String message = assertThrows(error, call::run).getMessage();
        assertTrue(message.contains(path.toString()) && message.contains(cause), message);
        assertEquals(0, descriptors(path));
    }

    /** Each way to open a path. */
    private static void openingIsRefused(Class<? extends Exception> error, Path path, String cause, String... modes)
            throws IOException {
        for (String mode : modes) {
            refused(error, path, cause, () -> files().openFile(path, mode).close());
            refused(error, path, cause, () -> files().openTextFile(path.toString(), mode).close());
            refused(error, path, cause, () -> {
                switch (mode) {
                    case "w" -> files().openWriteStream(path, false).close();
                    case "a" -> files().openWriteStream(path, true).close();
                    case "r" -> files().openReadStream(path).close();
                    default -> files().openFile(path, mode).close();
                }
            });
        }
    }

    @AnyioTest @Proves("FI-12")
    void whatIsNotThereOrIsNoFile() throws Exception {
        Path missing = directory.resolve("missing");
        openingIsRefused(NoSuchFileException.class, missing, "", "r", "r+");
        openingIsRefused(NoSuchFileException.class, missing.resolve("below"), "", "r", "w", "a", "x");
        openingIsRefused(FileSystemException.class, directory, "Is a directory", "r", "w", "a", "r+", "w+", "a+");
        Path file = Files.writeString(directory.resolve("file"), "");
        openingIsRefused(FileAlreadyExistsException.class, file, "", "x", "x+");
        openingIsRefused(FileSystemException.class, file.resolve("below"), "Not a directory", "r", "w");
        openingIsRefused(FileSystemException.class, directory.resolve("x".repeat(300)), "File name too long", "r", "w");
        assertThrows(InvalidPathException.class, () -> files().openFile("a\0b", "w"));
        refused(FileSystemException.class, directory, "Is a directory",
                () -> files().replaceFile(directory, new byte[1]));
        refused(NoSuchFileException.class, missing.resolve("below"), "",
                () -> files().replaceFile(missing.resolve("below"), new byte[1]));
        refused(IllegalArgumentException.class, Path.of("a/b"), "", () -> files().createTemporaryFile("a/b", ""));
    }

    /** No user, not even root, may write to a parameter of the kernel that cannot be changed. */
    @AnyioTest @Proves("FI-12")
    void whatMayNotBeOpened() throws Exception {
        Path fixed = Path.of("/proc/sys/kernel/osrelease");
        Assumptions.assumeTrue(Files.exists(fixed), "there is no /proc/sys");
        openingIsRefused(AccessDeniedException.class, fixed, "", "w", "a", "r+");
    }

    @AnyioTest
    void aFileThatVanishesIsUsedToItsEnd() throws Exception {
        Path path = Files.writeString(directory.resolve("file"), "one\ntwo\n");
        try (AsyncFile file = files().openFile(path, "r+", o -> o.buffering(0))) {
            assertEquals(4, file.readLine().length);
            Files.delete(path);
            assertEquals(4, file.readLine().length);
            file.write("three".getBytes());
            assertEquals(13, file.tell());
        }
        openingIsRefused(NoSuchFileException.class, path, "", "r");
        files().deleteTree(path);
    }

    @AnyioTest
    void aFullDisk() throws Exception {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.isWritable(full), "there is no /dev/full");
        String cause = "No space left on device";
        refused(FileSystemException.class, full, cause, () -> {
            try (AsyncFile file = files().openFile(full, "w", o -> o.buffering(0))) {
                file.write(new byte[10]);
            }
        });
        refused(FileSystemException.class, full, cause, () -> {
            AsyncFile file = files().openFile(full, "w");
            file.write(new byte[10]);
            assertThrows(FileSystemException.class, file::flush);
            file.close();
        });
        refused(FileSystemException.class, full, cause, () -> {
            AsyncTextFile file = files().openTextFile(full, "w");
            file.write("text");
            file.close();
        });
        refused(FileSystemException.class, full, cause, () -> {
            try (ByteSendStream stream = files().openWriteStream(full, false)) {
                stream.send(new byte[2_000_000]);
            }
        });
    }

    @AnyioTest
    void whatNoFileIsOpenedFor() throws Exception {
        Path path = directory.resolve("file");
        for (String mode : List.of("", "b", "rw", "rr", "r++", "wx", "rbt", "rbb", "U", "r b", "R")) {
            String message = assertThrows(IllegalArgumentException.class, () -> files().openFile(path, mode))
                    .getMessage();
            assertTrue(message.contains("'" + mode + "'") && message.contains("r, w, a and x"), message);
            assertThrows(IllegalArgumentException.class, () -> files().openTextFile(path, mode));
        }
        assertThrows(IllegalArgumentException.class, () -> files().openFile(path, "wt"));
        assertThrows(IllegalArgumentException.class, () -> files().openTextFile(path, "wb"));
        assertTrue(assertThrows(UnsupportedCharsetException.class,
                () -> files().openTextFile(path, "w", o -> o.charset("klingon"))).getMessage().contains("klingon"));
        assertTrue(assertThrows(IllegalCharsetNameException.class,
                () -> files().openTextFile(path, "w", o -> o.charset("?"))).getMessage().contains("?"));
        assertTrue(assertThrows(IllegalArgumentException.class,
                () -> files().openTextFile(path, "w", o -> o.charset("ISO-2022-CN"))).getMessage()
                .contains("ISO-2022-CN"));
        assertThrows(IllegalArgumentException.class, () -> files().openTextFile(path, "w", o -> o.buffering(0)));
        assertThrows(IllegalArgumentException.class, () -> files().openFile(path, "w", o -> o.buffering(-1)));
        assertFalse(Files.exists(path), "it was touched");
    }

    private static final int MANY = 10_000;

    /** Opens files until the system refuses. After one is closed, another one can be opened. */
    public static final class TooMany {
        private TooMany() {}

        @SuppressWarnings("SystemOut") // what the parent reads
        public static void main(String[] arguments) throws IOException {
            Path directory = Path.of(arguments[1]);
            AnyIO.run(() -> {
                // classes that are loaded now need no descriptor later
                files().openFile(directory.resolve("first"), "a+").close();
                assertThrows(NoSuchFileException.class, () -> files().openFile(directory.resolve("missing"), "r"));
                for (String mode : List.of("w", "a+")) {
                    List<AsyncFile> open = new ArrayList<>();
                    FileSystemException error = null;
                    while (error == null) {
                        try {
                            open.add(files().openFile(directory.resolve("file" + open.size()), mode));
                        } catch (FileSystemException e) {
                            error = e;
                        }
                    }
                    int count = open.size();
                    open.removeLast().close();
                    open.add(files().openFile(directory.resolve("file0"), mode));
                    for (AsyncFile file : open) {
                        file.close();
                    }
                    System.out.println(
                            mode + ": " + (count * (mode.equals("w") ? 1 : 2) >= MANY) + " " + error.getMessage());
                }
                System.out.println("left: " + descriptors(directory));
            }, o -> o.backend(arguments[0]));
        }
    }

    @EachBackend
    void tooManyOpenFiles(String backend) throws Exception {
        int limit = MANY + 300; // a JVM has some files open itself
        int allowed = new ProcessBuilder("sh", "-c", "ulimit -n " + limit).start().waitFor();
        Assumptions.assumeTrue(allowed == 0, "this user may not open 10,300 files");
        ChildJvm.of(TooMany.class, ChildJvm.CARRIER).maxFiles(limit).run(backend, directory.toString()).well()
                .says("w: true " + directory.resolve("file")).says("a+: true " + directory.resolve("file"))
                .says(": Too many open files").says("left: 0");
    }
}
