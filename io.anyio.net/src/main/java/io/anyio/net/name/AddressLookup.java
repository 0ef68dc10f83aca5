package io.anyio.net.name;

import io.anyio.api.net.AddressInfo;
import io.anyio.api.net.AddressInfoOptions;
import io.anyio.api.net.NameInfo;
import io.anyio.api.net.SocketType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.net.UnknownServiceException;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Looks up hosts and addresses, as {@code getaddrinfo} and {@code getnameinfo} of POSIX do. */
public final class AddressLookup {
    private final NameLookup names;
    private final ServiceNames services;

    /**
     * Makes the lookup.
     *
     * @param names finds the addresses of hosts
     */
    public AddressLookup(NameLookup names) {
        this(names, ServiceNames.ofSystem());
    }

    AddressLookup(NameLookup names, ServiceNames services) {
        this.names = names;
        this.services = services;
    }

    /**
     * Looks up a host. A checkpoint if it needs a lookup.
     *
     * @param host a name or a literal; empty for this machine
     * @param port the port of the answers
     * @param options which are wanted
     * @return at least one answer
     * @throws IOException if the host has no address that is wanted
     */
    public List<AddressInfo> of(String host, int port, AddressInfoOptions options) throws IOException {
        List<AddressInfo> all = new ArrayList<>();
        Found found = find(host, options);
        for (InetAddress address : found.addresses) {
            for (SocketType type : types(options)) {
                all.add(found.info(address, type, port));
            }
        }
        return List.copyOf(all);
    }

    /**
     * Looks up a host and a service. A checkpoint.
     *
     * @param host a name or a literal; empty for this machine
     * @param service the name of a service
     * @param options which are wanted
     * @return at least one answer
     * @throws IOException if the host has no address that is wanted, or the service is not known for what is wanted
     */
    public List<AddressInfo> of(String host, String service, AddressInfoOptions options) throws IOException {
        List<AddressInfo> all = new ArrayList<>();
        Found found = find(host, options);
        for (SocketType type : types(options)) {
            OptionalInt port = services.port(service, type);
            if (port.isPresent()) {
                found.addresses.forEach(address -> all.add(found.info(address, type, port.getAsInt())));
            }
        }
        if (all.isEmpty()) {
            throw new UnknownServiceException(
                    "The service '" + service + "' is unknown: " + services.file() + " has no port for it");
        }
        return List.copyOf(all);
    }

    private static List<SocketType> types(AddressInfoOptions options) {
        return options.type() == SocketType.UNSPECIFIED
                ? List.of(SocketType.STREAM, SocketType.DATAGRAM)
                : List.of(options.type());
    }

    private record Found(List<InetAddress> addresses, String canonicalName) {
        AddressInfo info(InetAddress address, SocketType type, int port) {
            return new AddressInfo(NameLookup.familyOf(address), type, canonicalName,
                    new InetSocketAddress(address, port));
        }
    }

    private Found find(String host, AddressInfoOptions options) throws IOException {
        if (host.isEmpty()) {
            return new Found(NameLookup.ofFamily("This machine", thisMachine(options.passive()), options.family()), "");
        }
        if (options.numericHost() && !NameLookup.isLiteral(host)) {
            throw new UnknownHostException("'" + host + "' is no address, and a name was not to be looked up");
        }
        List<InetAddress> addresses = names.addresses(host, options.family());
        return new Found(addresses, options.canonicalName() ? names.resolver().nameOf(addresses.getFirst()) : "");
    }

    private static List<InetAddress> thisMachine(boolean passive) throws IOException {
        InetAddress four = InetAddress.ofLiteral(passive ? "0.0.0.0" : "127.0.0.1");
        return hasIpv6() ? List.of(InetAddress.ofLiteral(passive ? "::" : "::1"), four) : List.of(four);
    }

    /** The resolver leaves IPv6 out by itself if there is none. */
    private static boolean hasIpv6() throws IOException {
        try (DatagramChannel _ = DatagramChannel.open(StandardProtocolFamily.INET6)) {
            return true;
        } catch (UnsupportedOperationException _) {
            return false;
        }
    }

    /**
     * Looks up an address. A checkpoint.
     *
     * @param address a resolved address
     * @return what is known
     * @throws IOException if the list of services cannot be read
     */
    public NameInfo nameOf(InetSocketAddress address) throws IOException {
        InetAddress host = address.getAddress();
        if (host == null) {
            throw new IllegalArgumentException("The address " + address + " is not resolved");
        }
        int port = address.getPort();
        return new NameInfo(names.resolver().nameOf(host),
                services.name(port, SocketType.STREAM).orElse(String.valueOf(port)));
    }
}
