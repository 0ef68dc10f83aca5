package io.anyio.net.tcp;

import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Readiness;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.net.socket.SocketAttributes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import org.jspecify.annotations.Nullable;

/**
 * Makes attempts to connect.
 *
 * @param owner whose connections they become
 * @param local where they come from, or null for anywhere
 */
record TcpConnector(Owner owner, @Nullable InetSocketAddress local) implements HappyEyeballs.Attempt<TcpStream> {

    /** Connects to one address; leaves nothing open if that fails or is cancelled. */
    @Override
    public TcpStream connect(InetSocketAddress remote) throws IOException {
        SocketChannel channel = SocketChannel.open();
        Readiness readiness = null;
        boolean connected = false;
        try {
            if (local != null) {
                channel.bind(local);
            }
            readiness = owner.reactor().register(channel);
            if (!channel.connect(remote)) {
                awaitConnected(channel, readiness);
            }
            connected = true;
        } catch (UnsupportedAddressTypeException e) {
            // IPv6 is switched off: one attempt among others that fails
            throw new SocketException("There are no sockets here for the address " + SocketAttributes.text(remote), e);
        } finally {
            if (!connected) {
                close(channel, readiness);
            }
        }
        return TcpStream.of(channel, readiness, owner);
    }

    private static void awaitConnected(SocketChannel channel, Readiness readiness) throws IOException {
        do {
            if (!readiness.awaitWritable()) {
                throw new ClosedResourceException("The connection");
            }
        } while (!channel.finishConnect());
    }

    private static void close(SocketChannel channel, @Nullable Readiness readiness) throws IOException {
        if (readiness == null) {
            channel.close();
        } else {
            readiness.close();
        }
    }
}
