package io.anyio.net.udp;

import io.anyio.api.net.AddressFamily;
import io.anyio.api.net.UdpPacket;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.RegisteredChannel;
import io.anyio.api.spi.TaskContext;
import io.anyio.net.name.NameLookup;
import io.anyio.net.socket.Endpoint;
import io.anyio.net.socket.SocketAttributes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.jspecify.annotations.Nullable;

/**
 * The common part of both kinds of UDP sockets: each operation sends or receives one datagram through the loop's
 * buffer, which is larger than any datagram.
 */
abstract class UdpEndpoint extends Endpoint {
    /** The largest length in 16 bits, without the headers of IPv4 (20 bytes) and UDP (8 bytes): RFC 768, RFC 791. */
    private static final int MAX_DATA_IPV4 = 65507;

    /** In IPv6 the length does not include the header of IPv6: RFC 8200, section 3. */
    private static final int MAX_DATA_IPV6 = 65527;

    final DatagramChannel channel;
    final AddressFamily family;

    UdpEndpoint(DatagramChannel channel, AddressFamily family, RegisteredChannel registered, Owner owner) {
        super(registered, owner);
        this.channel = channel;
        this.family = family;
    }

    final UdpPacket receivePacket(String what) throws IOException {
        TaskContext task = beginReceiving(what);
        try {
            while (true) {
                ByteBuffer buffer = task.buffer();
                InetSocketAddress sender = receiveOnce(buffer);
                if (sender == null) {
                    awaitReadable();
                } else if (NameLookup.isOf(sender.getAddress(), family)) {
                    byte[] data = new byte[buffer.flip().remaining()];
                    buffer.get(data);
                    return new UdpPacket(data, sender);
                } else {
                    // A socket on all IPv6 addresses also accepts IPv4, and Java has no option against that.
                    task.checkpoint();
                    checkOpen();
                }
            }
        } finally {
            endReceiving();
        }
    }

    private @Nullable InetSocketAddress receiveOnce(ByteBuffer buffer) throws IOException {
        try {
            return (InetSocketAddress) channel.receive(buffer);
        } catch (IOException e) {
            throw failed("Receiving from " + this, e);
        }
    }

    final void sendPacket(String what, byte[] data, InetSocketAddress target) throws IOException {
        int max = family == AddressFamily.IPV6 ? MAX_DATA_IPV6 : MAX_DATA_IPV4;
        if (data.length > max) {
            throw new IllegalArgumentException(
                    "A datagram of " + data.length + " bytes is larger than " + max + ", the most that the family "
                            + family + " takes");
        }
        TaskContext task = beginSending(what);
        try {
            if (data.length == 0) {
                // the channel returns 0 both if an empty datagram was sent and if none was
                awaitWritable();
            }
            while (true) {
                ByteBuffer buffer = task.buffer().put(data).flip();
                sendOnce(buffer, target);
                if (!buffer.hasRemaining()) {
                    return;
                }
                awaitWritable();
            }
        } finally {
            endSending();
        }
    }

    private void sendOnce(ByteBuffer buffer, InetSocketAddress target) throws IOException {
        try {
            channel.send(buffer, target);
        } catch (IOException e) {
            throw failed("Sending to udp:" + SocketAttributes.text(target), e);
        }
    }
}
