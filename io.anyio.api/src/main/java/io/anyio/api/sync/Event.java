package io.anyio.api.sync;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Something that happens once, and for which tasks can wait.
 *
 * {@snippet :
 * Event ready = AnyIO.createEvent();
 * List<String> order = new ArrayList<>();
 * AnyIO.createTaskGroup().run(group -> {
 *     group.spawn("client", () -> {
 *         ready.await();
 *         order.add("connected");
 *     });
 *     order.add("listening");
 *     ready.set();
 * });
 * }
 *
 * <p>When the event is set, all waiting tasks continue, and tasks that come later do not wait. An event cannot be
 * cleared; make a new one instead. Tasks of all loops may share it.
 *
 * <p>Guide: {@code docs/synchronization.md}. In AnyIO: {@code anyio.abc.Event}.
 */
@ProviderType
public interface Event {
    /**
     * Sets the event and wakes all waiting tasks; a second call has no effect. Not a checkpoint, and never blocks; from
     * any thread.
     */
    void set();

    /**
     * Whether the event is set. Not a checkpoint; from any thread.
     *
     * @return true once {@link #set} has been called
     */
    boolean isSet();

    /**
     * Waits until the event is set. A checkpoint, even if it is set already. A task that is cancelled no longer waits.
     *
     * @throws io.anyio.api.task.NoEventLoopException if the caller is not a task
     */
    void await();

    /**
     * Returns how many tasks wait. Not a checkpoint; from any thread.
     *
     * @return a snapshot
     */
    EventStatistics statistics();
}
