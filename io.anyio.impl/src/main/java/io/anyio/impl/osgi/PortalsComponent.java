package io.anyio.impl.osgi;

import io.anyio.api.spi.Owner;
import io.anyio.api.spi.osgi.Users;
import io.anyio.api.thread.Portals;
import io.anyio.impl.portal.OwnedPortals;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;

/**
 * Publishes {@link Portals}: an instance for each component or bundle that uses it, whose portals are stopped with it.
 */
@Component(service = Portals.class, scope = ServiceScope.PROTOTYPE)
public final class PortalsComponent extends OwnedPortals {
    private final Owner owner;

    /**
     * Makes the instance of one user.
     *
     * @param context tells who uses it
     * @param owners what it belongs to, and makes the loops
     */
    @Activate
    public PortalsComponent(ComponentContext context, @Reference OwnersComponent owners) {
        this(Users.open(owners, context.getUsingBundle(), "Portals"), owners);
    }

    private PortalsComponent(Owner owner, OwnersComponent owners) {
        super(owner, owners.loops());
        this.owner = owner;
    }

    @Deactivate
    void release() {
        owner.close();
    }
}
