package io.anyio.api.spi;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import org.osgi.annotation.versioning.ProviderType;

/** The part of a loop that waits for channels. */
@ProviderType
public interface Reactor {
    /**
     * Puts a channel into non-blocking mode and under this loop's selector. From any thread.
     *
     * @param channel an open channel
     * @return the channel as it is registered: what reads, writes and closes it from now on
     * @throws IOException if the channel is closed
     */
    RegisteredChannel register(SelectableChannel channel) throws IOException;
}
