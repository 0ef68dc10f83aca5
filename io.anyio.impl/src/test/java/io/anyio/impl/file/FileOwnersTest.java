package io.anyio.impl.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.file.AsyncFile;
import io.anyio.api.file.AsyncFiles;
import io.anyio.api.file.AsyncTextFile;
import io.anyio.api.file.TemporaryPath;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.stream.ByteSendStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.task.LoopOptions;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.owner.HolderOwners;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.testing.EachBackend;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What was not closed ends with its owner: a bundle's service, or a run in plain Java. */
@Timeout(60)
class FileOwnersTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    /** What fits into a FIFO. */
    private static final int PIPE = 1 << 16;

    @TempDir
    Path directory;

    private final List<AsyncFile> files = new ArrayList<>();
    private final List<Path> temporary = new ArrayList<>();

    /** Opens one of each, and leaves something in the buffers. */
    private void leaveAll(AsyncFiles service) throws Exception {
        AsyncFile file = service.openFile(directory.resolve("bytes"), "w");
        file.write("bytes".getBytes());
        AsyncTextFile text = service.openTextFile(directory.resolve("text"), "w");
        text.write("text");
        ByteSendStream stream = service.openWriteStream(directory.resolve("stream"), false);
        stream.send("stream".getBytes());
        files.add(file);
        for (TemporaryPath made : List.of(service.createTemporaryFile("left", ""),
                service.createTemporaryDirectory("left"))) {
            temporary.add(made.path());
            assertTrue(Files.exists(made.path()));
        }
    }

    private void assertEnded() throws Exception {
        for (String name : List.of("bytes", "text", "stream")) {
            assertEquals(name, Files.readString(directory.resolve(name)));
        }
        for (AsyncFile file : files) {
            assertTrue(file.isClosed());
            assertFalse(file.wrapped().isOpen());
        }
        for (Path path : temporary) {
            assertFalse(Files.exists(path), path::toString);
        }
    }

    @EachBackend
    void theEndOfTheRunClosesThem(String backend) throws Exception {
        AnyIO.run(() -> leaveAll(AnyIO.service(AsyncFiles.class)), o -> o.backend(backend));
        assertEnded();
    }

    @EachBackend
    void theStopOfABundleClosesThemAndEndsACallThatNothingElseEnds(String backend) throws Exception {
        HolderOwners owners = new HolderOwners(new LoopRuntime(), LONG, LoopOptions.DEFAULT.backend(backend));
        Owner owner = owners.open("AsyncFiles",
                new Holder(7, "org.example.user", getClass().getClassLoader(), () -> false));
        AsyncFiles service = new OwnedFiles(owner);
        owner.call(() -> {
            leaveAll(service);
            return null;
        });
        owner.close();
        assertEnded();
        Owner later = owners.open("EventLoop",
                new Holder(8, "org.example.other", getClass().getClassLoader(), () -> false));
        LoopClosedException gone = later.call(() -> assertThrows(LoopClosedException.class,
                () -> service.openFile(directory.resolve("late"), "w")));
        assertTrue(gone.getMessage().contains("org.example.user"), gone::getMessage);
        assertFalse(Files.exists(directory.resolve("late")));
        later.close();
    }

    /** Nobody writes to the FIFO, and the read cannot be cancelled. */
    @EachBackend
    void theStopOfABundleEndsAReadThatBlocks(String backend) throws Exception {
        Path fifo = directory.resolve("fifo");
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        Owner owner = new HolderOwners(new LoopRuntime(), Duration.ofMillis(400), LoopOptions.DEFAULT.backend(backend))
                .open("AsyncFiles", new Holder(7, "org.example.user", getClass().getClassLoader(), () -> false));
        AsyncFiles service = new OwnedFiles(owner);
        CountDownLatch opened = new CountDownLatch(1);
        TaskHandle<ClosedResourceException> reader = owner.spawn("reads", () -> {
            AsyncFile file = service.openFile(fifo, "r+");
            opened.countDown();
            return assertThrows(ClosedResourceException.class, () -> file.read(1));
        });
        opened.await();
        owner.close();
        assertEquals(TaskHandle.Status.FINISHED, reader.status(), "it has ended when the stop returns");
        assertTrue(reader.result().getMessage().contains(fifo.toString()));
    }

    /** Somebody has the FIFO open and does not read: whoever writes what is buffered waits for ever. */
    private AsyncFile fullFifo(AsyncFiles service, Path fifo) throws Exception {
        AsyncFile file = service.openFile(fifo, "w", o -> o.buffering(100));
        file.write(new byte[PIPE]);
        file.write(new byte[10]);
        return file;
    }

    @EachBackend
    void theStopOfABundleEndsACloseThatBlocks(String backend) throws Exception {
        for (boolean byTask : new boolean[]{false, true}) {
            Path fifo = directory.resolve("fifo" + byTask);
            assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
            try (FileChannel _ = FileChannel.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                Owner owner = new HolderOwners(new LoopRuntime(), Duration.ofMillis(400),
                        LoopOptions.DEFAULT.backend(backend))
                        .open("AsyncFiles",
                                new Holder(7, "org.example.user", getClass().getClassLoader(), () -> false));
                AsyncFiles service = new OwnedFiles(owner);
                CountDownLatch opened = new CountDownLatch(1);
                List<AsyncFile> left = new ArrayList<>();
                owner.spawn("writes", () -> {
                    AsyncFile file = fullFifo(service, fifo);
                    left.add(file);
                    leaveTemporary(service);
                    opened.countDown();
                    if (byTask) {
                        file.close();
                    }
                    return null;
                });
                opened.await();
                owner.close();
                assertFalse(left.getFirst().wrapped().isOpen());
                assertEnded();
            }
        }
    }

    private void leaveTemporary(AsyncFiles service) throws Exception {
        temporary.add(service.createTemporaryFile("left", "").path());
        for (String name : List.of("bytes", "text", "stream")) {
            Files.writeString(directory.resolve(name), name);
        }
    }

    @EachBackend
    void theEndOfTheRunEndsACloseThatBlocks(String backend) throws Exception {
        Path fifo = directory.resolve("fifo");
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        try (FileChannel _ = FileChannel.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            AnyIO.run(() -> files.add(fullFifo(AnyIO.service(AsyncFiles.class), fifo)), o -> o.backend(backend));
            assertFalse(files.getFirst().wrapped().isOpen());
        }
    }
}
