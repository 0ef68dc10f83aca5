package io.anyio.api.net;

import io.anyio.api.stream.UnreliableObjectStream;
import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A UDP socket that talks to one other side only, with the attributes of {@link SocketAttribute}. Datagrams from others
 * are dropped.
 *
 * <p>All else is as with {@link UdpSocket}. In addition the operating system may tell that nobody listens at the other
 * side, which makes the next operation fail; the socket stays open, for somebody may listen there later.
 */
@ProviderType
public interface ConnectedUdpSocket extends UnreliableObjectStream<byte[]> {
    /**
     * Waits for a datagram. A checkpoint; a cancelled receive takes none.
     *
     * @return its bytes
     * @throws io.anyio.api.stream.BrokenResourceException if nobody listens at the other side, or the operating system
     * reports another error
     * @throws io.anyio.api.stream.ClosedResourceException if the socket is closed, before or meanwhile
     * @throws io.anyio.api.sync.BusyResourceException if another task is receiving
     */
    @Override
    byte[] receive() throws IOException;

    /**
     * Sends a datagram. A checkpoint; a cancelled send has sent nothing.
     *
     * @param data the bytes, at least 1, at most 65507 (IPv6: 65527)
     * @throws io.anyio.api.stream.BrokenResourceException if nobody listened at the other side when something was sent
     * before, or the operating system refuses it
     * @throws io.anyio.api.stream.ClosedResourceException if the socket is closed, before or meanwhile
     * @throws io.anyio.api.sync.BusyResourceException if another task is sending
     * @throws IllegalArgumentException if there are too many bytes, or none, which the JDK cannot send over a connected
     * socket
     */
    @Override
    void send(byte[] data) throws IOException;
}
