package io.anyio.api.net;

import io.anyio.api.stream.UnreliableObjectStream;
import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A UDP socket that exchanges datagrams with one other side, with the attributes of {@link SocketAttribute}.
 *
 * {@snippet :
 * try (ConnectedUdpSocket client = network.createConnectedUdpSocket("127.0.0.1", server.localPort())) {
 *     for (int attempt = 0; attempt < 3 && reply == null; attempt++) {
 *         client.send("hello".getBytes(UTF_8));
 *         reply = AnyIO.moveOnAfter(Duration.ofSeconds(1), client::receive, null);
 *     }
 * }
 * }
 *
 * <p>Datagrams from other addresses are dropped. Everything else is as with {@link UdpSocket}, with one addition: the
 * operating system may report that no socket listens on the other side, which makes the next operation fail. This
 * socket stays open, because one may listen there later.
 *
 * <p>Guide: {@code docs/udp.md}. In AnyIO: {@code anyio.abc.ConnectedUDPSocket}.
 */
@ProviderType
public interface ConnectedUdpSocket extends UnreliableObjectStream<byte[]> {
    /**
     * Receives a datagram, and waits until there is one. A checkpoint; a cancelled receive takes none.
     *
     * @return the bytes of one datagram, which may be none
     * @throws io.anyio.api.stream.BrokenResourceException if no socket listens on the other side, or the operating
     * system reports another error
     * @throws io.anyio.api.stream.ClosedResourceException if the socket has been closed, or is closed during the call
     * @throws io.anyio.api.sync.BusyResourceException if another task is receiving
     */
    @Override
    byte[] receive() throws IOException;

    /**
     * Sends a datagram. A checkpoint; a cancelled send has not sent it.
     *
     * @param data the bytes, 1 to 65507, or to 65527 with IPv6
     * @throws io.anyio.api.stream.BrokenResourceException if no socket listened on the other side when an earlier
     * datagram was sent, or the operating system refuses this one
     * @throws io.anyio.api.stream.ClosedResourceException if the socket has been closed, or is closed during the call
     * @throws io.anyio.api.sync.BusyResourceException if another task is sending
     * @throws IllegalArgumentException if there are too many bytes, or none: the JDK cannot send an empty datagram over
     * a connected socket
     */
    @Override
    void send(byte[] data) throws IOException;
}
