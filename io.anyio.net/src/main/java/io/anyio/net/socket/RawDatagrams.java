package io.anyio.net.socket;

import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import org.jspecify.annotations.Nullable;

/** A channel of datagrams, see {@link RawSocket}. */
final class RawDatagrams extends DatagramChannel implements RawChannel {
    private final DatagramChannel channel;
    private final Closeable close;

    RawDatagrams(DatagramChannel channel, Closeable close) {
        super(channel.provider());
        this.channel = channel;
        this.close = close;
    }

    @Override
    public DatagramChannel channel() {
        return channel;
    }

    private DatagramChannel behind() throws ClosedChannelException {
        RawChannel.checkOpen(this);
        return channel;
    }

    @Override
    public DatagramChannel bind(@Nullable SocketAddress local) throws IOException {
        behind().bind(local);
        return this;
    }

    @Override
    public <T> DatagramChannel setOption(SocketOption<T> name, @Nullable T value) throws IOException {
        behind().setOption(name, value);
        return this;
    }

    @Override @Nullable
    public SocketAddress getLocalAddress() throws IOException {
        return behind().getLocalAddress();
    }

    @Override
    public DatagramSocket socket() {
        throw RawChannel.noAdaptor();
    }

    @Override
    public boolean isConnected() {
        return channel.isConnected();
    }

    @Override
    public DatagramChannel connect(SocketAddress remote) throws IOException {
        behind().connect(remote);
        return this;
    }

    @Override
    public DatagramChannel disconnect() throws IOException {
        channel.disconnect();
        return this;
    }

    @Override @Nullable
    public SocketAddress getRemoteAddress() throws IOException {
        return behind().getRemoteAddress();
    }

    @Override @Nullable
    public SocketAddress receive(ByteBuffer target) throws IOException {
        return behind().receive(target);
    }

    @Override
    public int send(ByteBuffer source, SocketAddress target) throws IOException {
        return behind().send(source, target);
    }

    @Override
    public MembershipKey join(InetAddress group, NetworkInterface from) throws IOException {
        return behind().join(group, from);
    }

    @Override
    public MembershipKey join(InetAddress group, NetworkInterface from, @Nullable InetAddress source)
            throws IOException {
        return behind().join(group, from, source);
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
