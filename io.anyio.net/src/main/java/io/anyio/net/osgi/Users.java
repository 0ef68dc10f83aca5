package io.anyio.net.osgi;

import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleWiring;

/** Opens owners for bundles. */
final class Users {
    private Users() {}

    /** Opens an owner for who uses an instance of ours; null if nobody does. */
    static Owner open(Owners owners, @Nullable Bundle user, String service) {
        if (user == null) {
            throw new IllegalStateException(
                    "Nobody uses this instance of " + service
                            + ", so nothing could end it: get it as a service, by a reference");
        }
        BundleWiring wiring = user.adapt(BundleWiring.class);
        BundleContext life = user.getBundleContext();
        return owners.open(service, new Holder(user.getBundleId(), nameOf(user),
                wiring == null ? null : wiring.getClassLoader(), () -> isOver(user, life)));
    }

    /** A bundle of the oldest form has no symbolic name. */
    static String nameOf(Bundle bundle) {
        String name = bundle.getSymbolicName();
        return name == null ? "bundle-" + bundle.getBundleId() : name;
    }

    /** A bundle that has been started again is in another life, with another context. */
    private static boolean isOver(Bundle bundle, @Nullable BundleContext life) {
        int state = bundle.getState();
        return life == null || bundle.getBundleContext() != life
                || (state != Bundle.STARTING && state != Bundle.ACTIVE);
    }
}
