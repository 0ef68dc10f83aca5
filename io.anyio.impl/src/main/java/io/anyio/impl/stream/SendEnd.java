package io.anyio.impl.stream;

import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.MemoryObjectSendStream;
import io.anyio.api.stream.MemoryObjectStreamStatistics;
import io.anyio.impl.park.Parkable;
import org.jspecify.annotations.Nullable;

/** A send end. */
final class SendEnd<T extends @Nullable Object> extends End implements MemoryObjectSendStream<T> {
    private final Channel<T> channel;

    /** Makes an end that the channel has already counted, with its number. */
    SendEnd(Channel<T> channel, int number) {
        super(true, "MemoryObjectSendStream " + channel.id + "." + number);
        this.channel = channel;
    }

    @Override
    public void send(T item) throws BrokenResourceException {
        Parkable task = Parkable.current("MemoryObjectSendStream.send");
        task.checkpoint();
        channel.send(this, item, task);
    }

    @Override
    public void sendNowait(T item) throws BrokenResourceException {
        channel.send(this, item, null);
    }

    @Override
    public MemoryObjectSendStream<T> clone() {
        return new SendEnd<>(channel, channel.open(this));
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
