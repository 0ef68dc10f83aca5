package io.anyio.api.thread;

import io.anyio.api.sync.CapacityLimiter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a function is run in a worker thread.
 *
 * @param cancellable whether a cancelled caller leaves at once; the function runs to its end, and its value or error is
 * dropped
 * @param interruptOnCancel whether a cancellation of the caller interrupts the function's thread; beware that an
 * interrupt closes channels and sockets
 * @param limiter whose tokens limit how many run at a time, or null for the run's default limiter
 * @param virtual whether the thread is a virtual one, made for this call, instead of a platform thread that is used
 * again
 * @param name the thread's name during the call; empty for a default one
 */
public record WorkerOptions(boolean cancellable, boolean interruptOnCancel, @Nullable CapacityLimiter limiter,
        boolean virtual, String name) {
    /** A platform thread under the default limiter, whose end a cancelled caller awaits. */
    public static final WorkerOptions DEFAULT = new WorkerOptions(false, false, null, false, "");

    /** Checks the name. */
    public WorkerOptions {
        Objects.requireNonNull(name, "WorkerOptions: the name is null, give an empty one for a default");
    }

    /**
     * Chooses whether a cancelled caller leaves at once. The function then runs to its end, with its limiter's token,
     * and its value or error is dropped.
     *
     * @param value whether the call is abandoned when it is cancelled
     * @return new options
     */
    public WorkerOptions cancellable(boolean value) {
        return new WorkerOptions(value, interruptOnCancel, limiter, virtual, name);
    }

    /**
     * Chooses whether a cancellation of the caller interrupts the function's thread. An {@link InterruptedException}
     * that this causes becomes a {@link io.anyio.api.task.CancelledError}; no interrupt is sent after the function has
     * ended. An interrupt closes a blocked socket and any {@link java.nio.channels.FileChannel}.
     *
     * @param value whether to interrupt
     * @return new options
     */
    public WorkerOptions interruptOnCancel(boolean value) {
        return new WorkerOptions(cancellable, value, limiter, virtual, name);
    }

    /**
     * Chooses the limiter.
     *
     * @param value whose tokens limit how many run at a time
     * @return new options
     */
    public WorkerOptions limiter(CapacityLimiter value) {
        return new WorkerOptions(cancellable, interruptOnCancel,
                Objects.requireNonNull(value, "WorkerOptions.limiter: the limiter is null"), virtual,
                name);
    }

    /**
     * Chooses the kind of thread. A virtual thread suits functions that wait on locks and JDK sockets; one that reads
     * files, resolves names or computes should have a platform thread.
     *
     * @param value whether the thread is a virtual one
     * @return new options
     */
    public WorkerOptions virtual(boolean value) {
        return new WorkerOptions(cancellable, interruptOnCancel, limiter, value, name);
    }

    /**
     * Names the thread.
     *
     * @param value its name during the call
     * @return new options
     */
    public WorkerOptions name(String value) {
        return new WorkerOptions(cancellable, interruptOnCancel, limiter, virtual, value);
    }
}
