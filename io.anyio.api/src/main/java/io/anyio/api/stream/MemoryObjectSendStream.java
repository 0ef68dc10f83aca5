package io.anyio.api.stream;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The sending end of a memory object stream, or a clone of it. Any number of tasks, on any loops, may send.
 *
 * <p>Guide: {@code docs/memory-streams.md}. In AnyIO: {@code anyio.streams.memory.MemoryObjectSendStream}.
 *
 * @param <T> the type of the items
 */
@ProviderType
public interface MemoryObjectSendStream<T extends @Nullable Object> extends ObjectSendStream<T> {
    /**
     * Sends an item, to the receiver that has waited longest or into the buffer; waits while the buffer is full. A
     * checkpoint; a cancelled send has not sent the item.
     *
     * @param item the item, which may be null if the type allows it
     * @throws BrokenResourceException if all receive ends have been closed, or are closed during the call; the item is
     * not delivered
     * @throws ClosedResourceException if this end has been closed, or is closed during the call; the item is not
     * delivered
     * @throws io.anyio.api.task.NoEventLoopException if the caller is not a task
     */
    @Override
    void send(T item) throws BrokenResourceException;

    /**
     * Sends an item without waiting. Not a checkpoint; from any thread.
     *
     * @param item the item, which may be null if the type allows it
     * @throws io.anyio.api.sync.WouldBlockException if no task waits to receive and the buffer is full
     * @throws BrokenResourceException if all receive ends are closed
     * @throws ClosedResourceException if this end has been closed
     */
    void sendNowait(T item) throws BrokenResourceException;

    /**
     * Makes another send end of the same stream, which must be closed separately: receivers get the end of the stream
     * once all send ends are closed. Not a checkpoint; from any thread.
     *
     * @return the clone
     * @throws ClosedResourceException if this end has been closed
     */
    MemoryObjectSendStream<T> clone();

    /**
     * Closes this end; a second call has no effect. Tasks that wait in {@code send} of this end get a
     * {@link ClosedResourceException}. If it was the last send end, receivers get the items in the buffer and then the
     * end of the stream. Not a checkpoint; from any thread.
     *
     * <p>AnyIO differs: there the waiting tasks of the closed end continue to wait. The behaviour here is that of Trio.
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
