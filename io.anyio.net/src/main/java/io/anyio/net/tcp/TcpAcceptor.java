package io.anyio.net.tcp;

import io.anyio.api.net.AddressFamily;
import io.anyio.api.net.ListenOptions;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.RegisteredChannel;
import io.anyio.net.name.NameLookup;
import io.anyio.net.socket.Opening;
import io.anyio.net.socket.Ports;
import io.anyio.net.stream.Acceptor;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import org.jspecify.annotations.Nullable;

/** One socket that listens for TCP. */
final class TcpAcceptor extends Acceptor {
    private final AddressFamily family;

    private TcpAcceptor(ServerSocketChannel channel, RegisteredChannel registered, Owner owner, AddressFamily family)
            throws IOException {
        super(channel, registered, owner, "tcp");
        this.family = family;
    }

    /**
     * Listens on an address, or on all of them. An IPv4 address needs a socket of its family: to a socket of both
     * families, 0.0.0.0 would mean all addresses of both.
     */
    static TcpAcceptor open(Owner owner, @Nullable InetAddress host, int port, ListenOptions options)
            throws IOException {
        boolean four = options.family() == AddressFamily.IPV4 || host instanceof Inet4Address;
        try (Opening<ServerSocketChannel> opening = new Opening<>(
                four ? ServerSocketChannel.open(StandardProtocolFamily.INET) : ServerSocketChannel.open())) {
            ServerSocketChannel channel = opening.channel();
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, Ports.POSIX);
            if (options.reusePort()) {
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            bind(channel, new InetSocketAddress(host, port), host == null, options.backlog());
            return opening
                    .succeeded(new TcpAcceptor(channel, opening.register(owner.reactor()), owner, options.family()));
        }
    }

    private static void bind(ServerSocketChannel channel, InetSocketAddress address, boolean wildcard, int backlog)
            throws IOException {
        try {
            channel.bind(address, backlog);
        } catch (BindException e) {
            throw Ports.refused(address, wildcard, e.getMessage(), e);
        } catch (UnsupportedAddressTypeException e) {
            throw Ports.refused(address, wildcard, "there are no sockets for such addresses here", e);
        }
    }

    int port() {
        return ((InetSocketAddress) address()).getPort();
    }

    @Override
    protected boolean admit(SocketChannel connection) throws IOException {
        // A socket on all IPv6 addresses also accepts IPv4, and Java has no option against that.
        if (!NameLookup.isOf(((InetSocketAddress) connection.getRemoteAddress()).getAddress(), family)) {
            return false;
        }
        connection.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return true;
    }
}
