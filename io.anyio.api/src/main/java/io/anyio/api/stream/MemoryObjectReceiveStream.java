package io.anyio.api.stream;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The receiving end of a stream in memory, or one of its clones. For any number of tasks, on any loops; each item goes
 * to one of them.
 *
 * @param <T> the type of the items
 */
@ProviderType
public interface MemoryObjectReceiveStream<T extends @Nullable Object> extends ObjectReceiveStream<T> {
    /**
     * Receives the next item: from the buffer, or from the sender that has waited longest; waits until there is one. A
     * checkpoint; a cancelled receive takes nothing. An item that was handed over before the cancellation arrived is
     * returned.
     *
     * @return the item
     * @throws EndOfStreamException if every send end is closed and nothing is left, each time
     * @throws ClosedResourceException if this very end is closed, before or meanwhile
     * @throws io.anyio.api.task.NoEventLoopException if the caller is no task
     */
    @Override
    T receive() throws EndOfStreamException;

    /**
     * Receives the next item if that needs no waiting. Not a checkpoint; from any thread.
     *
     * @return the item
     * @throws io.anyio.api.sync.WouldBlockException if the buffer is empty and nobody waits to send
     * @throws EndOfStreamException if every send end is closed and nothing is left
     * @throws ClosedResourceException if this very end is closed
     */
    T receiveNowait() throws EndOfStreamException;

    /**
     * Makes another receive end of the same stream, to be closed by itself: senders see a broken stream when every
     * receive end is closed. Not a checkpoint; from any thread.
     *
     * @return the clone
     * @throws ClosedResourceException if this very end is closed
     */
    MemoryObjectReceiveStream<T> clone();

    /**
     * Closes this end; twice is harmless. Tasks that wait in {@code receive} of this very end get a
     * {@link ClosedResourceException}; if it was the last one, waiting senders get a {@link BrokenResourceException}
     * and what is in the buffer is dropped. Not a checkpoint; from any thread.
     *
     * <p>AnyIO differs: there the waiting tasks of the closed end go on waiting, and the buffer is kept though nobody
     * can read it (this is as in Trio).
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
