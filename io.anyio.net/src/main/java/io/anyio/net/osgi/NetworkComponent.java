package io.anyio.net.osgi;

import io.anyio.api.net.Network;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import io.anyio.api.tls.Tls;
import io.anyio.net.OwnedNetwork;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ServiceScope;

/** Publishes {@link Network}: an instance for each component or bundle that uses it. */
@Component(service = Network.class, scope = ServiceScope.PROTOTYPE)
public final class NetworkComponent extends OwnedNetwork {
    private final Owner owner;
    private final AtomicReference<@Nullable Tls> tls;

    /**
     * Makes the instance of one user.
     *
     * @param context tells who uses it
     * @param owners what it belongs to
     */
    @Activate
    public NetworkComponent(ComponentContext context, @Reference Owners owners) {
        this(Users.open(owners, context.getUsingBundle(), "Network"), new AtomicReference<>());
    }

    private NetworkComponent(Owner owner, AtomicReference<@Nullable Tls> tls) {
        super(owner, tls::get);
        this.owner = owner;
        this.tls = tls;
    }

    /** Dynamic, because connections outlive an update of the TLS bundle. */
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, unbind = "unsetTls")
    void setTls(Tls found) {
        tls.set(found);
    }

    void unsetTls(Tls gone) {
        tls.compareAndSet(gone, null);
    }

    @Deactivate
    void release() {
        owner.close();
    }
}
