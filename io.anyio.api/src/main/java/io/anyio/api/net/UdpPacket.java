package io.anyio.api.net;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A datagram and its address. Two are equal if their bytes and addresses are.
 *
 * @param data the bytes; may be empty
 * @param address the sender of a datagram that was received, or the destination of one to be sent
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record UdpPacket(byte[] data, InetSocketAddress address) {
    /** Refuses null. */
    public UdpPacket {
        Objects.requireNonNull(data, "UdpPacket: the data is null, give an empty array for a datagram without bytes");
        Objects.requireNonNull(address, "UdpPacket: the address is null");
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof UdpPacket packet && Arrays.equals(data, packet.data) && address.equals(packet.address);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(data) + address.hashCode();
    }

    @Override
    public String toString() {
        return "UdpPacket[" + data.length + " bytes, " + address + "]";
    }
}
