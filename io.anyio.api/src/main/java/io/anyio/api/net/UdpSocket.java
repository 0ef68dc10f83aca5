package io.anyio.api.net;

import io.anyio.api.stream.UnreliableObjectStream;
import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A UDP socket that talks to anybody, with the attributes of {@link SocketAttribute}.
 *
 * <p>Each send is one datagram, and each receive gives one whole: its bytes are neither joined with others nor split.
 * Datagrams may be lost, doubled or overtaken; if they come faster than they are received, the operating system drops
 * some. One task may receive while another sends. {@code close} may be called by any task and any thread. Of several
 * reasons to fail, an operation throws for the first of: cancelled, closed, busy, broken; a broken operation leaves the
 * socket open.
 */
@ProviderType
public interface UdpSocket extends UnreliableObjectStream<UdpPacket> {
    /**
     * Waits for a datagram. A checkpoint; a cancelled receive takes none.
     *
     * @return the datagram, and who sent it
     * @throws io.anyio.api.stream.BrokenResourceException if the operating system reports an error
     * @throws io.anyio.api.stream.ClosedResourceException if the socket is closed, before or meanwhile
     * @throws io.anyio.api.sync.BusyResourceException if another task is receiving
     */
    @Override
    UdpPacket receive() throws IOException;

    /**
     * Sends a datagram. A checkpoint; a cancelled send has sent nothing.
     *
     * @param packet the bytes, at most 65507 (IPv6: 65527), and where they go
     * @throws io.anyio.api.stream.BrokenResourceException if the operating system refuses it, for example because there
     * is no route
     * @throws io.anyio.api.stream.ClosedResourceException if the socket is closed, before or meanwhile
     * @throws io.anyio.api.sync.BusyResourceException if another task is sending
     * @throws IllegalArgumentException if there are too many bytes, or the address is not resolved, of another family
     * than the socket, or has the port 0
     */
    @Override
    void send(UdpPacket packet) throws IOException;

    /**
     * Sends a datagram to a host. A checkpoint; a cancelled send has sent nothing.
     *
     * @param data the bytes, at most 65507 (IPv6: 65527)
     * @param host a name, or an address as text, which needs no lookup
     * @param port the port
     * @throws java.net.UnknownHostException if the host has no address of the socket's family
     * @throws io.anyio.api.stream.BrokenResourceException if the operating system refuses it, for example because there
     * is no route
     * @throws io.anyio.api.stream.ClosedResourceException if the socket is closed, before or meanwhile
     * @throws io.anyio.api.sync.BusyResourceException if another task is sending
     * @throws IllegalArgumentException if there are too many bytes, or the port is outside 1..65535
     */
    void sendTo(byte[] data, String host, int port) throws IOException;

    /**
     * The port of this socket, also if any free one was asked for.
     *
     * @return the port
     * @throws java.io.UncheckedIOException if the socket is closed
     */
    default int localPort() {
        return attribute(SocketAttribute.LOCAL_PORT);
    }
}
