package io.anyio.api.spi;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Waits, for one {@link Owner}, for channels that are not registered with a {@link Reactor}: those of users and of
 * other libraries. The end of the owner ends the waits.
 */
@ProviderType
public interface ChannelWatch {
    /**
     * Waits until a channel can be read or accept. In a task, which has checked for its cancellation; a cancellation
     * that comes later throws.
     *
     * @param channel a channel in non-blocking mode
     * @throws io.anyio.api.stream.ClosedResourceException if the channel is closed, or is closed during the wait, or
     * the owner ends
     * @throws io.anyio.api.sync.BusyResourceException if another task waits for the same
     * @throws IllegalStateException if the channel cannot be registered with a selector
     * @throws IOException if the operating system provides no selector
     */
    void awaitReadable(SelectableChannel channel) throws IOException;

    /**
     * Waits until a channel can be written or has connected; otherwise like {@link #awaitReadable}.
     *
     * @param channel a channel in non-blocking mode
     * @throws io.anyio.api.stream.ClosedResourceException if the channel is closed, or is closed during the wait, or
     * the owner ends
     * @throws io.anyio.api.sync.BusyResourceException if another task waits for the same
     * @throws IllegalStateException if the channel cannot be registered with a selector
     * @throws IOException if the operating system provides no selector
     */
    void awaitWritable(SelectableChannel channel) throws IOException;

    /**
     * Ends the waits for a channel, of all owners, as its close does, and at once. From any thread.
     *
     * @param channel the channel
     */
    void notifyClosing(SelectableChannel channel);
}
