package io.anyio.net.osgi;

import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/** Opens owners for bundles. */
final class Users {
    private Users() {}

    static Owner open(Owners owners, Bundle user, String service) {
        BundleWiring wiring = user.adapt(BundleWiring.class);
        return owners.open(service,
                new Holder(user.getBundleId(), user.getSymbolicName(), wiring == null ? null : wiring.getClassLoader(),
                        () -> isStopping(user)));
    }

    private static boolean isStopping(Bundle user) {
        int state = user.getState();
        return state == Bundle.STOPPING || state == Bundle.RESOLVED;
    }
}
