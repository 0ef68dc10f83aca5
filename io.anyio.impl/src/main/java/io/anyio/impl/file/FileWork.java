package io.anyio.impl.file;

import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.error.Sneaky;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.task.Block;
import io.anyio.api.task.Body;
import io.anyio.api.task.ScopeOptions;
import io.anyio.impl.thread.TimedWait;
import io.anyio.impl.thread.Workers;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Work on files, in threads that nothing interrupts: an interrupt would close the channel. */
final class FileWork {
    private FileWork() {}

    /** Does it for a task, which waits for the end although it is cancelled meanwhile. */
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
     * Does what must be done, for a cancelled task as well and for an ordinary thread.
     *
     * @param limiter null if it cannot wait for a token
     */
    static void surely(@Nullable CapacityLimiter limiter, Block<IOException> work) throws IOException {
        TaskContext task = TaskContext.currentOrNull();
        if (task == null) {
            onThreadOfItsOwn(work);
        } else {
            CapacityLimiter given = limiter == null
                    ? task.runtime().require(Synchronization.class).createCapacityLimiter(1)
                    : limiter;
            task.openCancelScope(ScopeOptions.DEFAULT.shield(true)).run(() -> run(given, work));
        }
    }

    private static void onThreadOfItsOwn(Block<IOException> work) throws IOException {
        AtomicReference<@Nullable Throwable> error = new AtomicReference<>();
        join(Thread.ofPlatform().daemon().name("anyio-file").start(() -> {
            try {
                work.run();
            } catch (Throwable e) {
                error.set(e);
            }
        }));
        Throwable thrown = error.get();
        if (thrown != null) {
            throw Sneaky.<IOException>asThrown(thrown);
        }
    }

    /** Waits for the end of a thread, and keeps an interrupt for later. */
    static void join(Thread thread) {
        TimedWait.patiently(Long.MAX_VALUE, nanos -> thread.join(Duration.ofNanos(nanos)));
    }
}
