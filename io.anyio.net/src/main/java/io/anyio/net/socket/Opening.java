package io.anyio.net.socket;

import io.anyio.api.spi.Reactor;
import io.anyio.api.spi.RegisteredChannel;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;

/**
 * A channel that is to become a socket, and is closed if a step on the way fails. Every channel is opened with it.
 * {@code OpeningTest} lets each step of each opener fail and counts the descriptors.
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
     * Registers the channel. From now on a failure closes the registered channel.
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
     * @param socket the socket, which closes the channel from now on
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
