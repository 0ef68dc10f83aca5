package io.anyio.net;

import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.net.name.NameLookup;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;

/** The services of plain Java with a resolver that knows a few names. */
public final class Plain {
    private Plain() {}

    public static Owner owner() {
        return new LoopRuntime().service(Owners.class).open("Test",
                new Holder(Holder.APPLICATION, "application", null, () -> false));
    }

    public static Listeners listeners(Map<String, List<String>> names) {
        return new OwnedListeners(owner(), lookup(names));
    }

    public static Network network(Map<String, List<String>> names) {
        return new OwnedNetwork(owner(), lookup(names));
    }

    public static NameLookup lookup(Map<String, List<String>> names) {
        return new NameLookup(name -> {
            List<String> addresses = names.get(name);
            if (addresses == null) {
                throw new UnknownHostException(name);
            }
            return addresses.stream().map(InetAddress::ofLiteral).toList();
        });
    }
}
