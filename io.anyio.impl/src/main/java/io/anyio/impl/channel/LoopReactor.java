package io.anyio.impl.channel;

import io.anyio.api.spi.Reactor;
import io.anyio.api.spi.RegisteredChannel;
import io.anyio.impl.loop.Loop;
import java.io.IOException;
import java.nio.channels.SelectableChannel;

/**
 * The reactor of a loop.
 *
 * @param loop on whose selector channels are registered
 */
public record LoopReactor(Loop loop) implements Reactor {
    @Override
    public RegisteredChannel register(SelectableChannel channel) throws IOException {
        return LoopChannel.register(loop, channel);
    }
}
