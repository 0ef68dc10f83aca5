package io.anyio.impl.osgi;

import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import io.anyio.impl.owner.HolderOwners;
import java.time.Duration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** Publishes {@link Owners}, on which the services of all our bundles stand. */
@Component(service = Owners.class, configurationPid = "io.anyio.impl.owners")
@Designate(ocd = OwnersConfiguration.class)
public final class OwnersComponent implements Owners {
    private final HolderOwners owners;

    /**
     * Makes it; no thread is started.
     *
     * @param runtime makes the loops
     * @param configuration the grace of stopping bundles
     */
    @Activate
    public OwnersComponent(@Reference RuntimeComponent runtime, OwnersConfiguration configuration) {
        long grace = configuration.grace_millis();
        if (grace < 0) {
            throw new IllegalArgumentException("grace.millis of io.anyio.impl.owners is negative: " + grace + ", give 0 or more");
        }
        owners = new HolderOwners(runtime.runtime(), Duration.ofMillis(grace));
    }

    @Override
    public Owner open(String service, Holder holder) {
        return owners.open(service, holder);
    }
}
