package io.anyio.net.name;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * The resolver of the operating system, as the JDK asks it: it blocks, and cannot be interrupted.
 */
public final class SystemResolver implements NameLookup.Resolver {
    private final Lookup lookup;
    private final BlockingLookups blocking = new BlockingLookups();

    /** Asks the operating system, and blocks. */
    @FunctionalInterface
    interface Lookup {
        InetAddress[] addressesOf(String name) throws UnknownHostException;
    }

    /** Makes the resolver. */
    public SystemResolver() {
        this(InetAddress::getAllByName);
    }

    SystemResolver(Lookup lookup) {
        this.lookup = lookup;
    }

    @Override
    public List<InetAddress> addressesOf(String name) throws UnknownHostException {
        return blocking.call("lookup of " + name, () -> List.of(lookup.addressesOf(name)));
    }

    @Override
    public String nameOf(InetAddress address) throws UnknownHostException {
        String text = address.getHostAddress();
        return blocking.call("lookup of " + text, () -> {
            // a copy, which knows no name yet
            String name = InetAddress.getByAddress(address.getAddress()).getHostName();
            return NameLookup.isLiteral(name) ? text : name;
        });
    }
}
