package io.anyio.api.stream;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Makes streams in memory. A service that starts nothing; every method may be called from any thread, outside of tasks
 * too.
 */
@ProviderType
public interface MemoryStreams {
    /**
     * Makes a memory object stream without a buffer: each send waits until a receiver takes the item.
     *
     * @param <T> the type of the items
     * @return both ends
     */
    default <T extends @Nullable Object> MemoryObjectStream<T> createMemoryObjectStream() {
        return createMemoryObjectStream(0);
    }

    /**
     * Makes a memory object stream.
     *
     * @param <T> the type of the items
     * @param maxBufferSize how many items may wait in the stream until {@code send} waits, or
     * {@link MemoryObjectStream#UNLIMITED}
     * @return both ends
     * @throws IllegalArgumentException if the size is negative
     */
    <T extends @Nullable Object> MemoryObjectStream<T> createMemoryObjectStream(int maxBufferSize);

    /**
     * Makes a connection in memory.
     *
     * @param bufferSize how many bytes may wait in each direction until {@code send} waits, at least 1
     * @return both sides
     * @throws IllegalArgumentException if the size is less than 1
     */
    MemoryByteStreams createMemoryByteStreams(int bufferSize);
}
