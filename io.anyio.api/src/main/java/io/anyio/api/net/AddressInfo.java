package io.anyio.api.net;

import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * One address of a host, as {@link Network#getAddrInfo} returns it.
 *
 * @param family the family of the address
 * @param type STREAM or DATAGRAM
 * @param canonicalName the canonical name of the host, if it was asked for and is known; otherwise empty
 * @param address the address and port
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
