package io.anyio.impl.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.file.AsyncFile;
import io.anyio.api.file.AsyncFiles;
import io.anyio.api.file.SeekFrom;
import io.anyio.api.file.TemporaryPath;
import io.anyio.api.stream.ByteReceiveStream;
import io.anyio.api.stream.ByteSendStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;

class FilesTest {
    @TempDir
    Path directory;

    private static AsyncFiles files() {
        return AnyIO.service(AsyncFiles.class);
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
    }

    @AnyioTest @Proves({"FI-01", "FI-05", "FI-08", "FI-11", "FI-14", "AR-01", "AR-02"})
    void aFileIsReadToItsEndAndClosed() throws Exception {
        Path path = file("a", "some text");
        AsyncFile file = files().openFile(path, "r");
        try (file) {
            assertEquals("some text", text(file.read()));
            assertEquals(0, file.read().length);
            assertFalse(file.isClosed());
            assertEquals("r", file.mode());
        }
        assertTrue(file.isClosed());
        assertFalse(file.wrapped().isOpen());
    }

    @AnyioTest @Proves("FI-02")
    void everyWayToReadWorksWithAndWithoutABuffer() throws Exception {
        Path path = file("a", "one\ntwo\nthree");
        for (int size : List.of(0, 1, 5, 64)) {
            try (AsyncFile file = files().openFile(path, "rb", o -> o.buffering(size))) {
                assertEquals("one\n", text(file.readLine()));
                assertEquals(4, file.tell());
                assertEquals("tw", text(file.read(2)));
                ByteBuffer target = ByteBuffer.allocate(4);
                assertEquals(4, file.readInto(target));
                assertEquals("o\nth", text(target.array()));
                ByteBuffer one = ByteBuffer.allocate(1);
                assertEquals(1, file.readInto1(one));
                assertEquals('r', one.get(0));
                assertEquals(1, file.read1(1).length);
                assertEquals("e", text(file.read(Integer.MAX_VALUE)));
                assertEquals(0, file.readInto(ByteBuffer.allocate(4)));
                assertEquals(0, file.seek(0));
                assertEquals(List.of("one\n", "two\n", "three"),
                        file.readLines().stream().map(FilesTest::text).toList());
                assertEquals(9, file.seek(-4, SeekFrom.END));
                assertEquals(10, file.seek(1, SeekFrom.CURRENT));
                assertEquals("ree", text(file.readLine()));
                assertThrows(IllegalArgumentException.class, () -> file.seek(-1));
            }
        }
    }

    @AnyioTest @Proves({"FI-02", "FI-06"})
    void everyWayToWriteWorksWithAndWithoutABuffer() throws Exception {
        for (int size : List.of(0, 3, 64)) {
            Path path = directory.resolve("w" + size);
            Files.deleteIfExists(path);
            try (AsyncFile file = files().openFile(path, "x+b", o -> o.buffering(size))) {
                file.write("abc".getBytes());
                file.write(ByteBuffer.wrap("def".getBytes()));
                file.writeLines(List.of("g\n".getBytes(), "h\n".getBytes()));
                assertEquals(10, file.tell());
                file.seek(2);
                assertEquals("c", text(file.read(1)));
                file.write("D".getBytes());
                assertEquals("ef", text(file.read(2)));
                assertEquals(8, file.truncate(8));
                assertEquals(6, file.tell());
                assertEquals(6, file.truncate());
                file.flush();
                assertEquals("abcDef", Files.readString(path));
                assertEquals(8, file.truncate(8));
            }
            assertEquals("abcDef\0\0", Files.readString(path));
            try (AsyncFile file = files().openFile(path, "a+", o -> o.buffering(size))) {
                assertEquals(8, file.tell());
                file.seek(0);
                file.write("!".getBytes());
                file.flush();
                assertEquals(9, file.tell());
                file.seek(3);
                assertEquals("Def\0\0!", text(file.read()));
            }
            try (AsyncFile _ = files().openFile(path, "w")) {
                assertEquals(0, Files.size(path));
            }
        }
    }

    @AnyioTest @Proves("FI-07")
    void iterationGivesTheLinesWithTheirTerminators() throws Exception {
        List<String> lines = new ArrayList<>();
        try (AsyncFile file = files().openFile(file("a", "first\n\nlast"), "r")) {
            for (byte[] line : file) {
                lines.add(text(line));
            }
        }
        assertEquals(List.of("first\n", "\n", "last"), lines);
    }

    @AnyioTest @Proves("FI-09")
    void aClosedFileRefusesEverythingButAnotherClose() throws Exception {
        Path path = file("a", "x");
        AsyncFile file = files().openFile(path, "r+");
        file.close();
        file.close();
        assertTrue(assertThrows(ClosedResourceException.class, file::read).getMessage().contains(path.toString()));
        assertThrows(ClosedResourceException.class, () -> file.write(new byte[1]));
        assertThrows(ClosedResourceException.class, file::flush);
        AsyncFile under = files().openFile(path, "r");
        under.wrapped().close();
        assertThrows(ClosedResourceException.class, under::read);
        under.close();
    }

    @AnyioTest
    void whatAFailedFlushHasWrittenIsNotWrittenAgain() throws Exception {
        Path path = file("a", "");
        WatchedChannel channel = new WatchedChannel(FileChannel.open(path, StandardOpenOption.WRITE));
        try (AsyncFile file = files().wrapFile(channel, "w", o -> o)) {
            file.write(new byte[]{'a', 'b', 'c', 'd', 'e', 'f'});
            channel.room = 3;
            assertThrows(IOException.class, file::flush);
            file.write(new byte[]{'g', 'h'});
            channel.room = Integer.MAX_VALUE;
        }
        assertEquals("abcdefgh", Files.readString(path));
    }

    @AnyioTest @Proves({"FI-10", "FI-15"})
    void aChannelCanBeWrappedAndIsGivenBack() throws Exception {
        FileChannel channel = FileChannel.open(file("a", "one\ntwo"), StandardOpenOption.READ);
        try (AsyncFile file = files().wrapFile(channel, "r", o -> o)) {
            assertEquals(channel, file.wrapped());
            assertEquals("one\n", text(file.readLine()));
        }
        assertFalse(channel.isOpen());
    }

    @AnyioTest
    void aWrappedChannelThatAppendsIsExtendedToTheRightSize() throws Exception {
        Path path = file("a", "abc");
        FileChannel channel = FileChannel.open(path, StandardOpenOption.APPEND);
        try (AsyncFile file = files().wrapFile(channel, "a", o -> o)) {
            assertEquals(10, file.truncate(10));
            assertEquals("abc" + "\0".repeat(7), Files.readString(path));
            file.truncate(2);
            file.write("d".getBytes());
        }
        assertEquals("abd", Files.readString(path));
    }

    @AnyioTest @Proves("FI-12")
    void whatCannotBeOpenedTellsWhy() throws Exception {
        Path missing = directory.resolve("missing");
        assertThrows(NoSuchFileException.class, () -> files().openFile(missing, "r"));
        assertThrows(NoSuchFileException.class, () -> files().openFile(missing.resolve("below"), "w"));
        assertThrows(FileAlreadyExistsException.class, () -> files().openFile(file("a", ""), "x"));
        for (String mode : List.of("r", "w", "r+")) {
            FileSystemException error = assertThrows(FileSystemException.class,
                    () -> files().openFile(directory, mode));
            assertEquals(directory + ": Is a directory", error.getMessage());
        }
        for (String mode : List.of("", "b", "rw", "rr", "r++", "rt", "rbb", "U", "r b")) {
            assertTrue(assertThrows(IllegalArgumentException.class, () -> files().openFile(missing, mode))
                    .getMessage().contains("'" + mode + "'"), mode);
        }
        assertThrows(IllegalArgumentException.class, () -> files().openTextFile(missing, "rb"));
    }

    @AnyioTest
    void theModeDecidesWhatIsAllowed() throws Exception {
        try (AsyncFile file = files().openFile(file("a", "x"), "r")) {
            assertThrows(UnsupportedOperationException.class, () -> file.write(new byte[1]));
        }
        try (AsyncFile file = files().openFile(file("a", "x"), "w")) {
            assertThrows(UnsupportedOperationException.class, file::read);
        }
    }

    @AnyioTest @Proves("FI-16")
    void theWorkTakesATokenOfTheGivenLimiterOnly() throws Exception {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
        limiter.acquireOnBehalfOf("test");
        assertFalse(AnyIO.moveOnAfter(java.time.Duration.ZERO, scope -> {
            files().openFile(directory.resolve("a"), "w", o -> o.limiter(limiter)).close();
        }));
        assertFalse(Files.exists(directory.resolve("a")));
        limiter.releaseOnBehalfOf("test");
        CapacityLimiter others = AnyIO.currentDefaultWorkerThreadLimiter();
        others.totalTokens(1);
        others.acquireOnBehalfOf("test");
        files().openFile(directory.resolve("a"), "w").close();
        others.releaseOnBehalfOf("test");
    }

    @AnyioTest
    void aFullDiskIsAnErrorOfTheWriteOrTheClose() throws Exception {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.isWritable(full), "there is no /dev/full");
        AsyncFile file = files().openFile(full, "w");
        file.write(new byte[10]);
        assertThrows(IOException.class, file::flush);
        assertThrows(IOException.class, file::close);
        assertFalse(file.wrapped().isOpen());
    }

    @AnyioTest
    void aFileTravelsThroughTheStreams() throws Exception {
        byte[] content = new byte[3_000_001];
        new java.util.Random(7).nextBytes(content);
        Path from = Files.write(directory.resolve("from"), content);
        Path to = directory.resolve("to");
        try (ByteReceiveStream source = files().openReadStream(from);
                ByteSendStream target = files().openWriteStream(to, false)) {
            for (byte[] chunk : source) {
                target.send(chunk);
            }
            assertThrows(EndOfStreamException.class, source::receive);
            assertEquals(-1, source.receive(ByteBuffer.allocate(1)));
        }
        assertArrayEquals(content, Files.readAllBytes(to));
        try (ByteSendStream target = files().openWriteStream(to, true)) {
            target.send(ByteBuffer.wrap(new byte[5]));
        }
        assertEquals(content.length + 5, Files.size(to));
    }

    @AnyioTest
    void temporaryPathsAreGoneAfterTheBlockAlsoWhenCancelled() throws Exception {
        Path[] paths = new Path[2];
        AnyIO.moveOnAfter(java.time.Duration.ofDays(1), scope -> {
            try (TemporaryPath file = files().createTemporaryFile("a", ".b");
                    TemporaryPath tree = files().createTemporaryDirectory("t")) {
                paths[0] = file.path();
                paths[1] = tree.path();
                Files.createDirectories(tree.path().resolve("x/y"));
                Files.writeString(tree.path().resolve("x/y/z"), "z");
                Files.createSymbolicLink(tree.path().resolve("link"), directory);
                scope.cancel("test");
                AnyIO.checkpoint();
            }
        });
        assertFalse(Files.exists(paths[0]));
        assertFalse(Files.exists(paths[1]));
        assertTrue(Files.exists(directory), "a link is not followed");
    }

    @AnyioTest
    void aFileIsReplacedInOneStepAndATreeDeleted() throws Exception {
        Path path = file("a", "old");
        files().replaceFile(path, "new".getBytes());
        assertEquals("new", Files.readString(path));
        assertThrows(IOException.class, () -> files().replaceFile(directory, new byte[1]));
        try (var left = Files.list(directory)) {
            assertEquals(List.of(path), left.toList());
        }
        files().deleteTree(path);
        files().deleteTree(path);
        assertFalse(Files.exists(path));
    }

    @AnyioTest
    void aReplacedFileKeepsItsPermissionsAndANewOneHasTheUsersMask() throws Exception {
        Path old = Files.createFile(directory.resolve("old"));
        assumeTrue(Files.getFileAttributeView(old, PosixFileAttributeView.class) != null, "permissions are POSIX's");
        Set<PosixFilePermission> usual = Files.getPosixFilePermissions(old);
        Set<PosixFilePermission> special = PosixFilePermissions.fromString("rw-r-x-w-");
        Files.setPosixFilePermissions(old, special);
        Path fresh = directory.resolve("fresh");
        for (Path path : List.of(old, fresh)) {
            files().replaceFile(path, new byte[]{'x'});
            assertEquals("x", Files.readString(path));
        }
        assertEquals(special, Files.getPosixFilePermissions(old));
        assertEquals(usual, Files.getPosixFilePermissions(fresh));
    }
}
