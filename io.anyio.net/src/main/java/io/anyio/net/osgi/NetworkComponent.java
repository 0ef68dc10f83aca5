package io.anyio.net.osgi;

import io.anyio.api.net.Network;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import io.anyio.net.OwnedNetwork;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;

/** Publishes {@link Network}: an instance for each component or bundle that uses it. */
@Component(service = Network.class, scope = ServiceScope.PROTOTYPE)
public final class NetworkComponent extends OwnedNetwork {
    private final Owner owner;

    /**
     * Makes the instance of one user.
     *
     * @param context tells who uses it
     * @param owners what it belongs to
     */
    @Activate
    public NetworkComponent(ComponentContext context, @Reference Owners owners) {
        this(Users.open(owners, context.getUsingBundle(), "Network"));
    }

    private NetworkComponent(Owner owner) {
        super(owner);
        this.owner = owner;
    }

    @Deactivate
    void release() {
        owner.close();
    }
}
