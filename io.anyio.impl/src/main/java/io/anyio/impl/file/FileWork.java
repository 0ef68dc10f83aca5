package io.anyio.impl.file;

import io.anyio.api.spi.Owner;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.error.Report;
import io.anyio.api.spi.error.Sneaky;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.task.Block;
import io.anyio.api.task.Body;
import io.anyio.api.task.ScopeOptions;
import io.anyio.impl.thread.TimedWait;
import io.anyio.impl.thread.Workers;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Work on files, in threads that nothing interrupts: an interrupt would close the channel. */
final class FileWork {
    private static final Report LOG = new Report("io.anyio");
    private static final long MOMENT_NANOS = 10_000_000;

    private FileWork() {}

    /** Runs work for a task, which waits for the end even if it is cancelled meanwhile. */
    static <T extends @Nullable Object> T call(CapacityLimiter limiter, Body<T, IOException> work) throws IOException {
        return Workers.callUninterrupted(work, limiter, () -> {});
    }

    static void run(CapacityLimiter limiter, Block<IOException> work) throws IOException {
        FileWork.<@Nullable Void>call(limiter, () -> {
            work.run();
            return null;
        });
    }

    /**
     * Runs work that must be done, even for a cancelled task or an ordinary thread. If the task cannot wait where it
     * is, another thread runs the work, and an exception tells the task so.
     *
     * @param limiter null if it cannot wait for a token
     * @param lastly what is done after it, whether it fails or not
     */
    static void surely(@Nullable CapacityLimiter limiter, Block<IOException> work, Block<IOException> lastly)
            throws IOException {
        TaskContext task = TaskContext.currentOrNull();
        IllegalStateException unfit = task == null ? null : Workers.unfit();
        if (unfit != null) {
            Thread _ = start(() -> doUnwatched(work, lastly));
            throw unfit;
        }
        try {
            if (task == null) {
                boolean _ = onThreadOfItsOwn(Long.MAX_VALUE, work);
            } else {
                CapacityLimiter given = limiter == null
                        ? task.runtime().require(Synchronization.class).createCapacityLimiter(1)
                        : limiter;
                task.openCancelScope(ScopeOptions.DEFAULT.shield(true)).run(() -> run(given, work));
            }
        } finally {
            lastly.run();
        }
    }

    private static void doUnwatched(Block<IOException> work, Block<IOException> lastly) {
        try {
            try {
                work.run();
            } finally {
                lastly.run();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, e, "A close failed whose task could not wait for it");
        }
    }

    private static Thread start(Runnable code) {
        return Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).name("anyio-file").start(code);
    }

    /**
     * Does what is left at the end of an owner, for half of the time that its stop has left; the rest is for others.
     * From an ordinary thread.
     *
     * @return false if it goes on
     */
    static boolean within(Owner owner, Block<IOException> work) throws IOException {
        return onThreadOfItsOwn(Math.max(owner.graceLeft().toNanos() / 2, MOMENT_NANOS), work);
    }

    private static boolean onThreadOfItsOwn(long nanos, Block<IOException> work) throws IOException {
        AtomicReference<@Nullable Throwable> error = new AtomicReference<>();
        Thread thread = start(() -> {
            try {
                work.run();
            } catch (Throwable e) {
                error.set(e);
            }
        });
        boolean ended = join(thread, nanos);
        Throwable thrown = ended ? error.get() : null;
        if (thrown != null) {
            throw Sneaky.<IOException>asThrown(thrown);
        }
        return ended;
    }

    /** Waits for the end of a thread, and keeps an interrupt for later. */
    static void join(Thread thread) {
        boolean _ = join(thread, Long.MAX_VALUE);
    }

    /** Adds the name of the file: for an open file, the operating system reports errors without it. */
    static IOException named(String path, IOException e) {
        if (e instanceof FileSystemException || e instanceof CharacterCodingException) {
            return e;
        }
        FileSystemException named = new FileSystemException(path, null, e.getMessage());
        named.initCause(e);
        return named;
    }

    private static boolean join(Thread thread, long nanos) {
        return TimedWait.patiently(nanos, left -> thread.join(Duration.ofNanos(left)));
    }
}
