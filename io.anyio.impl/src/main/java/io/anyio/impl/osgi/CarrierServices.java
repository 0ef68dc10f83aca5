package io.anyio.impl.osgi;

import io.anyio.api.spi.osgi.Users;
import io.anyio.api.task.ContextCarrier;
import io.anyio.impl.carry.Carriers;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/** Adds the carriers that are services to those of the runtime, and removes them with their services. */
final class CarrierServices implements ServiceTrackerCustomizer<ContextCarrier, Runnable> {
    private final BundleContext context;
    private final Carriers carriers;

    private CarrierServices(BundleContext context, Carriers carriers) {
        this.context = context;
        this.carriers = carriers;
    }

    /** The tracker of all such services, to be opened. */
    static ServiceTracker<ContextCarrier, Runnable> tracker(BundleContext context, Carriers carriers) {
        return new ServiceTracker<>(context, ContextCarrier.class, new CarrierServices(context, carriers));
    }

    @Override
    public @Nullable Runnable addingService(ServiceReference<ContextCarrier> reference) {
        ContextCarrier carrier = context.getService(reference);
        Bundle bundle = reference.getBundle();
        return carrier == null ? null : carriers.add(carrier, bundle == null ? "io.anyio" : Users.nameOf(bundle));
    }

    @Override
    public void modifiedService(ServiceReference<ContextCarrier> reference, Runnable remove) {
        // a carrier has no properties that mean anything
    }

    @Override
    public void removedService(ServiceReference<ContextCarrier> reference, Runnable remove) {
        remove.run();
        context.ungetService(reference);
    }
}
