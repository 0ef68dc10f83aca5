package io.anyio.impl.osgi;

import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.component.ComponentContext;

/** Who uses a component instance of ours. */
final class Users {
    private Users() {}

    /** Opens an owner for the bundle that gets this instance of a prototype component. */
    static Owner open(Owners owners, ComponentContext context, String service) {
        Bundle bundle = context.getUsingBundle();
        BundleWiring wiring = bundle.adapt(BundleWiring.class);
        return owners.open(service,
                new Holder(bundle.getBundleId(), bundle.getSymbolicName(), wiring == null ? null : wiring.getClassLoader(),
                        () -> bundle.getState() == Bundle.STOPPING || bundle.getState() == Bundle.RESOLVED));
    }
}
