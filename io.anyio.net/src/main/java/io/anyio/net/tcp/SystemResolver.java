package io.anyio.net.tcp;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** The resolver of the operating system, as the JDK asks it. */
final class SystemResolver implements NameLookup.Resolver {

    @Override
    public List<InetAddress> addressesOf(String name) throws UnknownHostException {
        return List.of(InetAddress.getAllByName(name));
    }
}
