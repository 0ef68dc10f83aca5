package io.anyio.net.tcp;

import io.anyio.api.spi.Owner;
import io.anyio.net.socket.SocketAttributes;
import io.anyio.net.stream.ChannelStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import org.jspecify.annotations.Nullable;

/**
 * Makes attempts to connect.
 *
 * @param owner whose connections they become
 * @param local where they come from, or null for anywhere
 */
record TcpConnector(Owner owner, @Nullable InetSocketAddress local) implements HappyEyeballs.Attempt<ChannelStream> {

    /** Connects to one address; leaves nothing open if that fails or is cancelled. */
    @Override
    public ChannelStream connect(InetSocketAddress remote) throws IOException {
        SocketChannel channel = SocketChannel.open();
        boolean prepared = false;
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (local != null) {
                channel.bind(local);
            }
            prepared = true;
        } catch (UnsupportedAddressTypeException e) {
            throw noSockets(local, e);
        } finally {
            if (!prepared) {
                channel.close();
            }
        }
        try {
            return ChannelStream.connect(channel, remote, owner, "tcp");
        } catch (UnsupportedAddressTypeException e) {
            throw noSockets(remote, e);
        }
    }

    /** IPv6 is switched off: one attempt among others that fails. */
    private static SocketException noSockets(@Nullable SocketAddress address, UnsupportedAddressTypeException e) {
        return new SocketException("There are no sockets here for the address " + (address == null ? "" : SocketAttributes.text(address)),
                e);
    }
}
