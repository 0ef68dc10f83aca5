package io.anyio.net.name;

import io.anyio.api.net.AddressFamily;
import io.anyio.api.spi.Idna;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * From hosts to addresses.
 *
 * @param resolver knows names
 */
public record NameLookup(Resolver resolver) {

    /** Knows the addresses of names, in an order of its choice. */
    @FunctionalInterface
    public interface Resolver {
        /**
         * Asks for a name. May be a checkpoint.
         *
         * @param name no literal
         * @return at least one address
         * @throws UnknownHostException if the name has no address
         */
        List<InetAddress> addressesOf(String name) throws UnknownHostException;

        /**
         * Asks for an address. May be a checkpoint.
         *
         * @param address an address
         * @return the name of the host, or the address as text if it has none
         * @throws UnknownHostException never for an address that a socket can have
         */
        default String nameOf(InetAddress address) throws UnknownHostException {
            return address.getHostAddress();
        }
    }

    /**
     * All addresses of a host; a literal is its own and only one, and needs no lookup.
     *
     * @param host a name or a literal
     * @return at least one address, each once
     * @throws UnknownHostException if the name has no address, or is none
     */
    public List<InetAddress> addresses(String host) throws UnknownHostException {
        if (host.isEmpty()) {
            throw new UnknownHostException("The name of the host is empty");
        }
        InetAddress literal = literalOrNull(host);
        return literal == null ? distinct(resolver.addressesOf(ascii(host))) : List.of(literal);
    }

    /**
     * Each address once, in its first place: a second attempt would do what the first one did, and a second socket find
     * its port taken. As texts, for those tell the zone that the addresses leave out when they are compared.
     */
    private static List<InetAddress> distinct(List<InetAddress> addresses) {
        Map<String, InetAddress> byText = new LinkedHashMap<>();
        addresses.forEach(address -> byText.putIfAbsent(address.getHostAddress(), address));
        return List.copyOf(byText.values());
    }

    /** A name that cannot be has no address: it may have been typed in by somebody. */
    private static String ascii(String host) throws UnknownHostException {
        try {
            return Idna.toAscii(host);
        } catch (IllegalArgumentException e) {
            UnknownHostException unknown = new UnknownHostException(e.getMessage());
            unknown.initCause(e);
            throw unknown;
        }
    }

    static boolean isLiteral(String host) {
        return literalOrNull(host) != null;
    }

    private static @Nullable InetAddress literalOrNull(String host) {
        try {
            return InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /**
     * Those addresses of a host that are of a family.
     *
     * @param host a name or a literal
     * @param family the family
     * @return at least one address
     * @throws UnknownHostException if the host has no address of the family
     */
    public List<InetAddress> addresses(String host, AddressFamily family) throws UnknownHostException {
        return ofFamily(host, addresses(host), family);
    }

    /**
     * Those addresses that are of a family.
     *
     * @param host whose they are
     * @param addresses all of them
     * @param family the family
     * @return at least one address
     * @throws UnknownHostException if none is of the family
     */
    public static List<InetAddress> ofFamily(String host, List<InetAddress> addresses, AddressFamily family)
            throws UnknownHostException {
        List<InetAddress> matching = addresses.stream().filter(address -> isOf(address, family)).toList();
        if (matching.isEmpty()) {
            throw new UnknownHostException(host + " has no address of the family " + family);
        }
        return matching;
    }

    /**
     * The family of an address.
     *
     * @param address the address
     * @return IPV4 or IPV6
     */
    public static AddressFamily familyOf(InetAddress address) {
        return address instanceof Inet6Address ? AddressFamily.IPV6 : AddressFamily.IPV4;
    }

    /**
     * Whether an address is of a family.
     *
     * @param address the address
     * @param family the family; all are of UNSPECIFIED
     * @return true if it is
     */
    public static boolean isOf(InetAddress address, AddressFamily family) {
        return family == AddressFamily.UNSPECIFIED || family == familyOf(address);
    }
}
