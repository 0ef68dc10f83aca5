package io.anyio.impl.file;

import io.anyio.api.spi.TaskContext;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.task.Body;
import io.anyio.impl.thread.Uninterrupted;
import io.anyio.impl.thread.Workers;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Opens one file, in a worker thread.
 *
 * <p>The operating system opens a FIFO only when it has another side, which may be never. If the task is cancelled
 * meanwhile, both sides of the FIFO are opened here. Then the worker's call returns, and all is closed.
 */
final class Opening implements Body<@Nullable Opened, IOException>, Uninterrupted {
    private static final int KIND = 0170000;
    private static final int FIFO = 0010000;

    private final Path path;
    private final Mode mode;
    private final BothSides bothSides;
    private boolean atFifo;
    private boolean cancelled;
    private @Nullable Thread release;

    Opening(Path path, Mode mode) {
        this.path = path;
        this.mode = mode;
        this.bothSides = new BothSides(path);
    }

    static Opened open(Path path, Mode mode, CapacityLimiter limiter) throws IOException {
        Opening opening = new Opening(path, mode);
        Opened opened = Workers.callUninterrupted(opening, limiter, opening);
        if (opened == null) {
            TaskContext.current("AsyncFiles.openFile").checkCancelled();
            throw new IOException("The wait for the other side of the FIFO " + path + " was ended");
        }
        return opened;
    }

    // ---- the worker thread

    /** Returns null if it is a FIFO and the task was cancelled. */
    @Override
    public @Nullable Opened call() throws IOException {
        if (!isFifo(path)) {
            return opened();
        }
        synchronized (this) {
            if (cancelled) {
                return null;
            }
            atFifo = true;
        }
        Opened opened = null;
        boolean ended = true;
        try {
            opened = opened();
        } finally {
            ended = leaveFifo();
        }
        if (!ended) {
            return opened;
        }
        opened.close();
        return null;
    }

    /** Closes the FIFO's sides that were opened to end the wait, and returns whether the task was cancelled. */
    private boolean leaveFifo() throws IOException {
        Thread helper;
        boolean ended;
        synchronized (this) {
            atFifo = false;
            ended = cancelled;
            helper = release;
        }
        if (helper != null) {
            FileWork.join(helper);
        }
        try (FileChannel _ = bothSides.channel) {
            return ended;
        }
    }

    private Opened opened() throws IOException {
        FileChannel channel = FileChannel.open(path, mode.options());
        boolean succeeded = false;
        try {
            // the JDK opens a directory to read, and fails only when it reads
            if (Files.isDirectory(path)) {
                throw isDirectory(path);
            }
            boolean appends = mode.appends() && Files.isRegularFile(path);
            FileChannel appending = appends ? FileChannel.open(path, StandardOpenOption.APPEND) : null;
            if (appends) {
                channel.position(channel.size());
            }
            succeeded = true;
            return new Opened(path.toString(), mode, channel, appending);
        } finally {
            if (!succeeded) {
                channel.close();
            }
        }
    }

    static FileSystemException isDirectory(Path path) {
        return new FileSystemException(path.toString(), null, "Is a directory");
    }

    static boolean isFifo(Path path) {
        try {
            return Files.getAttribute(path, "unix:mode") instanceof Integer bits && (bits & KIND) == FIFO;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException _) {
            // there is no such file, or there are no FIFOs
            return false;
        }
    }

    /** Linux opens both sides of a FIFO at once without waiting. */
    static FileChannel openBothSides(Path path) throws IOException {
        return FileChannel.open(path, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    // ---- the loop

    @Override
    public void callerCancelled() {
        synchronized (this) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            if (!atFifo) {
                return;
            }
            release = Thread.ofPlatform().daemon().name("anyio-fifo").start(bothSides);
        }
    }

    /** Ends the wait of the worker. Not a lambda: see {@code LazyLinksTest}. */
    private static final class BothSides implements Runnable {
        private final Path path;

        /** Written by the thread of this object, read when that has ended. */
        @Nullable
        FileChannel channel;

        BothSides(Path path) {
            this.path = path;
        }

        @Override
        public void run() {
            try {
                channel = openBothSides(path);
            } catch (IOException _) {
                // this user may not, or it has gone: the task waits for the other side
            }
        }
    }
}
