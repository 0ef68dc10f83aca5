package io.anyio.impl.process;

import io.anyio.api.process.ProcessOptions;
import io.anyio.api.spi.OwnLimiter;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.thread.Threads;
import io.anyio.api.thread.WorkerOptions;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Starts processes, in worker threads, because the JDK waits until the program runs. */
final class Launcher {
    /** More starts at once are not faster: the system copies or locks this JVM's page tables for each. */
    private static final int AT_ONCE = 8;

    /** Each waits in a thread until somebody opens the other side. */
    private static final int FIFOS_AT_ONCE = 40;

    private final Owner owner;
    private final OwnLimiter limiter = new OwnLimiter(AT_ONCE);
    private final OwnLimiter fifoLimiter = new OwnLimiter(FIFOS_AT_ONCE);

    Launcher(Owner owner) {
        this.owner = owner;
    }

    /**
     * Starts a process, after the checkpoint of the caller.
     *
     * @param input whether a standard input that is not set is a pipe, not the null device
     */
    Child start(TaskContext task, List<String> command, ProcessOptions options, boolean input) throws IOException {
        owner.checkOpen();
        Start start = new Start(builder(command, options), options, input, owner,
                task.runtime().require(Synchronization.class).createEvent());
        @Nullable
        Child child;
        boolean complete = false;
        try {
            child = inWorker(task, start);
            Fifos fifos = start.fifos;
            if (child == null && fifos != null) {
                try (Closeable _ = fifos.open(fifoLimiter.of(task.runtime()))) {
                    child = inWorker(task, start);
                }
            }
            complete = true;
        } finally {
            if (!complete) {
                start.abandon();
            }
        }
        Child started = Objects.requireNonNull(child);
        started.belongToOwner();
        return started;
    }

    private @Nullable Child inWorker(TaskContext task, Start start) throws IOException {
        return task.runtime().require(Threads.class).runInWorkerThread(start,
                WorkerOptions.DEFAULT.limiter(limiter.of(task.runtime())).name(start.toString()));
    }

    private static ProcessBuilder builder(List<String> command, ProcessOptions options) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(options.mergeStderr());
        Path directory = options.directory();
        if (directory != null) {
            builder.directory(directory.toFile());
        }
        Map<String, String> environment = options.environment();
        if (environment != null) {
            builder.environment().clear();
            builder.environment().putAll(environment);
        }
        return builder;
    }
}
