package io.anyio.impl.osgi;

import io.anyio.api.signal.Signals;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import io.anyio.api.spi.osgi.Users;
import io.anyio.api.stream.MemoryStreams;
import io.anyio.impl.signal.OwnedSignals;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;

/**
 * Publishes {@link Signals}: an instance for each component or bundle that uses it, whose receivers are closed with it.
 */
@Component(service = Signals.class, scope = ServiceScope.PROTOTYPE)
public final class SignalsComponent extends OwnedSignals {
    private final Owner owner;

    /**
     * Makes the instance of one user.
     *
     * @param context tells who uses it
     * @param owners what it belongs to
     * @param streams makes the queues of the receivers
     */
    @Activate
    public SignalsComponent(ComponentContext context, @Reference Owners owners, @Reference MemoryStreams streams) {
        this(Users.open(owners, context.getUsingBundle(), "Signals"), streams);
    }

    private SignalsComponent(Owner owner, MemoryStreams streams) {
        super(owner, streams);
        this.owner = owner;
    }

    @Deactivate
    void release() {
        owner.close();
    }
}
