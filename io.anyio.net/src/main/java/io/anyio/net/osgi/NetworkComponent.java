package io.anyio.net.osgi;

import io.anyio.api.net.Network;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import io.anyio.api.spi.osgi.Users;
import io.anyio.api.tls.Tls;
import io.anyio.net.OwnedNetwork;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ServiceScope;

/**
 * Publishes {@link Network}: an instance for each component or bundle that uses it.
 *
 * <p>The reference to TLS is dynamic, because connections outlive an update of its bundle. The service is looked up at
 * each use: bind and unbind methods could be called in the wrong order.
 */
@Component(service = Network.class, scope = ServiceScope.PROTOTYPE, reference = @Reference(name = NetworkComponent.TLS,
        service = Tls.class, cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC))
public final class NetworkComponent extends OwnedNetwork {
    static final String TLS = "tls";

    private final Owner owner;

    /**
     * Makes the instance of one user.
     *
     * @param context names the user's bundle, and finds TLS
     * @param owners give it an owner
     */
    @Activate
    public NetworkComponent(ComponentContext context, @Reference Owners owners) {
        this(context, Users.open(owners, context.getUsingBundle(), "Network"));
    }

    private NetworkComponent(ComponentContext context, Owner owner) {
        super(owner, () -> {
            // Refuses the use of a released instance. Its reference to TLS is released, too, but that is not the reason
            // to report.
            owner.checkOpen();
            return context.locateService(TLS);
        });
        this.owner = owner;
    }

    @Deactivate
    void release() {
        owner.close();
    }
}
