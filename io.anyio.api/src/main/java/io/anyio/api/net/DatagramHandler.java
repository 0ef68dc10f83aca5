package io.anyio.api.net;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Handles the datagrams of a server. As an OSGi service with the properties of
 * {@link io.anyio.api.whiteboard.UdpListener} it is a server.
 *
 * {@snippet :
 * public void handle(UdpPacket packet, UdpSocket socket) throws IOException {
 *     socket.send(packet);
 * }
 * }
 *
 * <p>Guide: {@code docs/whiteboard.md}. AnyIO has no counterpart.
 */
@ConsumerType
@FunctionalInterface
public interface DatagramHandler {
    /**
     * Handles one datagram. Called in the order of arrival, in one task on the loop of the handler's bundle: the next
     * datagram is received when the method has ended. A handler that takes long spawns a task for its work.
     *
     * @param packet the datagram and its sender
     * @param socket the socket that received it, for answers; it stays open
     * @throws Exception if handling fails; it is logged, and ends nothing
     */
    void handle(UdpPacket packet, UdpSocket socket) throws Exception;
}
