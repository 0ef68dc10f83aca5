package io.anyio.impl.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.file.AsyncFile;
import io.anyio.api.file.AsyncFiles;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.sync.BusyResourceException;
import io.anyio.api.task.CancelScope;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

class FileCancelTest {
    @TempDir
    Path directory;

    private static AsyncFiles files() {
        return AnyIO.service(AsyncFiles.class);
    }

    private Path fifo() throws Exception {
        Path fifo = directory.resolve("fifo");
        Files.deleteIfExists(fifo);
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        return fifo;
    }

    private static long descriptors(Path of) throws IOException {
        try (var all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(link -> {
                try {
                    return Files.readSymbolicLink(link).equals(of);
                } catch (IOException _) {
                    return false;
                }
            }).count();
        }
    }

    @AnyioTest @Proves("FI-04")
    void aCancelledTaskTouchesNothing() throws Exception {
        Path path = Files.writeString(directory.resolve("a"), "text");
        try (AsyncFile file = files().openFile(path, "r+")) {
            CancelScope scope = AnyIO.openCancelScope();
            scope.run(() -> {
                scope.cancel("test");
                assertThrows(io.anyio.api.task.CancelledError.class, () -> files().openFile(path, "w"));
                assertThrows(io.anyio.api.task.CancelledError.class, () -> file.read(1));
                assertThrows(io.anyio.api.task.CancelledError.class, () -> file.write(new byte[1]));
            });
            assertEquals(0, file.tell());
        }
        assertEquals("text", Files.readString(path));
    }

    @AnyioTest @Proves({"FI-03", "FI-17"})
    void aCancelledReadWaitsForItsEndAndLeavesTheFileOpen() throws Exception {
        Path fifo = fifo();
        try (AsyncFile file = files().openFile(fifo, "r+")) {
            CancelScope scope = AnyIO.openCancelScope();
            byte[][] read = new byte[1][];
            AnyIO.createTaskGroup().run(group -> {
                group.spawn("reader", () -> scope.run(() -> {
                    read[0] = file.read1(10);
                }));
                AnyIO.waitAllTasksBlocked();
                assertThrows(BusyResourceException.class, file::tell);
                scope.cancel("test");
                AnyIO.waitAllTasksBlocked();
                AnyIO.runInWorkerThread(() -> {
                    try (OutputStream out = Files.newOutputStream(fifo)) {
                        out.write('x');
                    }
                });
            });
            assertEquals(1, read[0].length);
            assertTrue(file.wrapped().isOpen());
        }
    }

    @AnyioTest
    void aCloseEndsTheCallOfAnotherTask() throws Exception {
        AsyncFile file = files().openFile(fifo(), "r+");
        AnyIO.createTaskGroup().run(group -> {
            group.spawn("reader", () -> assertThrows(ClosedResourceException.class, () -> file.read1(10)));
            AnyIO.waitAllTasksBlocked();
            file.close();
        });
    }

    @AnyioTest @Proves("FI-08")
    void aCloseInACancelledScopeWritesEverything() throws Exception {
        Path path = directory.resolve("a");
        CancelScope scope = AnyIO.openCancelScope();
        scope.run(() -> {
            try (AsyncFile file = files().openFile(path, "w")) {
                file.write("all".getBytes());
                scope.cancel("test");
            }
        });
        assertEquals("all", Files.readString(path));
        AsyncFile file = files().openFile(path, "w");
        file.write("all of it".getBytes());
        Thread other = Thread.ofPlatform().start(() -> {
            Thread.currentThread().interrupt();
            try {
                file.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        AnyIO.runInWorkerThread(() -> other.join());
        assertEquals("all of it", Files.readString(path));
    }

    @AnyioTest @Proves("FI-03")
    void theWaitForTheOtherSideOfAFifoCanBeCancelled() throws Exception {
        for (String mode : new String[]{"r", "w", "a"}) {
            Path fifo = fifo();
            for (int i = 0; i < 20; i++) {
                boolean early = i % 2 == 0;
                CancelScope scope = AnyIO.openCancelScope();
                AnyIO.createTaskGroup().run(group -> {
                    group.spawn("opener", () -> scope.run(() -> files().openFile(fifo, mode).close()));
                    if (early) {
                        AnyIO.checkpoint();
                    } else {
                        AnyIO.waitAllTasksBlocked();
                    }
                    scope.cancel("test");
                });
                assertTrue(scope.cancelledCaught() || early);
            }
            assertEquals(0, descriptors(fifo), mode);
        }
        assertTrue(AnyIO.moveOnAfter(Duration.ofDays(1), _ -> files().openFile(fifo(), "r+").close()));
    }
}
