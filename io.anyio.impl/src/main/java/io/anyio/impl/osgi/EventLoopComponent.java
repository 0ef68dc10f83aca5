package io.anyio.impl.osgi;

import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import io.anyio.api.spi.osgi.Users;
import io.anyio.api.task.EventLoop;
import io.anyio.impl.owner.OwnedEventLoop;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;

/** Publishes {@link EventLoop}: an instance for each component or bundle that uses it. */
@Component(service = EventLoop.class, scope = ServiceScope.PROTOTYPE)
public final class EventLoopComponent extends OwnedEventLoop {
    private final Owner owner;

    /**
     * Makes the instance of one user.
     *
     * @param context tells who uses it
     * @param owners what it belongs to
     */
    @Activate
    public EventLoopComponent(ComponentContext context, @Reference Owners owners) {
        this(Users.open(owners, context.getUsingBundle(), "EventLoop"));
    }

    private EventLoopComponent(Owner owner) {
        super(owner);
        this.owner = owner;
    }

    @Deactivate
    void release() {
        owner.close();
    }
}
