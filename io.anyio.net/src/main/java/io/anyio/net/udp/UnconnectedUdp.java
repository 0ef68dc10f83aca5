package io.anyio.net.udp;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.net.AddressFamily;
import io.anyio.api.net.UdpPacket;
import io.anyio.api.net.UdpSocket;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.RegisteredChannel;
import io.anyio.api.spi.TaskContext;
import io.anyio.net.name.NameLookup;
import io.anyio.net.socket.Ports;
import io.anyio.net.socket.SocketAttributes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** A UDP socket for any other side. */
final class UnconnectedUdp extends UdpEndpoint implements UdpSocket {
    private final NameLookup names;
    private final SocketAddress local;

    UnconnectedUdp(DatagramChannel channel, AddressFamily family, RegisteredChannel registered, Owner owner,
            NameLookup names)
            throws IOException {
        super(channel, family, registered, owner);
        this.names = names;
        this.local = channel.getLocalAddress();
    }

    @Override
    public UdpPacket receive() throws IOException {
        return receivePacket("UdpSocket.receive");
    }

    @Override
    public void send(UdpPacket packet) throws IOException {
        InetSocketAddress target = Objects.requireNonNull(packet, "UdpSocket.send: the packet is null").address();
        InetAddress host = target.getAddress();
        if (host == null) {
            throw new IllegalArgumentException("The address " + target + " is not resolved: sendTo looks names up");
        }
        if (!NameLookup.isOf(host, family)) {
            throw new IllegalArgumentException("The address " + SocketAttributes.text(target) + " is not of the family "
                    + family + " of this socket: open another socket for it");
        }
        Ports.checkRemote(target.getPort());
        sendPacket("UdpSocket.send", packet.data(), target);
    }

    @Override
    public void sendTo(byte[] data, String host, int port) throws IOException {
        Objects.requireNonNull(data,
                "UdpSocket.sendTo: the data is null, give an empty array for a datagram without bytes");
        Objects.requireNonNull(host, "UdpSocket.sendTo: the host is null");
        Ports.checkRemote(port);
        TaskContext.current("UdpSocket.sendTo").checkpoint();
        checkOpen();
        send(new UdpPacket(data, new InetSocketAddress(names.addresses(host, family).getFirst(), port)));
    }

    @Override
    public Map<TypedAttribute<?>, Supplier<?>> attributes() {
        return SocketAttributes.unconnected(channel, () -> raw(channel), local);
    }

    @Override
    public String toString() {
        return "udp:" + SocketAttributes.text(local);
    }
}
