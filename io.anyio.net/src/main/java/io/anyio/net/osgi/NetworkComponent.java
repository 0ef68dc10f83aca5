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
 * <p>TLS is dynamic, because connections outlive an update of its bundle, and is looked up when it is used: a method
 * that binds it could come after the one that unbinds it.
 */
@Component(service = Network.class, scope = ServiceScope.PROTOTYPE, reference = @Reference(name = NetworkComponent.TLS,
        service = Tls.class, cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC))
public final class NetworkComponent extends OwnedNetwork {
    static final String TLS = "tls";

    private final Owner owner;

    /**
     * Makes the instance of one user.
     *
     * @param context tells who uses it, and finds TLS
     * @param owners what it belongs to
     */
    @Activate
    public NetworkComponent(ComponentContext context, @Reference Owners owners) {
        this(context, Users.open(owners, context.getUsingBundle(), "Network"));
    }

    private NetworkComponent(ComponentContext context, Owner owner) {
        super(owner, () -> {
            // Who has let go of this has let go of TLS, too; that would not be the reason.
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
