package io.anyio.impl.osgi;

import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import io.anyio.api.spi.osgi.Users;
import io.anyio.api.task.LoopOptions;
import io.anyio.impl.owner.HolderOwners;
import io.anyio.impl.portal.LoopOpener;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Publishes {@link Owners}, on which the services of all our bundles stand.
 *
 * <p>When a bundle stops, Declarative Services release its instances, and each instance closes its owner. Owners that
 * are still open when the bundle has stopped, including its own stop code, are ended here, so nothing depends on the
 * order. When this bundle or Declarative Services stop, the first owner that is closed has all of them closed at the
 * same time.
 *
 * <p>It is also published under its own class, for this bundle's own components: it opens the loops of portals.
 */
@Component(service = {Owners.class, OwnersComponent.class}, configurationPid = Grace.PID)
@Designate(ocd = OwnersConfiguration.class)
public final class OwnersComponent implements Owners, SynchronousBundleListener {
    private final BundleContext context;
    private final HolderOwners owners;

    /**
     * Makes it; no thread is started.
     *
     * @param component the component that makes it
     * @param context reports which bundles have stopped
     * @param runtime makes the loops
     * @param configuration the grace of stopping bundles
     */
    @Activate
    public OwnersComponent(ComponentContext component, BundleContext context, @Reference RuntimeComponent runtime,
            Map<String, Object> configuration) {
        this.context = context;
        BooleanSupplier ours = Users.lifeOf(context.getBundle());
        Bundle declarativeServices = FrameworkUtil.getBundle(component.getClass());
        BooleanSupplier theirs = declarativeServices == null ? () -> false : Users.lifeOf(declarativeServices);
        owners = new HolderOwners(runtime.runtime(), Grace.of(configuration, HolderOwners.DEFAULT_GRACE),
                LoopOptions.DEFAULT, () -> ours.getAsBoolean()
                        ? HolderOwners.RUNTIME_STOPPED
                        : theirs.getAsBoolean() ? "Declarative Services have been stopped" : null);
    }

    @Activate
    void watch() {
        context.addBundleListener(this);
    }

    /** Applies to stops that begin from now on; nothing is restarted. */
    @Modified
    void configure(Map<String, Object> configuration) {
        owners.grace(Grace.of(configuration, owners.grace()));
    }

    @Deactivate
    void release() {
        context.removeBundleListener(this);
        owners.close();
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        if (event.getType() == BundleEvent.STOPPED) {
            owners.end(event.getBundle().getBundleId());
        }
    }

    /** Opens the loops of portals. */
    LoopOpener loops() {
        return owners::openLoop;
    }

    @Override
    public Owner open(String service, Holder holder) {
        return owners.open(service, holder);
    }
}
