package io.anyio.api.sync;

import java.util.OptionalInt;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Lets so many tasks at a time go on as it has slots. Nobody owns a slot: anyone may release. Who asked first gets a
 * slot first, directly from the one who releases it; a task that was given one and is cancelled before it could go on
 * keeps it, and its next checkpoint throws. Tasks of all loops may share it.
 */
@ProviderType
public interface Semaphore {
    /**
     * Waits for a slot and takes it. A checkpoint, also if there is one: in a cancelled scope it throws and takes none.
     * A cancellation while it waits leaves nothing behind.
     *
     * @throws io.anyio.api.task.NoEventLoopException if the caller is no task
     */
    void acquire();

    /**
     * Takes a slot if there is one. Not a checkpoint; from any thread.
     *
     * @throws WouldBlockException if there is none
     */
    void acquireNowait();

    /**
     * Gives a slot to the task that has waited longest, or else adds it to the value. Not a checkpoint; from any
     * thread.
     *
     * @throws IllegalStateException if the value is at its maximum
     */
    void release();

    /**
     * {@link #acquire} for try-with-resources.
     *
     * @return closes by {@link #release}
     * @throws io.anyio.api.task.NoEventLoopException if the caller is no task
     */
    Held hold();

    /**
     * How many slots are free. From any thread.
     *
     * @return zero or more
     */
    int value();

    /**
     * What the value may not exceed. From any thread.
     *
     * @return the maximum, or empty if there is none
     */
    OptionalInt maxValue();

    /**
     * Counts. From any thread.
     *
     * @return a snapshot
     */
    SemaphoreStatistics statistics();
}
