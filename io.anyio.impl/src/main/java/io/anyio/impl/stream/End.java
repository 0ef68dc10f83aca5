package io.anyio.impl.stream;

import io.anyio.api.stream.ClosedResourceException;
import org.jspecify.annotations.Nullable;

/**
 * One end of a channel, or one of its clones. The channel does not know its ends, so that a forgotten one can be
 * collected and reported.
 */
abstract sealed class End<T extends @Nullable Object>
        permits SendEnd, ReceiveEnd {
    final Channel<T> channel;
    final boolean sends;
    private final String name;
    private final Leak leak;

    /** Whether this very end is closed; guarded by the channel. */
    boolean closed;

    /** How many tasks wait through this end; guarded by the channel. */
    int waiting;

    /** Makes an end which the channel has counted already. */
    End(Channel<T> channel, boolean sends, int number) {
        this.channel = channel;
        this.sends = sends;
        this.name = (sends ? "MemoryObjectSendStream " : "MemoryObjectReceiveStream ") + channel.id + "." + number;
        this.leak = Leak.watch(this, name);
    }

    public final void close() {
        if (channel.close(this)) {
            leak.closed();
        }
    }

    final ClosedResourceException closedError() {
        return new ClosedResourceException(name);
    }

    @Override
    public final String toString() {
        return name;
    }
}
