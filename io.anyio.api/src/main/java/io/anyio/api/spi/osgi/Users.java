package io.anyio.api.spi.osgi;

import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleWiring;

/** Opens owners for the bundles that use our services. */
public final class Users {
    private Users() {}

    /**
     * Opens an owner for the bundle that uses an instance of a service.
     *
     * @param owners makes the owner
     * @param user the bundle, or null if none uses the instance
     * @param service the name of the service, for display
     * @return the owner, to be closed when the bundle releases the instance
     * @throws IllegalStateException if no bundle uses the instance
     */
    public static Owner open(Owners owners, @Nullable Bundle user, String service) {
        if (user == null) {
            throw new IllegalStateException(
                    "Nobody uses this instance of " + service
                            + ", so nothing could end it: get it as a service, by a reference");
        }
        BundleWiring wiring = user.adapt(BundleWiring.class);
        return owners.open(service, new Holder(user.getBundleId(), nameOf(user),
                wiring == null ? null : wiring.getClassLoader(), lifeOf(user)));
    }

    /**
     * Returns the name of a bundle. One of the oldest form has no symbolic name.
     *
     * @param bundle the bundle
     * @return its symbolic name, or a name made from its id
     */
    public static String nameOf(Bundle bundle) {
        String name = bundle.getSymbolicName();
        return name == null ? "bundle-" + bundle.getBundleId() : name;
    }

    /**
     * Whether the life that a bundle has now is over. A bundle that has been started again is in another life, with
     * another context.
     *
     * @param bundle the bundle
     * @return true from the beginning of the bundle's stop on
     */
    public static BooleanSupplier lifeOf(Bundle bundle) {
        BundleContext life = bundle.getBundleContext();
        return () -> isOver(bundle, life);
    }

    private static boolean isOver(Bundle bundle, @Nullable BundleContext life) {
        int state = bundle.getState();
        return life == null || bundle.getBundleContext() != life
                || (state != Bundle.STARTING && state != Bundle.ACTIVE);
    }
}
