package io.anyio.net.udp;

import io.anyio.api.net.AddressFamily;
import io.anyio.api.net.ConnectedUdpSocket;
import io.anyio.api.net.ConnectionFailedException;
import io.anyio.api.net.UdpOptions;
import io.anyio.api.net.UdpSocket;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.RegisteredChannel;
import io.anyio.net.name.NameLookup;
import io.anyio.net.socket.Opening;
import io.anyio.net.socket.Ports;
import io.anyio.net.socket.SocketAttributes;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;

/**
 * Opens UDP sockets. A checkpoint if a name has to be looked up.
 *
 * @param owner whose sockets they become
 * @param names knows addresses
 */
public record UdpOpener(Owner owner, NameLookup names) {

    /** Binds or connects a channel. */
    @FunctionalInterface
    private interface Preparation {
        void prepare(DatagramChannel channel) throws IOException;
    }

    /** Makes a socket from a prepared channel. */
    @FunctionalInterface
    private interface Maker<S extends UdpEndpoint> {
        S make(DatagramChannel channel, RegisteredChannel registered) throws IOException;
    }

    /**
     * Opens a socket for any other side.
     *
     * @param options where
     * @return the socket
     * @throws IOException if the port is in use, the operating system provides no socket, or the local host is unknown
     * @throws IllegalArgumentException if neither a family nor a local host is given
     */
    public UdpSocket open(UdpOptions options) throws IOException {
        if (options.localHost().isEmpty() && options.family() == AddressFamily.UNSPECIFIED) {
            throw new IllegalArgumentException(
                    "A UDP socket needs a family or a local host, but the options have neither");
        }
        InetAddress local = options.localHost().isEmpty() ? any(options.family()) : localHost(options);
        AddressFamily family = NameLookup.familyOf(local);
        return open(family, options, channel -> bind(channel, local, options),
                (channel, registered) -> new UnconnectedUdp(channel, family, registered, owner, names));
    }

    /**
     * Opens a socket for a single other side.
     *
     * @param host the other side
     * @param port its port
     * @param options where from
     * @return the socket
     * @throws IOException if there is no route to the host, the local port is in use, the operating system provides no
     * socket, or a host is unknown
     */
    public ConnectedUdpSocket connect(String host, int port, UdpOptions options) throws IOException {
        InetAddress localHost = options.localHost().isEmpty() ? null : localHost(options);
        AddressFamily wanted = localHost == null ? options.family() : NameLookup.familyOf(localHost);
        InetSocketAddress remote = new InetSocketAddress(names.addresses(host, wanted).getFirst(), port);
        AddressFamily family = NameLookup.familyOf(remote.getAddress());
        InetAddress local = localHost == null ? any(family) : localHost;
        return open(family, options, channel -> {
            bind(channel, local, options);
            connect(channel, remote);
        }, (channel, registered) -> new ConnectedUdp(channel, family, registered, owner, remote));
    }

    private InetAddress localHost(UdpOptions options) throws IOException {
        return names.addresses(options.localHost(), options.family()).getFirst();
    }

    private static InetAddress any(AddressFamily family) {
        return InetAddress.ofLiteral(family == AddressFamily.IPV6 ? "::" : "0.0.0.0");
    }

    private <S extends UdpEndpoint> S open(AddressFamily family, UdpOptions options, Preparation preparation,
            Maker<S> maker) throws IOException {
        try (Opening<DatagramChannel> opening = new Opening<>(channel(family))) {
            DatagramChannel channel = opening.channel();
            if (options.reusePort()) {
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            preparation.prepare(channel);
            S socket = maker.make(channel, opening.register(owner.reactor()));
            socket.belongToOwner();
            return opening.succeeded(socket);
        }
    }

    private static DatagramChannel channel(AddressFamily family) throws IOException {
        try {
            return DatagramChannel
                    .open(family == AddressFamily.IPV6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
        } catch (UnsupportedOperationException e) {
            throw new SocketException("There are no sockets of the family " + family + " here", e);
        }
    }

    private static void bind(DatagramChannel channel, InetAddress local, UdpOptions options) throws IOException {
        InetSocketAddress address = new InetSocketAddress(local, options.localPort());
        try {
            channel.bind(address);
        } catch (BindException e) {
            throw Ports.refused(address, options.localHost().isEmpty(), e.getMessage(), e);
        }
    }

    private static void connect(DatagramChannel channel, InetSocketAddress remote) throws IOException {
        try {
            channel.connect(remote);
        } catch (IOException e) {
            throw new ConnectionFailedException(
                    "Connecting to udp:" + SocketAttributes.text(remote) + " failed: " + e.getMessage(), e);
        }
    }
}
