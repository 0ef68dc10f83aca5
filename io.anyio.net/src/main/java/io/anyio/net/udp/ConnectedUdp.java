package io.anyio.net.udp;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.net.AddressFamily;
import io.anyio.api.net.ConnectedUdpSocket;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.RegisteredChannel;
import io.anyio.net.socket.SocketAttributes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** A UDP socket for a single other side. */
final class ConnectedUdp extends UdpEndpoint implements ConnectedUdpSocket {
    private final InetSocketAddress remote;

    ConnectedUdp(DatagramChannel channel, AddressFamily family, RegisteredChannel registered, Owner owner,
            InetSocketAddress remote) {
        super(channel, family, registered, owner);
        this.remote = remote;
    }

    @Override
    public byte[] receive() throws IOException {
        return receivePacket("ConnectedUdpSocket.receive").data();
    }

    @Override
    public void send(byte[] data) throws IOException {
        Objects.requireNonNull(data, "ConnectedUdpSocket.send: the data is null");
        if (data.length == 0) {
            throw new IllegalArgumentException(
                    "The JDK sends no datagram without bytes over a connected socket: send it over a UdpSocket");
        }
        sendPacket("ConnectedUdpSocket.send", data, remote);
    }

    @Override
    public Map<TypedAttribute<?>, Supplier<?>> attributes() {
        return SocketAttributes.connected(channel, () -> raw(channel), remote);
    }

    @Override
    public String toString() {
        return "udp:" + SocketAttributes.text(remote);
    }
}
