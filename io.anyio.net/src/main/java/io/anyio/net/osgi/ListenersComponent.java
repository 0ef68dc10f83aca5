package io.anyio.net.osgi;

import io.anyio.api.net.Listeners;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import io.anyio.api.spi.osgi.Users;
import io.anyio.net.OwnedListeners;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;

/** Publishes {@link Listeners}: an instance for each component or bundle that uses it. */
@Component(service = Listeners.class, scope = ServiceScope.PROTOTYPE)
public final class ListenersComponent extends OwnedListeners {
    private final Owner owner;

    /**
     * Makes the instance of one user.
     *
     * @param context names the user's bundle
     * @param owners give it an owner
     */
    @Activate
    public ListenersComponent(ComponentContext context, @Reference Owners owners) {
        this(Users.open(owners, context.getUsingBundle(), "Listeners"));
    }

    private ListenersComponent(Owner owner) {
        super(owner);
        this.owner = owner;
    }

    @Deactivate
    void release() {
        owner.close();
    }
}
