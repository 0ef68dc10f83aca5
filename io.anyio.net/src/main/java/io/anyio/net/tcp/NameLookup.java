package io.anyio.net.tcp;

import io.anyio.api.net.AddressFamily;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** From hosts to addresses. */
final class NameLookup {
    private NameLookup() {}

    /** All addresses of a host, in the order of the resolver; a literal is its own and only one. */
    static List<InetAddress> addresses(String host) throws UnknownHostException {
        try {
            return List.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException _) {
            return List.of(InetAddress.getAllByName(host));
        }
    }

    /** Those addresses of a host that are of a family. */
    static List<InetAddress> addresses(String host, AddressFamily family) throws UnknownHostException {
        List<InetAddress> addresses = new ArrayList<>(addresses(host));
        addresses.removeIf(address -> !matches(address, family));
        if (addresses.isEmpty()) {
            throw new UnknownHostException(host + " has no address of the family " + family);
        }
        return addresses;
    }

    static boolean matches(InetAddress address, AddressFamily family) {
        return switch (family) {
            case UNSPECIFIED -> true;
            case IPV4 -> !(address instanceof Inet6Address);
            case IPV6 -> address instanceof Inet6Address;
            case UNIX -> false;
        };
    }
}
