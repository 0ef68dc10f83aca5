package io.anyio.net.tcp;

import io.anyio.api.spi.Owner;
import io.anyio.net.socket.Opening;
import io.anyio.net.socket.Ports;
import io.anyio.net.socket.SocketAttributes;
import io.anyio.net.stream.ChannelStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import org.jspecify.annotations.Nullable;

/**
 * Tries to connect to single addresses.
 *
 * @param owner the owner of the connections
 * @param local their local address, or null for any
 */
record TcpConnector(Owner owner, @Nullable InetSocketAddress local) implements HappyEyeballs.Attempt<ChannelStream> {

    /** Connects to one address; leaves nothing open if that fails or is cancelled. */
    @Override
    public ChannelStream connect(InetSocketAddress remote) throws IOException {
        InetSocketAddress address = remote;
        try (Opening<SocketChannel> opening = new Opening<>(SocketChannel.open())) {
            SocketChannel channel = opening.channel();
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (local != null) {
                address = local;
                bind(channel, local);
                address = remote;
            }
            return ChannelStream.connect(opening, remote, owner, "tcp");
        } catch (UnsupportedAddressTypeException e) {
            // without IPv6 on this machine, only the attempts to IPv6 addresses fail
            throw new SocketException("There are no sockets here for the address " + SocketAttributes.text(address), e);
        }
    }

    /**
     * Attempts that overlap use the same local port, to different addresses. A connection that was closed a moment ago
     * may have used it, too.
     */
    private static void bind(SocketChannel channel, InetSocketAddress local) throws IOException {
        if (local.getPort() != 0 && Ports.POSIX) {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        }
        channel.bind(local);
    }
}
