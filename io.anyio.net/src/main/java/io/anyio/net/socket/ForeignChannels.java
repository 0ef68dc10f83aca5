package io.anyio.net.socket;

import io.anyio.api.spi.Owner;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.ClosedResourceException;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.Objects;

/** Waits for channels that are not ours. */
public final class ForeignChannels {
    private final Owner owner;

    /**
     * Makes the waits of one owner.
     *
     * @param owner ends the waits at its end
     */
    public ForeignChannels(Owner owner) {
        this.owner = owner;
    }

    /**
     * Waits until a channel can be read or accept.
     *
     * @param channel the channel
     * @throws IOException if the operating system provides no selector
     */
    public void awaitReadable(SelectableChannel channel) throws IOException {
        String what = "Network.awaitReadable";
        begin(what, channel, SelectionKey.OP_READ | SelectionKey.OP_ACCEPT, "be read, nor accept connections");
        owner.watch().awaitReadable(channel);
    }

    /**
     * Waits until a channel can be written or has connected.
     *
     * @param channel the channel
     * @throws IOException if the operating system provides no selector
     */
    public void awaitWritable(SelectableChannel channel) throws IOException {
        begin("Network.awaitWritable", channel, SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT, "be written");
        owner.watch().awaitWritable(channel);
    }

    private void begin(String what, SelectableChannel channel, int ops, String can) {
        check(what, channel);
        if ((channel.validOps() & ops) == 0) {
            throw new IllegalArgumentException(what + ": the channel " + channel + " can never " + can);
        }
        if (channel.isOpen() && channel.isBlocking()) {
            throw new IllegalArgumentException(what + ": the channel " + channel
                    + " is in blocking mode, call configureBlocking(false) on it first");
        }
        TaskContext.current(what).checkpoint();
        owner.checkOpen();
        if (!channel.isOpen()) {
            throw new ClosedResourceException("The channel " + channel);
        }
    }

    private static void check(String what, SelectableChannel channel) {
        Objects.requireNonNull(channel, () -> what + ": the channel is null");
        if (channel instanceof RawChannel) {
            throw new IllegalArgumentException(what + ": the channel " + channel
                    + " belongs to a socket of AnyIO, whose own operations wait");
        }
    }

    /**
     * Ends the waits for a channel that is about to be closed.
     *
     * @param channel the channel
     */
    public void notifyClosing(SelectableChannel channel) {
        check("Network.notifyClosing", channel);
        owner.watch().notifyClosing(channel);
    }
}
