package io.anyio.impl.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.file.AsyncFiles;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.stream.ByteReceiveStream;
import io.anyio.api.stream.ByteSendStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.sync.BusyResourceException;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.LoopOptions;
import io.anyio.impl.owner.HolderOwners;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.testing.AnyioTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Streams from files, which are read ahead, and to files. */
@Timeout(60)
class FileStreamsTest {
    private static final int LENGTH = 3 * Pieces.MOST + 12_345;

    @TempDir
    Path directory;

    private final byte[] content = new byte[LENGTH];
    private final Owner owner = new HolderOwners(new LoopRuntime(), Duration.ofSeconds(1), LoopOptions.DEFAULT)
            .open("AsyncFiles", new Holder(7, "test", getClass().getClassLoader(), () -> false));

    private static AsyncFiles files() {
        return AnyIO.service(AsyncFiles.class);
    }

    private Path file() throws IOException {
        new Random(7).nextBytes(content);
        return Files.write(directory.resolve("file"), content);
    }

    private WatchedChannel channel() throws IOException {
        return new WatchedChannel(FileChannel.open(file(), StandardOpenOption.READ));
    }

    private ReadStream stream(FileChannel channel, CapacityLimiter limiter) {
        return new ReadStream(new Opened("file", Mode.of("test", "r", 'b'), channel, null), owner, limiter);
    }

    private static byte[] rest(ByteReceiveStream stream, byte[]... before) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] bytes : before) {
            all.writeBytes(bytes);
        }
        stream.forEach(all::writeBytes);
        return all.toByteArray();
    }

    /** Each amount, in each way, with and without a token to read ahead. */
    @AnyioTest
    void nothingIsLostWhateverIsAskedFor() throws Exception {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            CapacityLimiter limiter = AnyIO.createCapacityLimiter(1 + seed % 2);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            try (ReadStream stream = stream(channel(), limiter)) {
                while (all.size() < LENGTH) {
                    int most = 1 + random.nextInt(2 * Pieces.MOST >> random.nextInt(10));
                    if (random.nextBoolean()) {
                        byte[] received = stream.receive(most);
                        assertTrue(received.length > 0 && received.length <= most);
                        all.writeBytes(received);
                    } else {
                        ByteBuffer target = ByteBuffer.allocate(most);
                        int received = stream.receive(target);
                        assertEquals(target.position(), received);
                        all.write(target.array(), 0, target.position());
                    }
                }
                assertThrows(EndOfStreamException.class, stream::receive);
                assertEquals(-1, stream.receive(ByteBuffer.allocate(1)));
            }
            assertArrayEquals(content, all.toByteArray());
            assertEquals(0, limiter.borrowedTokens());
        }
    }

    @AnyioTest
    void aCancelledReceiveLeavesToTheNextOneWhatIsReadAhead() throws Exception {
        WatchedChannel channel = channel();
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(2);
        try (ReadStream stream = stream(channel, limiter)) {
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            read.writeBytes(stream.receive());
            CountDownLatch go = channel.holdReads();
            while (read.size() < Pieces.MOST) {
                read.writeBytes(stream.receive());
            }
            CancelScope scope = AnyIO.openCancelScope();
            AnyIO.createTaskGroup(Exception.class).run(group -> {
                group.spawn("receives", () -> scope.run(() -> read.writeBytes(stream.receive())));
                AnyIO.waitAllTasksBlocked();
                assertThrows(BusyResourceException.class, stream::receive);
                scope.cancel("test");
            });
            assertTrue(scope.cancelledCaught());
            assertEquals(Pieces.MOST, read.size());
            assertEquals(1, limiter.borrowedTokens());
            go.countDown();
            assertArrayEquals(content, rest(stream, read.toByteArray()));
        }
        assertEquals(0, limiter.borrowedTokens());
    }

    @AnyioTest
    void aCloseEndsWhatIsReadAhead() throws Exception {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(2);
        Path path = file();
        for (int i = 0; i < 20; i++) {
            ReadStream stream = stream(FileChannel.open(path, StandardOpenOption.READ), limiter);
            for (int received = 0; received < i; received++) {
                stream.receive();
            }
            stream.close();
            assertEquals(0, BadFilesTest.descriptors(path));
            assertThrows(ClosedResourceException.class, stream::receive);
        }
    }

    @AnyioTest
    void anErrorComesAfterWhatWasReadBeforeIt() throws Exception {
        WatchedChannel channel = channel();
        channel.readable = Pieces.MOST + 100_000;
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try (ReadStream stream = stream(channel, AnyIO.createCapacityLimiter(2))) {
            IOException error = null;
            while (error == null) {
                try {
                    read.writeBytes(stream.receive());
                } catch (IOException e) {
                    error = e;
                }
            }
            assertEquals("file: Input/output error", error.getMessage());
            assertEquals(Pieces.MOST + 100_000, read.size());
            channel.readable = Integer.MAX_VALUE;
            assertArrayEquals(content, rest(stream, read.toByteArray()));
        }
    }

    /** Nobody may ever write to it again, and what grows is read on. */
    @AnyioTest
    void onlyWhatIsKnownToBeThereIsReadAhead() throws Exception {
        Path path = Files.write(directory.resolve("log"), new byte[10]);
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(2);
        try (ReadStream stream = stream(FileChannel.open(path, StandardOpenOption.READ), limiter)) {
            assertEquals(10, stream.receive().length);
            assertEquals(0, limiter.borrowedTokens());
            assertThrows(EndOfStreamException.class, stream::receive);
            Files.write(path, new byte[20], StandardOpenOption.APPEND);
            assertEquals(20, stream.receive().length);
        }
    }

    /** Each amount, in each way, into a buffer that is made, enlarged, or too small. */
    @AnyioTest
    void everyAmountIsWritten() throws Exception {
        new Random(7).nextBytes(content);
        Path path = directory.resolve("written");
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            try (ByteSendStream stream = files().openWriteStream(path, false)) {
                ByteBuffer left = ByteBuffer.wrap(content);
                while (left.hasRemaining()) {
                    int count = Math.min(left.remaining(), random.nextInt(2 << 20 >> random.nextInt(10)));
                    if (random.nextBoolean()) {
                        byte[] sent = new byte[count];
                        left.get(sent);
                        stream.send(sent);
                    } else {
                        ByteBuffer sent = left.slice(left.position(), count);
                        stream.send(sent);
                        assertFalse(sent.hasRemaining());
                        left.position(left.position() + count);
                    }
                }
            }
            assertArrayEquals(content, Files.readAllBytes(path));
        }
    }

    @AnyioTest
    void whatAFailedSendHasWrittenIsNotWrittenAgain() throws Exception {
        WatchedChannel channel = new WatchedChannel(
                FileChannel.open(Files.createFile(directory.resolve("full")), StandardOpenOption.WRITE));
        WriteStream stream = new WriteStream(new Opened("full", Mode.of("test", "w", 'b'), channel, null), owner,
                AnyIO.createCapacityLimiter(1));
        byte[] large = new byte[100_000];
        new Random(7).nextBytes(large);
        try (stream) {
            stream.send(ByteBuffer.wrap(large, 0, 60_000));
            channel.room = 10;
            assertThrows(IOException.class, () -> stream.send(ByteBuffer.wrap(large, 60_000, 40_000)));
            channel.room = Integer.MAX_VALUE;
            stream.send(ByteBuffer.wrap(large, 60_000, 40_000));
        }
        assertArrayEquals(large, Files.readAllBytes(directory.resolve("full")));
    }
}
