package io.anyio.api.stream;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Both ends of a stream of objects in memory.
 *
 * <p>With a buffer of size 0 a send waits until a receiver takes the item. Each end belongs to whoever uses it: give it
 * away, and let that task close it by try-with-resources.
 *
 * @param <T> the type of the items
 * @param sender the send end
 * @param receiver the receive end
 */
public record MemoryObjectStream<T extends @Nullable Object>(MemoryObjectSendStream<T> sender,
        MemoryObjectReceiveStream<T> receiver)
        implements
        AsyncResource {
    /** The size of a buffer that is never full: a send never waits. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** Refuses null. */
    public MemoryObjectStream {
        Objects.requireNonNull(sender, "MemoryObjectStream.sender is null");
        Objects.requireNonNull(receiver, "MemoryObjectStream.receiver is null");
    }

    /** Closes both ends, but no clones. Not a checkpoint; from any thread. */
    @Override
    public void close() {
        sender.close();
        receiver.close();
    }
}
