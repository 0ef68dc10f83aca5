package io.anyio.net.name;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;

/**
 * The resolver of the operating system, called by the JDK: it blocks and cannot be interrupted.
 */
public final class SystemResolver implements NameLookup.Resolver {
    private final Lookup lookup;
    private final BlockingLookups blocking;

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
        this(lookup, new BlockingLookups());
    }

    SystemResolver(Lookup lookup, BlockingLookups blocking) {
        this.lookup = lookup;
        this.blocking = blocking;
    }

    @Override
    public List<InetAddress> addressesOf(String name) throws UnknownHostException {
        String what = "lookup of " + name;
        return isLocal(name)
                ? blocking.callLocal(what, () -> List.of(lookup.addressesOf(name)))
                : blocking.call(what, () -> List.of(lookup.addressesOf(name)));
    }

    /** Whether a name is one of those for which no name server is asked (RFC 6761, section 6.3). */
    private static boolean isLocal(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.equals("localhost") || lower.endsWith(".localhost");
    }

    @Override
    public String nameOf(InetAddress address) throws UnknownHostException {
        String text = address.getHostAddress();
        return blocking.call("lookup of " + text, () -> {
            // a copy without a name, so that the JDK looks it up
            String name = InetAddress.getByAddress(address.getAddress()).getHostName();
            return NameLookup.isLiteral(name) ? text : name;
        });
    }
}
