package io.anyio.api.net;

import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * One way to a host.
 *
 * @param family the family of the address
 * @param type STREAM or DATAGRAM
 * @param canonicalName the host's name as its name server has it, if it was asked for and is known; else empty
 * @param address where to connect or send to, or where to listen
 */
public record AddressInfo(AddressFamily family, SocketType type, String canonicalName, InetSocketAddress address) {
    /** Refuses null. */
    public AddressInfo {
        Objects.requireNonNull(family, "AddressInfo: the family is null");
        Objects.requireNonNull(type, "AddressInfo: the type is null");
        Objects.requireNonNull(canonicalName, "AddressInfo: the canonical name is null, give an empty one for none");
        Objects.requireNonNull(address, "AddressInfo: the address is null");
    }
}
