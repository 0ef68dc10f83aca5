package io.anyio.impl.osgi;

import io.anyio.api.process.Processes;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.osgi.Users;
import io.anyio.impl.process.OwnedProcesses;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;

/**
 * Publishes {@link Processes}: an instance for each component or bundle that uses it, whose processes end with it.
 */
@Component(service = Processes.class, scope = ServiceScope.PROTOTYPE)
public final class ProcessesComponent extends OwnedProcesses {
    private final Owner owner;

    /**
     * Makes the instance of one user.
     *
     * @param context tells who uses it
     * @param owners what it belongs to
     */
    @Activate
    public ProcessesComponent(ComponentContext context, @Reference OwnersComponent owners) {
        this(Users.open(owners, context.getUsingBundle(), "Processes"));
    }

    private ProcessesComponent(Owner owner) {
        super(owner);
        this.owner = owner;
    }

    @Deactivate
    void release() {
        owner.close();
    }
}
