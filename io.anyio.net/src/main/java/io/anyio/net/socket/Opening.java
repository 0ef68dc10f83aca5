package io.anyio.net.socket;

import io.anyio.api.spi.Reactor;
import io.anyio.api.spi.RegisteredChannel;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;

/**
 * A channel on its way to a socket of ours: whatever fails before that is reached, the channel is closed. Every channel
 * is opened inside one, and {@code OpeningTest} lets each step of each opener fail and counts the descriptors.
 *
 * @param <C> the type of the channel
 */
public final class Opening<C extends SelectableChannel> implements Closeable {
    private final C channel;
    private @Nullable RegisteredChannel registered;
    private boolean succeeded;

    /**
     * Begins.
     *
     * @param channel an open channel
     */
    public Opening(C channel) {
        this.channel = channel;
    }

    /**
     * The channel.
     *
     * @return the channel
     */
    public C channel() {
        return channel;
    }

    /**
     * Registers the channel, and closes what it is registered as from now on.
     *
     * @param reactor where
     * @return the registered channel
     * @throws IOException if that fails
     */
    public RegisteredChannel register(Reactor reactor) throws IOException {
        RegisteredChannel made = reactor.register(channel);
        registered = made;
        return made;
    }

    /**
     * Lets the channel stay open.
     *
     * @param <S> the type of the socket
     * @param socket who closes the channel from now on
     * @return the socket
     */
    public <S extends Closeable> S succeeded(S socket) {
        succeeded = true;
        return socket;
    }

    @Override
    public void close() throws IOException {
        if (!succeeded) {
            if (registered == null) {
                channel.close();
            } else {
                registered.close();
            }
        }
    }
}
