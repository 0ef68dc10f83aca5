package io.anyio.impl.osgi;

import io.anyio.api.debug.LoopDTO;
import io.anyio.api.debug.TaskTree;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import io.anyio.impl.owner.Anyio;
import io.anyio.impl.owner.HolderOwners;
import io.anyio.impl.owner.RunningTasks;
import java.time.Duration;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.Designate;

/** Publishes {@link Owners}, on which the services of all our bundles stand, and {@link TaskTree}, which shows what they have started. */
@Component(service = {Owners.class, TaskTree.class}, configurationPid = "io.anyio.impl.owners")
@Designate(ocd = OwnersConfiguration.class)
public final class OwnersComponent implements Owners, TaskTree {
    private final HolderOwners owners;
    private final TaskTree tasks;

    /**
     * Makes it; no thread is started.
     *
     * @param configuration the grace of stopping bundles
     */
    @Activate
    public OwnersComponent(OwnersConfiguration configuration) {
        long grace = configuration.grace_millis();
        if (grace < 0) {
            throw new IllegalArgumentException("grace.millis of io.anyio.impl.owners is negative: " + grace + ", give 0 or more");
        }
        Anyio anyio = new Anyio();
        owners = new HolderOwners(anyio, Duration.ofMillis(grace));
        tasks = new RunningTasks(anyio);
    }

    @Override
    public Owner open(String service, Holder holder) {
        return owners.open(service, holder);
    }

    @Override
    public List<LoopDTO> loops(Duration patience) {
        return tasks.loops(patience);
    }
}
