package io.anyio.net.socket;

import java.io.Closeable;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A channel that listens, see {@link RawSocket}. */
final class RawListener extends ServerSocketChannel implements RawChannel {
    private final ServerSocketChannel channel;
    private final Closeable close;

    RawListener(ServerSocketChannel channel, Closeable close) {
        super(channel.provider());
        this.channel = channel;
        this.close = close;
    }

    @Override
    public ServerSocketChannel channel() {
        return channel;
    }

    private ServerSocketChannel behind() throws ClosedChannelException {
        RawChannel.checkOpen(this);
        return channel;
    }

    @Override
    public ServerSocketChannel bind(@Nullable SocketAddress local, int backlog) throws IOException {
        behind().bind(local, backlog);
        return this;
    }

    @Override
    public <T> ServerSocketChannel setOption(SocketOption<T> name, @Nullable T value) throws IOException {
        behind().setOption(name, value);
        return this;
    }

    @Override @Nullable
    public SocketAddress getLocalAddress() throws IOException {
        return behind().getLocalAddress();
    }

    @Override
    public ServerSocket socket() {
        throw RawChannel.noAdaptor();
    }

    @Override @Nullable
    public SocketChannel accept() throws IOException {
        return behind().accept();
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        close.close();
    }

    @Override
    protected void implConfigureBlocking(boolean block) {
        RawChannel.configureBlocking(block);
    }
}
