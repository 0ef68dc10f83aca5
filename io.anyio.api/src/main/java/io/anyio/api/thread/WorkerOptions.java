package io.anyio.api.thread;

import io.anyio.api.sync.CapacityLimiter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Options for running code in a worker thread.
 *
 * {@snippet :
 * byte[] digest = AnyIO.runInWorkerThread(() -> sha256(file), o -> o.name("digest").limiter(limiter));
 * }
 *
 * <p>Guide: {@code docs/threads-and-portals.md}. In AnyIO: {@code anyio.run_sync_in_worker_thread}.
 *
 * @param cancellable whether a cancelled caller continues at once, without waiting for the code; the code runs to its
 * end, and its value or exception is dropped
 * @param interruptOnCancel whether a cancellation of the caller interrupts the worker thread; an interrupt closes
 * channels and sockets on which the code waits
 * @param limiter the limiter whose tokens bound the number of concurrent calls, or null for the default limiter of the
 * run
 * @param virtual whether the code runs on a virtual thread made for this call, instead of a reused platform thread
 * @param name the name of the thread during the call; empty for a default name
 */
public record WorkerOptions(boolean cancellable, boolean interruptOnCancel, @Nullable CapacityLimiter limiter,
        boolean virtual, String name) {
    /** A platform thread and the default limiter; a cancelled caller waits until the code has ended. */
    public static final WorkerOptions DEFAULT = new WorkerOptions(false, false, null, false, "");

    /** Checks the name. */
    public WorkerOptions {
        Objects.requireNonNull(name, "WorkerOptions: the name is null, give an empty one for a default");
    }

    /**
     * Sets whether a cancelled caller continues at once. The code then runs to its end, keeps its token of the limiter
     * until then, and its value or exception is dropped.
     *
     * @param value true to abandon the call when it is cancelled
     * @return new options
     */
    public WorkerOptions cancellable(boolean value) {
        return new WorkerOptions(value, interruptOnCancel, limiter, virtual, name);
    }

    /**
     * Sets whether a cancellation of the caller interrupts the worker thread. An {@link InterruptedException} that this
     * causes becomes a {@link io.anyio.api.task.CancelledError}; no interrupt arrives after the code has ended. An
     * interrupt closes a socket on which the code blocks, and any {@link java.nio.channels.FileChannel} that it uses.
     *
     * @param value true to interrupt
     * @return new options
     */
    public WorkerOptions interruptOnCancel(boolean value) {
        return new WorkerOptions(cancellable, value, limiter, virtual, name);
    }

    /**
     * Sets the limiter.
     *
     * @param value the limiter whose tokens bound the number of concurrent calls
     * @return new options
     */
    public WorkerOptions limiter(CapacityLimiter value) {
        return new WorkerOptions(cancellable, interruptOnCancel,
                Objects.requireNonNull(value, "WorkerOptions.limiter: the limiter is null"), virtual,
                name);
    }

    /**
     * Sets the kind of thread. A virtual thread suits code that waits for locks and sockets of the JDK; code that reads
     * files, resolves names or computes should have a platform thread.
     *
     * @param value true for a virtual thread
     * @return new options
     */
    public WorkerOptions virtual(boolean value) {
        return new WorkerOptions(cancellable, interruptOnCancel, limiter, value, name);
    }

    /**
     * Sets the name of the thread.
     *
     * @param value the name during the call
     * @return new options
     */
    public WorkerOptions name(String value) {
        return new WorkerOptions(cancellable, interruptOnCancel, limiter, virtual, value);
    }
}
