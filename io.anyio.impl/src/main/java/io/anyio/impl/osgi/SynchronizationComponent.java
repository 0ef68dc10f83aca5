package io.anyio.impl.osgi;

import io.anyio.api.sync.Synchronization;
import io.anyio.impl.sync.Primitives;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Publishes {@link Synchronization}: one instance for all, because it starts nothing. */
@Component(service = Synchronization.class)
public final class SynchronizationComponent extends Primitives {
    /** Makes it. */
    @Activate
    public SynchronizationComponent() {}
}
