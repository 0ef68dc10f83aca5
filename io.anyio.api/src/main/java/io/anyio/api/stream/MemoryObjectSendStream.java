package io.anyio.api.stream;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The sending end of a stream in memory, or one of its clones. For any number of tasks, on any loops.
 *
 * @param <T> the type of the items
 */
@ProviderType
public interface MemoryObjectSendStream<T extends @Nullable Object> extends ObjectSendStream<T> {
    /**
     * Sends an item: to the receiver that has waited longest, or into the buffer; waits while the buffer is full. A
     * checkpoint; a cancelled send has sent nothing.
     *
     * @param item the item, also null if the type allows it
     * @throws BrokenResourceException if every receive end is closed, before or meanwhile; the item is not delivered
     * @throws ClosedResourceException if this very end is closed, before or meanwhile; the item is not delivered
     * @throws io.anyio.api.task.NoEventLoopException if the caller is no task
     */
    @Override
    void send(T item) throws BrokenResourceException;

    /**
     * Sends an item if that needs no waiting. Not a checkpoint; from any thread.
     *
     * @param item the item, also null if the type allows it
     * @throws io.anyio.api.sync.WouldBlockException if nobody waits for an item and the buffer is full
     * @throws BrokenResourceException if every receive end is closed
     * @throws ClosedResourceException if this very end is closed
     */
    void sendNowait(T item) throws BrokenResourceException;

    /**
     * Makes another send end of the same stream, to be closed by itself: receivers see the end of the stream when every
     * send end is closed. Not a checkpoint; from any thread.
     *
     * @return the clone
     * @throws ClosedResourceException if this very end is closed
     */
    MemoryObjectSendStream<T> clone();

    /**
     * Closes this end; twice is harmless. Tasks that wait in {@code send} of this very end get a
     * {@link ClosedResourceException}; if it was the last one, receivers get what is in the buffer and then the end of
     * the stream. Not a checkpoint; from any thread.
     *
     * <p>AnyIO differs: there the waiting tasks of the closed end go on waiting (this is as in Trio).
     */
    @Override
    void close();

    /**
     * What goes on in the stream. Not a checkpoint; from any thread, of closed ends too.
     *
     * @return a snapshot, exact while nobody uses the stream
     */
    MemoryObjectStreamStatistics statistics();
}
