package io.anyio.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** An address that answers no connection attempt: a socket listens there, but its backlog is full. */
public final class SilentPeer implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket();
    private final List<SocketChannel> filling = new ArrayList<>();

    public SilentPeer(String host, int port) throws IOException {
        listener.bind(new InetSocketAddress(host, port), 1);
        for (int i = 0; i < 4; i++) {
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.connect(listener.getLocalSocketAddress());
            filling.add(channel);
        }
    }

    public int port() {
        return listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel channel : filling) {
            channel.close();
        }
        listener.close();
    }
}
