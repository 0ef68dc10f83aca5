package io.anyio.api.sync;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Something that happens once: whoever waits for it goes on then, and whoever comes later need not wait. It cannot be
 * cleared; make a new one. Shared by tasks of all loops.
 */
@ProviderType
public interface Event {
    /**
     * Says that it has happened and wakes all who wait; again, it does nothing. Not a checkpoint, never blocks; from
     * any thread.
     */
    void set();

    /**
     * Whether it has happened. From any thread.
     *
     * @return true once {@link #set} was called
     */
    boolean isSet();

    /**
     * Waits until it has happened. A checkpoint, also if it has happened before. A cancellation leaves nothing behind.
     *
     * @throws io.anyio.api.task.NoEventLoopException if the caller is no task
     */
    void await();

    /**
     * Counts. From any thread.
     *
     * @return a snapshot
     */
    EventStatistics statistics();
}
