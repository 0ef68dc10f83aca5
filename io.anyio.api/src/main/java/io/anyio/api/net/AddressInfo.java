package io.anyio.api.net;

import java.net.InetSocketAddress;

/**
 * One way to a host.
 *
 * @param family the family of the address
 * @param type STREAM or DATAGRAM
 * @param canonicalName the host's name as its name server has it, if it was asked for and is known; else empty
 * @param address where to connect or send to, or where to listen
 */
public record AddressInfo(AddressFamily family, SocketType type, String canonicalName, InetSocketAddress address) {}
