package io.anyio.api.stream;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The receiving end of a memory object stream, or a clone of it. Any number of tasks, on any loops, may receive; each
 * item goes to one of them.
 *
 * <p>Guide: {@code docs/memory-streams.md}. In AnyIO: {@code anyio.streams.memory.MemoryObjectReceiveStream}.
 *
 * @param <T> the type of the items
 */
@ProviderType
public interface MemoryObjectReceiveStream<T extends @Nullable Object> extends ObjectReceiveStream<T> {
    /**
     * Receives the next item, from the buffer or from the sender that has waited longest; waits until there is one. A
     * checkpoint; a cancelled receive takes no item. If an item was handed over before the cancellation arrived, it is
     * returned, and the next checkpoint throws.
     *
     * @return the item
     * @throws EndOfStreamException if all send ends are closed and no item is left; so do all later calls
     * @throws ClosedResourceException if this end has been closed, or is closed during the call
     * @throws io.anyio.api.task.NoEventLoopException if the caller is not a task
     */
    @Override
    T receive() throws EndOfStreamException;

    /**
     * Receives the next item without waiting. Not a checkpoint; from any thread.
     *
     * @return the item
     * @throws io.anyio.api.sync.WouldBlockException if the buffer is empty and no task waits to send
     * @throws EndOfStreamException if all send ends are closed and no item is left
     * @throws ClosedResourceException if this end has been closed
     */
    T receiveNowait() throws EndOfStreamException;

    /**
     * Makes another receive end of the same stream, which must be closed separately: senders get a
     * {@link BrokenResourceException} once all receive ends are closed. Not a checkpoint; from any thread.
     *
     * @return the clone
     * @throws ClosedResourceException if this end has been closed
     */
    MemoryObjectReceiveStream<T> clone();

    /**
     * Closes this end; a second call has no effect. Tasks that wait in {@code receive} of this end get a
     * {@link ClosedResourceException}. If it was the last receive end, waiting senders get a
     * {@link BrokenResourceException}, and the items in the buffer are dropped. Not a checkpoint; from any thread.
     *
     * <p>AnyIO differs: there the waiting tasks of the closed end continue to wait, and the items are kept although no
     * task can receive them. The behaviour here is that of Trio.
     */
    @Override
    void close();

    /**
     * Returns the state of the stream, even if this end is closed. Not a checkpoint; from any thread.
     *
     * @return a snapshot, which is exact if no other thread uses the stream at the same time
     */
    MemoryObjectStreamStatistics statistics();
}
