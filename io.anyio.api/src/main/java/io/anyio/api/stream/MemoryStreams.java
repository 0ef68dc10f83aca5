package io.anyio.api.stream;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Makes streams in memory.
 *
 * <p>What this service makes needs no running loop, so that a component can make it in its constructor. All methods may
 * be called from any thread; none is a checkpoint. In a task, the methods of {@code AnyIO} with the same names do the
 * same.
 *
 * <p>Guide: {@code docs/memory-streams.md}.
 */
@ProviderType
public interface MemoryStreams {
    /**
     * Makes a memory object stream without a buffer; see {@link #createMemoryObjectStream(int)}.
     *
     * @param <T> the type of the items
     * @return both ends
     */
    default <T extends @Nullable Object> MemoryObjectStream<T> createMemoryObjectStream() {
        return createMemoryObjectStream(0);
    }

    /**
     * Makes a memory object stream; see {@link MemoryObjectStream}.
     *
     * @param <T> the type of the items
     * @param maxBufferSize how many items the buffer holds before {@code send} waits; with 0 each send waits until a
     * task receives the item; {@link MemoryObjectStream#UNLIMITED} for no limit
     * @return both ends
     * @throws IllegalArgumentException if the size is negative
     */
    <T extends @Nullable Object> MemoryObjectStream<T> createMemoryObjectStream(int maxBufferSize);

    /**
     * Makes a connection in memory; see {@link MemoryByteStreams}.
     *
     * @param bufferSize how many bytes the buffer of each direction holds before {@code send} waits, at least 1
     * @return both sides
     * @throws IllegalArgumentException if the size is less than 1
     */
    MemoryByteStreams createMemoryByteStreams(int bufferSize);
}
