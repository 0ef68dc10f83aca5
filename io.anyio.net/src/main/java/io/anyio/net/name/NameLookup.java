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
 * Finds the addresses of hosts.
 *
 * @param resolver finds the addresses of names
 */
public record NameLookup(Resolver resolver) {

    /** Finds the addresses of names; their order is its choice. */
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
     * All addresses of a host. A literal is its only address and needs no lookup.
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
     * Drops repeated addresses: a second attempt would end like the first one, and a second socket would find its port
     * in use. The texts are compared, because {@code equals} of addresses ignores their zone.
     */
    private static List<InetAddress> distinct(List<InetAddress> addresses) {
        Map<String, InetAddress> byText = new LinkedHashMap<>();
        addresses.forEach(address -> byText.putIfAbsent(address.getHostAddress(), address));
        return List.copyOf(byText.values());
    }

    /**
     * Encodes a name. A name with invalid characters has no address. This is not an error of the program: a user may
     * have typed the name.
     */
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
     * The addresses of a host in one family.
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
     * The addresses of one family.
     *
     * @param host their host, for the message
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
     * @param family the family; every address is of the family UNSPECIFIED
     * @return true if it is
     */
    public static boolean isOf(InetAddress address, AddressFamily family) {
        return family == AddressFamily.UNSPECIFIED || family == familyOf(address);
    }
}
