package io.anyio.impl.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.file.AsyncFile;
import io.anyio.api.file.AsyncFiles;
import io.anyio.api.file.SeekFrom;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.LoopOptions;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.owner.HolderOwners;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.EachBackend;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** In which threads the work on files is done, and that nothing interrupts it. */
@Timeout(60)
class FileThreadsTest {
    private static final Duration GRACE = Duration.ofMillis(200);

    @TempDir
    Path directory;

    private Path path() {
        return directory.resolve("file");
    }

    private WatchedChannel channel() throws IOException {
        return new WatchedChannel(FileChannel.open(path(), StandardOpenOption.READ, StandardOpenOption.WRITE,
                StandardOpenOption.CREATE));
    }

    private static AsyncFile wrapped(FileChannel channel) {
        return AnyIO.service(AsyncFiles.class).wrapFile(channel, "r+", o -> o.buffering(0));
    }

    @AnyioTest @Proves("FI-02")
    void noTaskUsesTheChannelItself() throws Exception {
        Files.writeString(path(), "one\ntwo\nthree\n");
        WatchedChannel channel = channel();
        try (AsyncFile file = wrapped(channel)) {
            file.read();
            file.seek(0);
            file.read(1);
            file.read1(1);
            file.readLine();
            file.seek(-1, SeekFrom.END);
            file.readLines();
            file.seek(0);
            file.iterator().next();
            file.readInto(ByteBuffer.allocate(1));
            file.readInto1(ByteBuffer.allocate(1));
            file.write(new byte[1]);
            file.write(ByteBuffer.allocate(1));
            file.writeLines(List.of(new byte[1]));
            file.tell();
            file.flush();
            file.truncate();
            file.truncate(100);
        }
        assertEquals(Set.of(), channel.calledByTasks);
        assertEquals(Set.of("read", "write", "write at", "position", "position(long)", "size", "truncate", "close"),
                channel.called);
    }

    @AnyioTest @Proves("FI-02")
    void theLoopGoesOnWhileAFileBlocks() throws Exception {
        WatchedChannel channel = channel();
        CountDownLatch go = channel.hold();
        try (AsyncFile file = wrapped(channel)) {
            AnyIO.createTaskGroup(Exception.class).run(group -> {
                group.spawn("writes", () -> file.write(new byte[10]));
                AnyIO.waitAllTasksBlocked();
                channel.writing.await();
                go.countDown();
            });
        }
        assertEquals(10, Files.size(path()));
    }

    @AnyioTest @Proves("FI-03")
    void aRunningWriteIsNeitherInterruptedNorAbandoned() throws Exception {
        WatchedChannel channel = channel();
        CountDownLatch go = channel.hold();
        CancelScope scope = AnyIO.openCancelScope();
        boolean[] returned = new boolean[2];
        try (AsyncFile file = wrapped(channel)) {
            AnyIO.createTaskGroup(Exception.class).run(group -> {
                TaskHandle<?> writer = group.spawn("writes", () -> scope.run(() -> {
                    file.write(new byte[10]);
                    returned[0] = true;
                    AnyIO.checkpoint();
                    returned[1] = true;
                }));
                AnyIO.waitAllTasksBlocked();
                channel.writing.await();
                scope.cancel("test");
                AnyIO.waitAllTasksBlocked();
                assertEquals(TaskHandle.Status.PENDING, writer.status());
                go.countDown();
            });
            assertTrue(returned[0], "the write has ended as if nothing had happened");
            assertFalse(returned[1]);
            assertTrue(scope.cancelledCaught());
            assertFalse(channel.interrupted.get());
            assertEquals(10, file.tell(), "the file is open");
        }
        assertEquals(10, Files.size(path()));
    }

    /** Another owner shares the file, so that the stop does not close it. */
    @EachBackend @Proves("FI-17")
    void theEndOfAGraceDoesNotInterruptAWrite(String backend) throws Exception {
        HolderOwners owners = new HolderOwners(new LoopRuntime(), GRACE, LoopOptions.DEFAULT.backend(backend));
        Owner stopped = owners.open("EventLoop", holder(1, "stopped"));
        Owner other = owners.open("AsyncFiles", holder(2, "other"));
        WatchedChannel channel = channel();
        CountDownLatch go = channel.hold();
        AsyncFiles files = new OwnedFiles(other);
        AsyncFile file = other.call(() -> files.wrapFile(channel, "r+", o -> o.buffering(0)));
        TaskHandle<?> writer = stopped.spawn("writes", () -> {
            file.write(new byte[10]);
            return null;
        });
        channel.writing.await();
        stopped.close();
        assertFalse(channel.interrupted.get());
        assertNotEquals(TaskHandle.Status.FINISHED, writer.status());
        go.countDown();
        while (writer.status() != TaskHandle.Status.FINISHED) {
            Thread.onSpinWait();
        }
        assertTrue(channel.isOpen());
        assertEquals(10, Files.size(path()));
        other.close();
        assertFalse(channel.isOpen());
    }

    private Holder holder(long id, String name) {
        return new Holder(id, name, getClass().getClassLoader(), () -> false);
    }
}
