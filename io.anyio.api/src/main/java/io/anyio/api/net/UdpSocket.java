package io.anyio.api.net;

import io.anyio.api.stream.UnreliableObjectStream;
import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A UDP socket that exchanges datagrams with any address, with the attributes of {@link SocketAttribute}.
 *
 * {@snippet :
 * UdpSocket socket = network.createUdpSocket(o -> o.localHost("127.0.0.1"));
 * group.spawn("echo", () -> {
 *     for (UdpPacket packet : socket) {
 *         socket.send(new UdpPacket(packet.data(), packet.address()));
 *     }
 * });
 * }
 *
 * <p>Each send is one datagram, and each receive returns one complete datagram. Datagrams may be lost, duplicated or
 * reordered; if they arrive faster than they are received, the operating system drops some. One task may receive while
 * another one sends. {@code close} may be called from any thread. If an operation has several reasons to fail, the
 * first one of this order counts: cancelled, closed, busy, broken. The socket stays open after a failed operation.
 *
 * <p>Guide: {@code docs/udp.md}. In AnyIO: {@code anyio.abc.UDPSocket}.
 */
@ProviderType
public interface UdpSocket extends UnreliableObjectStream<UdpPacket> {
    /**
     * Receives a datagram, and waits until there is one. A checkpoint; a cancelled receive takes none.
     *
     * @return the datagram and its sender
     * @throws io.anyio.api.stream.BrokenResourceException if the operating system reports an error
     * @throws io.anyio.api.stream.ClosedResourceException if the socket has been closed, or is closed during the call
     * @throws io.anyio.api.sync.BusyResourceException if another task is receiving
     */
    @Override
    UdpPacket receive() throws IOException;

    /**
     * Sends a datagram. A checkpoint; a cancelled send has not sent it.
     *
     * @param packet at most 65507 bytes, or 65527 with IPv6, and their destination
     * @throws io.anyio.api.stream.BrokenResourceException if the operating system refuses to send it, for example
     * because there is no route
     * @throws io.anyio.api.stream.ClosedResourceException if the socket has been closed, or is closed during the call
     * @throws io.anyio.api.sync.BusyResourceException if another task is sending
     * @throws IllegalArgumentException if there are too many bytes, or the address is not resolved, is of another
     * family than the socket, or has the port 0
     */
    @Override
    void send(UdpPacket packet) throws IOException;

    /**
     * Sends a datagram to a host. A checkpoint; a cancelled send has not sent it.
     *
     * @param data the bytes, at most 65507, or 65527 with IPv6
     * @param host a name, or an address as text, which needs no lookup
     * @param port the port
     * @throws java.net.UnknownHostException if the host has no address of the socket's family
     * @throws io.anyio.api.stream.BrokenResourceException if the operating system refuses to send it, for example
     * because there is no route
     * @throws io.anyio.api.stream.ClosedResourceException if the socket has been closed, or is closed during the call
     * @throws io.anyio.api.sync.BusyResourceException if another task is sending
     * @throws IllegalArgumentException if there are too many bytes, or the port is outside 1..65535
     */
    void sendTo(byte[] data, String host, int port) throws IOException;

    /**
     * Returns the port of this socket, even if it was opened with port 0.
     *
     * @return the port
     * @throws java.io.UncheckedIOException if the socket is closed
     */
    default int localPort() {
        return attribute(SocketAttribute.LOCAL_PORT);
    }
}
