package io.anyio.impl.stream;

import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.stream.MemoryStreams;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Makes streams in memory and numbers them. */
public class MemoryStreamFactory implements MemoryStreams {
    private final AtomicLong made = new AtomicLong();

    /** Makes a factory; nothing is started. */
    public MemoryStreamFactory() {}

    @Override
    public <T extends @Nullable Object> MemoryObjectStream<T> createMemoryObjectStream(int maxBufferSize) {
        if (maxBufferSize < 0) {
            throw new IllegalArgumentException("The buffer size of a memory object stream is negative: " + maxBufferSize
                    + ", give 0 or more, or MemoryObjectStream.UNLIMITED");
        }
        Channel<T> channel = new Channel<>(made.incrementAndGet(), maxBufferSize);
        return new MemoryObjectStream<>(new SendEnd<>(channel, 1), new ReceiveEnd<>(channel, 2));
    }

    @Override
    public MemoryByteStreams createMemoryByteStreams(int bufferSize) {
        if (bufferSize < 1) {
            throw new IllegalArgumentException(
                    "The buffer size of a connection in memory is " + bufferSize + ", give at least 1 byte");
        }
        long id = made.incrementAndGet();
        String first = "MemoryByteStream " + id + ".1";
        String second = "MemoryByteStream " + id + ".2";
        Pipe there = new Pipe(bufferSize, first, second);
        Pipe back = new Pipe(bufferSize, second, first);
        return new MemoryByteStreams(new MemoryByteStream(first, back, there),
                new MemoryByteStream(second, there, back));
    }
}
