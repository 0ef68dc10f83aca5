package io.anyio.net.tcp;

import io.anyio.api.net.AddressFamily;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From hosts to addresses.
 *
 * @param resolver knows names
 */
record NameLookup(Resolver resolver) {

    /** Knows the addresses of names, in an order of its choice. */
    @FunctionalInterface
    interface Resolver {
        List<InetAddress> addressesOf(String name) throws UnknownHostException;
    }

    /** All addresses of a host; a literal is its own and only one, and needs no lookup. */
    List<InetAddress> addresses(String host) throws UnknownHostException {
        InetAddress literal = literalOrNull(host);
        return literal == null ? resolver.addressesOf(host) : List.of(literal);
    }

    private static @Nullable InetAddress literalOrNull(String host) {
        try {
            return InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /** Those addresses of a host that are of a family, at least one. */
    List<InetAddress> addresses(String host, AddressFamily family) throws UnknownHostException {
        return ofFamily(host, addresses(host), family);
    }

    /** Those addresses that are of a family, at least one. */
    static List<InetAddress> ofFamily(String host, List<InetAddress> addresses, AddressFamily family) throws UnknownHostException {
        List<InetAddress> matching = addresses.stream().filter(address -> isOf(address, family)).toList();
        if (matching.isEmpty()) {
            throw new UnknownHostException(host + " has no address of the family " + family);
        }
        return matching;
    }

    static AddressFamily familyOf(InetAddress address) {
        return address instanceof Inet6Address ? AddressFamily.IPV6 : AddressFamily.IPV4;
    }

    static boolean isOf(InetAddress address, AddressFamily family) {
        return family == AddressFamily.UNSPECIFIED || family == familyOf(address);
    }
}
