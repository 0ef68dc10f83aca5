package io.anyio.impl.osgi;

import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.component.ComponentContext;

/** The bundles that use instances of our components. */
final class Users {
    private Users() {}

    /** Opens an owner for the bundle that gets this instance of a prototype component. */
    static Owner open(Owners owners, ComponentContext context, String service) {
        Bundle bundle = context.getUsingBundle();
        if (bundle == null) {
            throw new IllegalStateException(
                    "Nobody uses this instance of " + service
                            + ", so nothing could end it: get it as a service, by a reference");
        }
        return owners.open(service, holder(bundle));
    }

    private static Holder holder(Bundle bundle) {
        String name = bundle.getSymbolicName();
        BundleWiring wiring = bundle.adapt(BundleWiring.class);
        return new Holder(bundle.getBundleId(), name == null ? "bundle-" + bundle.getBundleId() : name,
                wiring == null ? null : wiring.getClassLoader(), lifeOf(bundle));
    }

    /**
     * Tells whether a bundle has stopped since it got this context: if it is started again, it gets another context.
     */
    static BooleanSupplier lifeOf(Bundle bundle) {
        BundleContext life = bundle.getBundleContext();
        return () -> isOver(bundle, life);
    }

    private static boolean isOver(Bundle bundle, @Nullable BundleContext life) {
        int state = bundle.getState();
        return life == null || bundle.getBundleContext() != life
                || (state != Bundle.STARTING && state != Bundle.ACTIVE);
    }
}
