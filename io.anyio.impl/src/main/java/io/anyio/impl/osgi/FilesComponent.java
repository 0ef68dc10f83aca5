package io.anyio.impl.osgi;

import io.anyio.api.file.AsyncFiles;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import io.anyio.api.spi.osgi.Users;
import io.anyio.impl.file.OwnedFiles;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;

/** Publishes {@link AsyncFiles}: an instance for each component or bundle that uses it, closed with it. */
@Component(service = AsyncFiles.class, scope = ServiceScope.PROTOTYPE)
public final class FilesComponent extends OwnedFiles {
    private final Owner owner;

    /**
     * Makes the instance of one user.
     *
     * @param context tells who uses it
     * @param owners what it belongs to
     */
    @Activate
    public FilesComponent(ComponentContext context, @Reference Owners owners) {
        this(Users.open(owners, context.getUsingBundle(), "AsyncFiles"));
    }

    private FilesComponent(Owner owner) {
        super(owner);
        this.owner = owner;
    }

    @Deactivate
    void release() {
        owner.close();
    }
}
