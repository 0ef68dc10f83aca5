package io.anyio.impl.stream;

import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.MemoryObjectReceiveStream;
import io.anyio.api.stream.MemoryObjectStreamStatistics;
import io.anyio.impl.park.Parkable;
import org.jspecify.annotations.Nullable;

/** A receive end. */
final class ReceiveEnd<T extends @Nullable Object> extends End implements MemoryObjectReceiveStream<T> {
    private final Channel<T> channel;

    /** Makes an end that the channel has already counted, with its number. */
    ReceiveEnd(Channel<T> channel, int number) {
        super(false, "MemoryObjectReceiveStream " + channel.id + "." + number);
        this.channel = channel;
    }

    @Override
    public T receive() throws EndOfStreamException {
        Parkable task = Parkable.current("MemoryObjectReceiveStream.receive");
        task.checkpoint();
        return channel.receive(this, task);
    }

    @Override
    public T receiveNowait() throws EndOfStreamException {
        return channel.receive(this, null);
    }

    @Override
    public MemoryObjectReceiveStream<T> clone() {
        return new ReceiveEnd<>(channel, channel.open(this));
    }

    @Override
    public void close() {
        channel.close(this);
    }

    @Override
    public MemoryObjectStreamStatistics statistics() {
        return channel.statistics();
    }
}
