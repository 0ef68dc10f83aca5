package io.anyio.net.socket;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A channel of a connection, see {@link RawSocket}. */
final class RawStream extends SocketChannel implements RawChannel {
    private final SocketChannel channel;
    private final Closeable close;

    RawStream(SocketChannel channel, Closeable close) {
        super(channel.provider());
        this.channel = channel;
        this.close = close;
    }

    @Override
    public SocketChannel channel() {
        return channel;
    }

    private SocketChannel behind() throws ClosedChannelException {
        RawChannel.checkOpen(this);
        return channel;
    }

    @Override
    public SocketChannel bind(@Nullable SocketAddress local) throws IOException {
        behind().bind(local);
        return this;
    }

    @Override
    public <T> SocketChannel setOption(SocketOption<T> name, @Nullable T value) throws IOException {
        behind().setOption(name, value);
        return this;
    }

    @Override @Nullable
    public SocketAddress getLocalAddress() throws IOException {
        return behind().getLocalAddress();
    }

    @Override
    public SocketChannel shutdownInput() throws IOException {
        behind().shutdownInput();
        return this;
    }

    @Override
    public SocketChannel shutdownOutput() throws IOException {
        behind().shutdownOutput();
        return this;
    }

    @Override
    public Socket socket() {
        throw RawChannel.noAdaptor();
    }

    @Override
    public boolean isConnected() {
        return channel.isConnected();
    }

    @Override
    public boolean isConnectionPending() {
        return channel.isConnectionPending();
    }

    @Override
    public boolean connect(SocketAddress remote) throws IOException {
        return behind().connect(remote);
    }

    @Override
    public boolean finishConnect() throws IOException {
        return behind().finishConnect();
    }

    @Override @Nullable
    public SocketAddress getRemoteAddress() throws IOException {
        return behind().getRemoteAddress();
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return behind().read(target);
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        return behind().read(targets, offset, length);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return behind().write(source);
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        return behind().write(sources, offset, length);
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
